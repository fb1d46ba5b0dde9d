"""Whether what is read now may be a little old, where the database has replicas.

Whoever puts what was read where others will find it (bytes that are kept, an index) asks for ``fresh`` reads: a row
that a replica does not know yet would otherwise be kept for long.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_fresh: ContextVar[bool] = ContextVar("fresh", default=False)


def is_fresh() -> bool:
    """Whether reads must see every commit so far."""
    return _fresh.get()


@contextmanager
def fresh() -> Iterator[None]:
    """Everything read inside comes from the primary."""
    token = _fresh.set(True)
    try:
        yield
    finally:
        _fresh.reset(token)
