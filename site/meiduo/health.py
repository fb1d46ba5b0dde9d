"""``/livez``: the process answers. ``/readyz``: its parts do, and which one does not."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from meiduo.parts import Part, every_part

logger = logging.getLogger(__name__)

#: Seconds until the answer goes out, whatever a part is doing.
DEADLINE = 0.9

_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="readyz")
#: A ping that hangs is not started a second time: it would only fill the pool.
_running: dict[str, Future[None]] = {}


def livez(request: HttpRequest) -> HttpResponse:
    """Say that this process serves requests; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


def _ping_once(part: Part) -> None:
    try:
        part.ping()
    finally:
        # A connection kept in this thread would outlive a database that moved.
        connections.close_all()


def _ping(part: Part) -> Future[None]:
    going = _running.get(part.name)
    if going is None or going.done():
        going = _running[part.name] = _pool.submit(_ping_once, part)
    return going


def readyz(request: HttpRequest) -> JsonResponse:
    """Say within a second which parts work: 200 if every vital one does, else 503 naming those that do not.

    The cause goes to the log; the answer names parts only, because anyone may ask.
    """
    started = time.monotonic()
    parts = every_part()
    pings = {part.name: _ping(part) for part in parts}
    wait(pings.values(), timeout=DEADLINE)
    states, failing = {}, []
    for part in parts:
        ping = pings[part.name]
        if not ping.done():
            state = "timeout"
        elif error := ping.exception():
            state = "failing"
            logger.warning("part is not ready", extra={"part": part.name}, exc_info=error if part.vital else None)
        else:
            state = "ok"
        states[part.name] = {"engine": part.engine, "state": state, "vital": part.vital}
        if state != "ok":
            failing.append(part)
    closed = any(part.vital for part in failing)
    body = {
        "status": "unready" if closed else "degraded" if failing else "ready",
        "failing": [part.name for part in failing],
        "parts": states,
        "milliseconds": round((time.monotonic() - started) * 1000),
    }
    response = JsonResponse(body, status=503 if closed else 200)
    response["Cache-Control"] = "no-store"
    return response
