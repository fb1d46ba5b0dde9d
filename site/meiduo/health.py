"""``/livez``: the process answers. ``/readyz``: its parts do, and which one does not.

Both are answered before Django is asked: opening and closing a request looks at the thread's database connection, and
that is one of the things that may hang.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

from meiduo.parts import Part, every_part

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

#: Seconds until the answer goes out, whatever a part is doing.
DEADLINE = 0.9


@dataclass(slots=True)
class Ping:
    """One question to one part, in a thread of its own: a part that hangs holds up no other."""

    part: Part
    done: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def start(self) -> None:
        # A daemon: a process that is told to end does not wait for what hangs.
        threading.Thread(target=self._ask, name=f"readyz-{self.part.name}", daemon=True).start()

    def _ask(self) -> None:
        try:
            self.part.ping()
        except Exception as error:
            self.error = error
        finally:
            # A connection kept in this thread would outlive a database that moved.
            connections.close_all()
            self.done.set()


#: A part that hangs is not asked a second time meanwhile, however often probes come.
_running: dict[str, Ping] = {}
_starting = threading.Lock()


def _ping(part: Part) -> Ping:
    with _starting:
        going = _running.get(part.name)
        if going is None or going.done.is_set():
            going = _running[part.name] = Ping(part)
            going.start()
    return going


def look() -> tuple[int, dict[str, Any]]:
    """Which parts work, within a second: status 200 if every vital one does, else 503.

    The cause goes to the log; the answer names parts only, because anyone may ask.
    """
    started = time.monotonic()
    parts = every_part()
    pings = [_ping(part) for part in parts]
    states, failing = {}, []
    for part, ping in zip(parts, pings, strict=True):
        if not ping.done.wait(max(0.0, started + DEADLINE - time.monotonic())):
            state = "timeout"
            logger.warning("part does not answer", extra={"part": part.name})
        elif ping.error is not None:
            state = "failing"
            logger.warning("part is not ready", extra={"part": part.name}, exc_info=ping.error if part.vital else None)
        else:
            state = "ok"
        states[part.name] = {"engine": part.engine, "state": state, "vital": part.vital}
        if state != "ok":
            failing.append(part)
    closed = any(part.vital for part in failing)
    return 503 if closed else 200, {
        "status": "unready" if closed else "degraded" if failing else "ready",
        "failing": [part.name for part in failing],
        "parts": states,
        "milliseconds": round((time.monotonic() - started) * 1000),
    }


def livez(request: HttpRequest) -> HttpResponse:
    """Say that this process serves requests; nothing else is asked."""
    return _response(*_livez())


def readyz(request: HttpRequest) -> HttpResponse:
    """Say within a second which parts work."""
    return _response(*_readyz())


def _livez() -> tuple[int, str, bytes]:
    return 200, "text/plain", b"ok"


def _readyz() -> tuple[int, str, bytes]:
    status, said = look()
    return status, "application/json", json.dumps(said).encode()


def _response(status: int, kind: str, body: bytes) -> HttpResponse:
    return HttpResponse(body, status=status, content_type=kind, headers={"Cache-Control": "no-store"})


_ANSWERS = {"/livez": _livez, "/readyz": _readyz}


class Probes:
    """The layer around Django's WSGI application that answers probes, whatever name they call this host by."""

    def __init__(self, application: App) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = _ANSWERS.get(environ.get("PATH_INFO", ""))
        method = environ.get("REQUEST_METHOD")
        if answer is None or method not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        status, kind, body = answer()
        reason = "OK" if status == 200 else "Service Unavailable"
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(f"{status} {reason}", headers)
        return [] if method == "HEAD" else [body]
