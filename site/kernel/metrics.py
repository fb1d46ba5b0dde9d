"""What all processes of the shop counted together, for whoever watches it.

Each process adds to sums in its own memory, which costs a request next to nothing, and hands them on every few
seconds: to one hash on Redis, or on the embedded size, which is one machine, to one file. So any web process can
tell the figures of all of them, the consumer's too. A process that is killed takes its last few seconds along.
"""

import atexit
import fcntl
import json
import logging
import os
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from kernel import meters
from kernel.shared_store import on_redis, redis, redis_key

logger = logging.getLogger(__name__)

#: Seconds that sums stay in a process before they are handed on.
WAIT = 5.0
#: Upper ends in seconds that times are sorted by, and those that numbers of statements are.
SECONDS: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
STATEMENTS: tuple[float, ...] = (0, 1, 2, 5, 10, 20, 50, 100)
#: So many different series a process keeps; a flood of names must not fill its memory.
MOST_SERIES = 5000

#: A name, its labels as pairs in order, and the end of the bucket ("" for a plain sum).
Series = tuple[str, tuple[tuple[str, str], ...], str]

_sums: dict[Series, float] = defaultdict(float)
_lock = threading.Lock()
_flush_is_coming = False
_meters_told: dict[str, int] = {}


def count(name: str, times: float = 1, **labels: str) -> None:
    """Add to a sum that only grows."""
    with _lock:
        _add((name, tuple(labels.items()), ""), times)
    _flush_soon()


def observe(name: str, value: float, ends: tuple[float, ...] = SECONDS, **labels: str) -> None:
    """Sort this value into its bucket, and add it to the sum and the count of its kind."""
    pairs = tuple(labels.items())
    end = _ends[ends][bisect_left(ends, value)]
    with _lock:
        _add((name, pairs, end), 1)
        _add((f"{name}_sum", pairs, ""), value)
    _flush_soon()


#: By route, method and status: how many, their seconds, their statements, and both sorted into their buckets.
_requests: dict[tuple[str, str, int], list[float]] = {}
_AT_SECONDS = 3
_AT_STATEMENTS = _AT_SECONDS + len(SECONDS) + 1
_WIDTH = _AT_STATEMENTS + len(STATEMENTS) + 1
_ends: dict[tuple[float, ...], list[str]] = {ends: [*map(str, ends), "+Inf"] for ends in (SECONDS, STATEMENTS)}


def request(*, route: str, method: str, status: int, seconds: float, statements: int) -> None:
    """An answer went out. All in one go: this is on the path of every request."""
    with _lock:
        kind = (route, method, status)
        row = _requests.get(kind)
        if row is None:
            if len(_requests) >= MOST_SERIES:
                return
            row = _requests[kind] = [0.0] * _WIDTH
        row[0] += 1
        row[1] += seconds
        row[2] += statements
        row[_AT_SECONDS + bisect_left(SECONDS, seconds)] += 1
        row[_AT_STATEMENTS + bisect_left(STATEMENTS, statements)] += 1
    if not _flush_is_coming:
        _flush_soon()


def _request_series() -> None:
    """Turn what was counted of requests into series; the lock is held."""
    for (route, method, status), row in _requests.items():
        pairs = (("route", route), ("method", method))
        _add(("mall_http_requests_total", (*pairs, ("status", str(status))), ""), row[0])
        _add(("mall_http_request_seconds_sum", pairs, ""), row[1])
        _add(("mall_http_statements_sum", pairs, ""), row[2])
        for name, ends, at in (
            ("mall_http_request_seconds", SECONDS, _AT_SECONDS),
            ("mall_http_statements", STATEMENTS, _AT_STATEMENTS),
        ):
            for place, end in enumerate(_ends[ends]):
                if row[at + place]:
                    _add((name, pairs, end), row[at + place])
    _requests.clear()


def _add(series: Series, times: float) -> None:
    if series in _sums or len(_sums) < MOST_SERIES:
        _sums[series] += times


def _flush_soon() -> None:
    global _flush_is_coming
    if not _flush_is_coming:
        _flush_is_coming = True
        timer = threading.Timer(WAIT, flush)
        timer.daemon = True
        timer.start()


def flush() -> None:
    """Hand on what this process counted. What cannot be handed on now is kept for the next time."""
    global _flush_is_coming
    _flush_is_coming = False
    with _lock:
        _request_series()
        taken = dict(_sums)
        _sums.clear()
    told = meters.figures()
    for name, total in told.items():
        if grown := total - _meters_told.get(name, 0):
            taken[("meter", (("name", name),), "")] = grown
    if not taken:
        return
    try:
        _hand_on({_text(series): value for series, value in taken.items()})
    except Exception:
        logger.warning("metrics cannot be handed on", exc_info=True)
        with _lock:
            for series, value in taken.items():
                if series[0] != "meter":
                    _add(series, value)
    else:
        _meters_told.update(told)


atexit.register(flush)


def sums() -> dict[Series, float]:
    """Everything that all processes handed on so far. Raises: whatever the store raises."""
    return {_series(key): float(value) for key, value in _handed_on().items()}


def forget() -> None:
    """Start at nothing again; for tests."""
    with _lock:
        _sums.clear()
        _requests.clear()
    if on_redis():
        redis().delete(_hash())
    else:
        _file().unlink(missing_ok=True)


# -- where the sums of all processes are


def _text(series: Series) -> str:
    return json.dumps(series, ensure_ascii=False, separators=(",", ":"))


def _series(text: str) -> Series:
    name, pairs, end = json.loads(text)
    return name, tuple((str(key), str(value)) for key, value in pairs), end


def _hand_on(added: Mapping[str, float]) -> None:
    if on_redis():
        with redis().pipeline(transaction=False) as all_of_them:
            for key, value in added.items():
                all_of_them.hincrbyfloat(_hash(), key, value)
            all_of_them.execute()
        return
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        kept = _parsed(file.read())
        for key, value in added.items():
            kept[key] = kept.get(key, 0) + value
        file.seek(0)
        json.dump(kept, file, ensure_ascii=False)
        file.truncate()


def _handed_on() -> Mapping[str, float]:
    if on_redis():
        return {key.decode(): float(value) for key, value in redis().hgetall(_hash()).items()}
    try:
        with _file().open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return _parsed(file.read())
    except FileNotFoundError:
        return {}


def _parsed(text: str) -> dict[str, float]:
    try:
        kept: Any = json.loads(text or "{}")
    except ValueError:
        # A machine that lost its power may leave half a file: figures start again, as after any restart.
        return {}
    return kept if isinstance(kept, dict) else {}


def _hash() -> str:
    return redis_key("metrics")


def _file() -> Path:
    return Path(settings.TALLY_DIR) / "metrics.json"
