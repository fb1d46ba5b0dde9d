"""Answers kept as ready bytes, under keys that a version makes stale all at once.

A region (``home``, ``catalog`` …) has a version in the cache, a random token. Bytes are stored under
it, so dropping a region is one write of a new token; what the old one holds expires by itself. A token
is never used twice, so a version that was evicted cannot come back. Per-user data never enters.
The cache being down means rendering anew, never an error: nothing here decides anything.

The bytes have a cache of their own, ``bytes``: whoever fills it pushes out other bytes, but no code,
limit or session.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.core.cache import BaseCache, caches

from kernel import clock
from kernel.shared_store import is_on_a_replica

logger = logging.getLogger(__name__)

#: Seconds that bytes live when no scheduled switch ends them sooner.
LONGEST = 3600

_drops_here = 0


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
    #: What it is kept under, and with that the version it belongs to; None: kept nowhere.
    key: str | None = field(default=None, compare=False)


class DropLost(Exception):
    """The cache took a new version and did not keep it; the old bytes may still be served."""


def _cache() -> BaseCache:
    return caches["bytes"]


def _version_key(region: str) -> str:
    return f"bytes:version:{region}"


def _version(region: str) -> str:
    """The region's version now. Raises: LookupError when the cache takes none."""
    cache = _cache()
    key = _version_key(region)
    value = cache.get(key)
    if value is None:
        cache.add(key, secrets.token_hex(8), None)
        # Whoever added first has won; two processes must not go by two versions.
        value = cache.get(key)
    if not value:
        raise LookupError("the cache keeps nothing")
    return str(value)


def _key(region: str, name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return f"bytes:{region}:{_version(region)}:{digest}"


def load(region: str, name: str) -> Stored | None:
    """The bytes kept under this name, if they are still right now."""
    if not clock.is_real():
        return None
    try:
        key = _key(region, name)
        kept: _Kept | None = _cache().get(key)
    except Exception:
        logger.warning("byte store cannot be read", exc_info=True)
        return None
    if kept is None or kept["until"] <= clock.now().timestamp():
        return None
    return Stored(kept["body"].encode(), kept["etag"], kept["until"], key)


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
    """Keep these bytes until the next scheduled switch, an hour at the longest.

    A version holds ``BYTES_MOST`` answers; what comes after that is sent but not kept, so that no
    flood of different questions fills the store.
    """
    now = clock.now().timestamp()
    end = min(until.timestamp() if until else now + LONGEST, now + LONGEST)
    is_kept = key is not None and clock.is_real() and end > now
    stored = Stored(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', end, key if is_kept else None)
    if key is not None and is_kept:
        try:
            if _has_room(key):
                _cache().set(key, {"body": body.decode(), "etag": stored.etag, "until": end}, end - now)
        except Exception:
            logger.warning("byte store cannot be written", exc_info=True)
    return stored


def _has_room(key: str) -> bool:
    """Count one more answer of this key's version; whether it may still be kept."""
    count_key = f"{key.rpartition(':')[0]}:count"
    cache = _cache()
    try:
        count = cache.incr(count_key)
    except ValueError:
        cache.add(count_key, 1, 2 * LONGEST)
        return True
    return int(count) <= int(settings.BYTES_MOST)


def place_of(key: str) -> tuple[str, str]:
    """The region and the version that a key belongs to."""
    _prefix, region, version, _digest = key.split(":")
    return region, version


def versions(of: Iterable[str]) -> dict[str, str]:
    """The versions of these regions now, in one question; without those that the store cannot tell."""
    keys = {_version_key(region): region for region in of}
    try:
        found = _cache().get_many(list(keys))
    except Exception:
        logger.warning("byte store cannot be asked for its versions", exc_info=True)
        return {}
    return {keys[key]: str(value) for key, value in found.items() if value}


def drops_here() -> int:
    """How often this process itself dropped a region; whoever remembers a version learns that it is over."""
    return _drops_here


def drop(region: str) -> None:
    """Make every byte of the region stale, in every process.

    Raises: DropLost, or whatever the cache raises; the task that drops is then retried.
    """
    global _drops_here
    cache = _cache()
    key = _version_key(region)
    before = cache.get(key)
    cache.set(key, secrets.token_hex(8), None)
    _drops_here += 1
    # Django's database cache swallows a failed write. Somebody else's newer version would do as well.
    # And a replica that takes over without it would bring the old version back, with its bytes.
    if cache.get(key) in (None, before) or not is_on_a_replica(key, alias="bytes"):
        raise DropLost(region)
