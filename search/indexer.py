"""Making the index agree with the database. Every way in may run twice, in any order, at any time.

A SKU's ``index_dirty_at`` is the outbox and, its values never repeating, a version too: a writer
clears exactly the mark that it read. Whoever finds the mark changed or already cleared has written
something that may be older than another's writing, and writes again.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection

from kernel import clock
from search import following, rebuilding, terms
from search.documents import read
from search.engine import Document, Receipt, SearchEngine, every_engine
from shop.catalog.models import Sku

logger = logging.getLogger(__name__)

#: SKUs read and written together; memory and the engine's tasks stay this small however many wait.
BATCH = 500
#: Rounds after which a SKU that keeps changing is left to the sweep; its mark stays.
_ROUNDS = 5
#: The sweep rests so many times as long as it has just worked, for some seconds at the most: buyers go first.
REST, LONGEST_REST = 2.0, 10.0


def upsert(sku_ids: Sequence[int], *, attempts: int = 1) -> None:
    """Write or delete these SKUs' documents by their rows as they are now.

    ``attempts`` counts how often the engine was given them, this time included.
    Raises: EngineDown, EngineRefused; the marks then stay, and the database engine is in step already.
    """
    waiting = sorted(set(sku_ids))
    for start in range(0, len(waiting), BATCH):
        _in_step(waiting[start : start + BATCH], attempts)


def catch_up(sku_ids: Sequence[int]) -> None:
    """These SKUs are in step; where one of them still waits, others that wait come along, the last marked first.

    Edits that come faster than one writing takes go together: whoever is next finds many marks, and those behind
    find theirs cleared. A crowd that was marked before them, by an import, has its own tasks and the sweep.
    Raises: EngineDown, EngineRefused.
    """
    wanted = sorted(set(sku_ids))
    for start in range(0, len(wanted), BATCH):
        waiting = Sku.objects.filter(pk__in=wanted[start : start + BATCH], index_dirty_at__isnull=False)
        mine = set(waiting.values_list("pk", flat=True))
        if mine:
            marked = Sku.objects.filter(index_dirty_at__isnull=False).order_by("-index_dirty_at")
            upsert([*mine, *marked.values_list("pk", flat=True)[: BATCH - len(mine)]])
    _drop_deleted(wanted)


def out_of_step(sku_ids: Sequence[int]) -> list[int]:
    """Those of these SKUs that still wait, and those that are deleted, which nothing tells of."""
    settled = Sku.objects.filter(pk__in=sku_ids, index_dirty_at__isnull=True).values_list("pk", flat=True)
    return sorted(set(sku_ids) - set(settled))


def _drop_deleted(sku_ids: Sequence[int]) -> None:
    """A SKU whose row is gone has no mark to wait by."""
    alive = set(Sku.objects.filter(pk__in=sku_ids).values_list("pk", flat=True))
    if gone := [sku_id for sku_id in sku_ids if sku_id not in alive]:
        upsert(gone)


def sweep_dirty(*, most: int = 20_000) -> int:
    """Index what is marked, a batch at a time and no more than ``most``, and return how many were.

    Raises: EngineDown, EngineRefused.
    """
    done = 0
    for batch in _dirty(most):
        began, asked = time.monotonic(), clock.now()
        _in_step(batch, 1)
        done += len(batch)
        # The embedded size has one worker: while it rests nothing else is done either.
        if len(batch) == BATCH and connection.vendor == "postgresql":
            # What the engine has taken it still has to digest, on processors and disks that others want, too.
            following.digested(since=asked, within=LONGEST_REST)
            time.sleep(min(REST * (time.monotonic() - began), LONGEST_REST))
    return done


def _dirty(most: int) -> Iterator[list[int]]:
    last = 0
    while most > 0:
        batch = list(
            Sku.objects.filter(index_dirty_at__isnull=False, pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[: min(BATCH, most)]
        )
        if not batch:
            return
        yield batch
        last = batch[-1]
        most -= len(batch)


def _in_step(sku_ids: Sequence[int], attempts: int) -> None:
    left = list(sku_ids)
    for _round in range(_ROUNDS):
        left = _once(left, attempts)
        if not left:
            return
    logger.warning("skus keep changing while they are indexed", extra={"count": len(left)})


def _once(sku_ids: Sequence[int], attempts: int) -> list[int]:
    """Read, write, clear; return those that changed meanwhile."""
    # A mark on every one of them: without it, somebody else's whole round between reading and
    # writing here would go unseen.
    Sku.objects.filter(pk__in=sku_ids, index_dirty_at__isnull=True).update(index_dirty_at=clock.now())
    marks = dict(Sku.objects.filter(pk__in=sku_ids).values_list("pk", "index_dirty_at"))
    reading = read(sku_ids)
    rebuilding.touch(sku_ids)
    for one in every_engine():
        write_to(one, reading.documents, reading.gone, attempts=attempts)
    terms.learn(reading.documents)
    return sorted(set(marks) - _cleared({pk: mark for pk, mark in marks.items() if mark is not None}))


def _cleared(marks: Mapping[int, datetime]) -> set[int]:
    """Take away exactly these marks, and return the SKUs that had them still.

    One statement, one commit: rows that changed one by one have a mark each. What an order holds locked is about to be
    marked anew and is left alone, so neither waits for the other.
    """
    if not marks:
        return set()
    table = connection.ops.quote_name(Sku._meta.db_table)
    with connection.cursor() as cursor:
        # Only the table's name and placeholders are put together here; every value is a parameter.
        if connection.vendor == "postgresql":
            cursor.execute(
                f"UPDATE {table} SET index_dirty_at = NULL WHERE id IN (SELECT sku.id FROM {table} sku "  # noqa: S608
                "JOIN unnest(%s::bigint[], %s::timestamptz[]) AS seen(id, mark) "
                "ON sku.id = seen.id AND sku.index_dirty_at = seen.mark FOR UPDATE OF sku SKIP LOCKED) RETURNING id",
                [list(marks), list(marks.values())],
            )
        else:
            values = ", ".join(["(%s, %s)"] * len(marks))
            cursor.execute(
                f"UPDATE {table} SET index_dirty_at = NULL "  # noqa: S608
                f"WHERE (id, index_dirty_at) IN (VALUES {values}) RETURNING id",
                [part for pk, mark in marks.items() for part in (pk, connection.ops.adapt_datetimefield_value(mark))],
            )
        return {int(pk) for (pk,) in cursor.fetchall()}


def write_to(
    one: SearchEngine, documents: Sequence[Document], gone: Sequence[int], *, index: str = "", attempts: int = 1
) -> list[Receipt]:
    """Hand a reading to an engine and follow what it took."""
    receipts = []
    for receipt, ids in (
        (one.write(documents, index=index), [document.sku_id for document in documents]),
        (one.delete(gone, index=index), list(gone)),
    ):
        if receipt is not None:
            receipts.append(receipt)
            if not index:
                following.follow(receipt, ids, attempts=attempts)
    return receipts
