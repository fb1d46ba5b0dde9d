"""Making the index agree with the database. Every way in may run twice, in any order, at any time.

A SKU's ``index_dirty_at`` is the outbox and, its values never repeating, a version too: a writer
clears exactly the mark that it read. Whoever finds the mark changed or already cleared has written
something that may be older than another's writing, and writes again.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from kernel import clock
from search import following, rebuilding, terms
from search.documents import read
from search.engine import Document, Receipt, SearchEngine, engine, fallback
from shop.catalog.models import Sku

logger = logging.getLogger(__name__)

#: SKUs read and written together; memory and the engine's tasks stay this small however many wait.
BATCH = 500
#: Rounds after which a SKU that keeps changing is left to the sweep; its mark stays.
_ROUNDS = 5


def upsert(sku_ids: Sequence[int], *, attempts: int = 1) -> None:
    """Write or delete these SKUs' documents by their rows as they are now.

    ``attempts`` counts how often the engine was given them, this time included.
    Raises: EngineDown, EngineRefused; the marks then stay, and the database engine is in step already.
    """
    waiting = sorted(set(sku_ids))
    for start in range(0, len(waiting), BATCH):
        _in_step(waiting[start : start + BATCH], attempts)


def sweep_dirty(*, most: int = 20_000) -> int:
    """Index what is marked, a batch at a time and no more than ``most``, and return how many were.

    Raises: EngineDown, EngineRefused.
    """
    done = 0
    for batch in _dirty(most):
        _in_step(batch, 1)
        done += len(batch)
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
    marks = Sku.objects.filter(pk__in=sku_ids).values_list("pk", "index_dirty_at")
    by_mark: dict[datetime | None, list[int]] = {}
    for pk, mark in marks:
        by_mark.setdefault(mark, []).append(pk)
    reading = read(sku_ids)
    rebuilding.touch(sku_ids)
    for one in engines():
        write_to(one, reading.documents, reading.gone, attempts=attempts)
    terms.learn(reading.documents)
    changed: list[int] = []
    for mark, ids in by_mark.items():
        if Sku.objects.filter(pk__in=ids, index_dirty_at=mark).update(index_dirty_at=None) != len(ids):
            # Some of them, no matter which: writing the others again does no harm.
            changed += ids
    return changed


def engines() -> list[SearchEngine]:
    """All that are kept in step. The database first: it costs no network, and answers while the other is away."""
    return list(dict.fromkeys([fallback(), engine()]))


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
