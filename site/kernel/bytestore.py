"""Answers kept as ready bytes, under keys that a version makes stale all at once.

A region (``home``, ``catalog`` …) has a version number in the cache. Bytes are stored under it, so
dropping a region is one increment; what the old number holds expires by itself. Per-user data never
enters. The cache being down means rendering anew, never an error: nothing here decides anything.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.core.cache import cache
from django.utils import timezone

from kernel import clock

logger = logging.getLogger(__name__)

#: Seconds that bytes live when no scheduled switch ends them sooner.
LONGEST = 3600


class _Kept(TypedDict):
    body: str
    etag: str
    until: float


@dataclass(frozen=True, slots=True)
class Stored:
    """Ready bytes with their ETag and the moment (epoch seconds) from which they may be wrong."""

    body: bytes
    etag: str
    until: float


def _version(region: str) -> int:
    key = f"bytes:version:{region}"
    value = cache.get(key)
    if value is None:
        # A version that was evicted must not come back as one already used, so it starts from the time.
        cache.add(key, int(timezone.now().timestamp() * 1000), None)
        value = cache.get(key)
    return int(value or 0)


def _key(region: str, name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:40]
    return f"bytes:{region}:{_version(region)}:{digest}"


def load(region: str, name: str) -> Stored | None:
    """The bytes kept under this name, if they are still right now."""
    if not clock.is_real():
        return None
    try:
        kept: _Kept | None = cache.get(_key(region, name))
    except Exception:
        logger.warning("byte store cannot be read", exc_info=True)
        return None
    if kept is None or kept["until"] <= clock.now().timestamp():
        return None
    return Stored(kept["body"].encode(), kept["etag"], kept["until"])


def key_for(region: str, name: str) -> str | None:
    """Where bytes made from what is read *from now on* may be kept; None when the store is down.

    Ask before reading the database: a drop that happens while the answer is being rendered then
    leaves the stale bytes under a key nobody asks for.
    """
    try:
        return _key(region, name)
    except Exception:
        logger.warning("byte store cannot be reached", exc_info=True)
        return None


def save(key: str | None, body: bytes, *, until: datetime | None = None) -> Stored:
    """Keep these bytes until the next scheduled switch, an hour at the longest."""
    now = clock.now().timestamp()
    end = min(until.timestamp() if until else now + LONGEST, now + LONGEST)
    stored = Stored(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', end)
    if key is not None and clock.is_real() and end > now:
        try:
            cache.set(key, {"body": body.decode(), "etag": stored.etag, "until": end}, end - now)
        except Exception:
            logger.warning("byte store cannot be written", exc_info=True)
    return stored


def drop(region: str) -> None:
    """Make every byte of the region stale, in every process.

    Raises: whatever the cache raises; the task that drops is then retried.
    """
    key = f"bytes:version:{region}"
    try:
        cache.incr(key)
    except ValueError:
        cache.set(key, int(timezone.now().timestamp() * 1000), None)
