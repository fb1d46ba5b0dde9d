"""Places in the write-ahead log, as whole numbers of bytes: what lies before one is older than it."""

from typing import Any

_SQL = "SELECT {}::pg_catalog.pg_lsn OPERATOR(pg_catalog.-) '0/0'"


class NotAStandby(Exception):
    """The server writes for itself: it was promoted, or it never was a replica."""


def flushed(connection: Any) -> int:
    """How far the primary's log is safe on its disk: no commit that was answered lies behind.

    With ``synchronous_commit = off`` commits are answered up to three times ``wal_writer_delay`` earlier.
    """
    # What is only inserted is not sent either, and on a quiet primary it may wait for long.
    return _number(connection, "pg_current_wal_flush_lsn()")


def inserted(connection: Any) -> int:
    """How far the primary's log is written at all: every change so far lies before it."""
    return _number(connection, "pg_current_wal_insert_lsn()")


def replayed(connection: Any) -> int:
    """How far a standby shows the log. Raises: NotAStandby."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_is_in_recovery(), ({_SQL.format('pg_last_wal_replay_lsn()')})")
        in_recovery, place = cursor.fetchone()
    if not in_recovery or place is None:
        raise NotAStandby
    return int(place)


def _number(connection: Any, function: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(function))
        return int(cursor.fetchone()[0])
