"""The time, asked in one place, so that a whole request can be answered as of another moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The aware moment that reads and rules go by: the real one, or the one set by ``seen_at``."""
    return _moment.get() or timezone.now()


def is_real() -> bool:
    """Whether ``now`` is the wall clock. Nothing seen at another moment may be cached or written."""
    return _moment.get() is None


@contextmanager
def seen_at(moment: datetime) -> Iterator[None]:
    """Let everything inside see the shop as of this aware moment."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs its offset")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
