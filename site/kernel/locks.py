"""Rows that somebody else holds: how the database says that it waited long enough."""

from django.db import OperationalError

#: PostgreSQL's words: a lock was not to be had in time; two waited for each other, and this one was let go.
_TRY_AGAIN = frozenset({"55P03", "40P01"})
#: SQLite's words for the same; it has no codes.
_LOCKED = ("database is locked", "database table is locked")


def is_lock_trouble(error: BaseException) -> bool:
    """Whether this failure of the database only says that rows were locked: nothing was done, trying again helps."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "pgcode", None) in _TRY_AGAIN or str(error).startswith(_LOCKED)
