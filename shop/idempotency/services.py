"""Doing a request's work once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from kernel import clock
from kernel.locks import is_lock_trouble
from shop.idempotency.errors import KeyInFlight, KeyMismatch
from shop.idempotency.models import IdempotencyKey

#: How long an answer is given again.
KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class Outcome:
    """What to answer, and whether it was answered before."""

    status: int
    answer: Any
    replayed: bool


def hash_of(request: Any) -> str:
    """The same for the same request, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()


def run_once(
    *, user_id: int, route: str, key: str | None, request: Any, work: Callable[[], tuple[int, Any]]
) -> Outcome:
    """Do the work in one transaction together with the key that remembers its answer.

    The same key and request get the first answer again; nothing is kept of work that failed, so its
    key can be used again. Without a key the work is simply done. ``work`` returns (status, answer), the
    answer as JSON values. A twin that arrives meanwhile waits for the first one's commit.
    Raises: KeyMismatch for another request under the same key; KeyInFlight when the twin takes longer
    than the lock time-out; whatever the work raises.
    """
    with transaction.atomic():
        if key is None:
            status, answer = work()
            return Outcome(status, answer, replayed=False)
        digest = hash_of(request)
        row_id = _claim(user_id, route, key, digest)
        if row_id is None:
            return _replay(user_id, route, key, digest)
        status, answer = work()
        IdempotencyKey.objects.filter(pk=row_id).update(status=status, answer=answer)
        return Outcome(status, answer, replayed=False)


def forget_old_keys() -> int:
    """Delete the keys whose time is over, and say how many. Safe to run twice."""
    deleted, _by_model = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return deleted


def _claim(user_id: int, route: str, key: str, digest: str) -> int | None:
    """Insert the key; None when it is there already. By hand: the ORM cannot insert-or-nothing and return the row.

    A row older than its time is taken over in the same statement.
    """
    table = IdempotencyKey._meta.db_table
    sql = f"""
        INSERT INTO {table} (user_id, route, key, request_hash, created_at) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (user_id, route, key) DO UPDATE
            SET request_hash = excluded.request_hash, created_at = excluded.created_at, status = NULL, answer = NULL
            WHERE {table}.created_at < %s
        RETURNING id
    """  # noqa: S608  # the table's name is the only thing that is not a parameter
    now = clock.now()
    adapt = connection.ops.adapt_datetimefield_value
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, [user_id, route, key, digest, adapt(now), adapt(now - KEPT)])
            row = cursor.fetchone()
    except OperationalError as error:
        if is_lock_trouble(error):
            raise KeyInFlight from error
        raise
    return int(row[0]) if row else None


def _replay(user_id: int, route: str, key: str, digest: str) -> Outcome:
    kept = IdempotencyKey.objects.get(user_id=user_id, route=route, key=key)
    if kept.request_hash != digest:
        raise KeyMismatch
    if kept.status is None:
        raise KeyInFlight
    return Outcome(kept.status, kept.answer, replayed=True)
