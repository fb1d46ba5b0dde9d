"""Building a second index beside the one that answers, and putting it in its place."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction

from kernel import clock
from search import terms
from search.documents import read
from search.engine import Receipt, SearchEngine
from search.errors import EngineRefused, RebuildRunning
from search.models import Rebuild, Touched
from shop.catalog.models import Sku

logger = logging.getLogger(__name__)

#: Larger than an ordinary write: the engine merges each batch into all that is there already, and takes one of 8,000
#: in a fifth of the time of four of 2,000.
BATCH = 5000
#: A rebuild that has not moved for so long lost its process.
_LIFELESS = timedelta(minutes=10)
_PATIENCE = 1800

Progress = Callable[[int, int], None]
WriteTo = Callable[..., list[Receipt]]


def touch(sku_ids: Sequence[int]) -> None:
    """While a rebuild runs, note that these are being written to the old index, so that the new one gets them, too."""
    if Rebuild.objects.filter(state=Rebuild.State.RUNNING).exists():
        Touched.objects.bulk_create([Touched(sku_id=sku_id) for sku_id in sku_ids])


def rebuild(
    *, engines: Sequence[SearchEngine], write_to: WriteTo, upsert: Callable[[Sequence[int]], None], progress: Progress
) -> Rebuild:
    """Every document stands anew in an index with the settings of the code. There is no moment without an answer.

    Raises: RebuildRunning; EngineDown, EngineRefused, after which the old index answers as before.
    """
    run = _started()
    try:
        building = [(one, one.begin()) for one in engines]
        try:
            _fill(run, building, write_to, progress)
            for one, index in building:
                one.swap(index)
        except BaseException:
            for one, index in building:
                _discard(one, index)
            raise
    except BaseException as error:
        _ended(run, Rebuild.State.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    _ended(run, Rebuild.State.DONE)
    # What was written to the old index after the last draining stands in no index now.
    while batch := _popped():
        upsert(batch)
    terms.refresh()
    return run


def _started() -> Rebuild:
    now = clock.now()
    Rebuild.objects.filter(state=Rebuild.State.RUNNING, beat_at__lt=now - _LIFELESS).update(
        state=Rebuild.State.FAILED, error="process lost", finished_at=now
    )
    try:
        with transaction.atomic():
            run = Rebuild.objects.create(index="", total=Sku.objects.count(), started_at=now, beat_at=now)
    except IntegrityError as error:
        raise RebuildRunning from error
    Touched.objects.all().delete()
    return run


def _ended(run: Rebuild, state: Rebuild.State, *, error: str = "") -> None:
    run.state, run.error, run.finished_at = state, error[:500], clock.now()
    run.save(update_fields=["state", "error", "finished_at"])


def _discard(one: SearchEngine, index: str) -> None:
    try:
        one.discard(index)
    except Exception:
        # The next rebuild begins by removing what is left over.
        logger.warning("a half-built index stays behind", extra={"index": index}, exc_info=True)


def _batches() -> Iterator[list[int]]:
    last = 0
    while batch := list(Sku.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def _popped() -> list[int]:
    rows = dict(Touched.objects.order_by("pk").values_list("pk", "sku_id")[:BATCH])
    Touched.objects.filter(pk__in=rows).delete()
    return sorted(set(rows.values()))


def _fill(run: Rebuild, building: Sequence[tuple[SearchEngine, str]], write_to: WriteTo, progress: Progress) -> None:
    present: set[int] = set()
    receipts: list[tuple[SearchEngine, Receipt]] = []

    def put(batch: Sequence[int]) -> None:
        reading = read(batch)
        gone = [sku_id for sku_id in reading.gone if sku_id in present]
        for one, index in building:
            receipts.extend((one, receipt) for receipt in write_to(one, reading.documents, gone, index=index))
        present.update(document.sku_id for document in reading.documents)
        present.difference_update(gone)

    for batch in _batches():
        put(batch)
        run.done += len(batch)
        run.beat_at = clock.now()
        run.save(update_fields=["done", "beat_at"])
        progress(run.done, run.total)
    _await(run, receipts)
    while batch := _popped():
        put(batch)
    _await(run, receipts)
    for one, index in building:
        found = one.count(index=index)
        if found != len(present):
            raise EngineRefused(f"{one.name} holds {found} documents of {len(present)}")


def _await(run: Rebuild, receipts: list[tuple[SearchEngine, Receipt]]) -> None:
    """All writes are done. Raises: EngineRefused for one that failed."""
    end = time.monotonic() + _PATIENCE
    pause = 0.05
    while receipts:
        one, receipt = receipts[0]
        [outcome] = one.outcomes([receipt])
        if outcome.state == "failed":
            raise EngineRefused(f"task {receipt.task}: {outcome.error}")
        if outcome.state == "done":
            receipts.pop(0)
            pause = 0.05
            continue
        if time.monotonic() > end:
            raise EngineRefused("the engine takes too long")
        Rebuild.objects.filter(pk=run.pk).update(beat_at=clock.now())
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
