"""One sweep at a time, whatever number of schedulers and workers there are."""

import functools
import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

#: Seconds after which the embedded size takes the lease of a dead worker for free.
LEASE = 600


def _number(name: str) -> int:
    """A stable key for PostgreSQL: 63 bits of the name."""
    return int.from_bytes(hashlib.sha256(f"sweep:{name}".encode()).digest()[:8], "big") >> 1


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Hold the lock of this name while inside, and say whether it was to be had.

    PostgreSQL keeps it by session: a worker that dies gives it back with its connection. The embedded
    size keeps a lease in the cache, which is the database there, and it ends by itself.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(name)])
            mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                _unlock(name)
    else:
        mine = bool(cache.add(f"lease:{name}", 1, LEASE))
        try:
            yield mine
        finally:
            if mine:
                cache.delete(f"lease:{name}")


def _unlock(name: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(name)])
    except (OperationalError, InterfaceError):
        # The session broke, and its locks went with it. Should it live after all, they go now.
        logger.warning("session of a sweep broke", extra={"sweep": name}, exc_info=True)
        connection.close()


def only_one(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Let a sweep run only where no other process runs it now; the others do nothing."""

    def decorate(sweep: Callable[[], None]) -> Callable[[], None]:
        @functools.wraps(sweep)
        def alone() -> None:
            with held(name) as mine:
                if mine:
                    sweep()
                else:
                    logger.info("sweep is running elsewhere", extra={"sweep": name})

        return alone

    return decorate
