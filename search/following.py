"""Writes that an engine took, followed to their end: taking one is no promise that it will be done."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from kernel import clock
from search.engine import Receipt, engine
from search.models import IndexWrite

logger = logging.getLogger(__name__)

#: A failed write is made anew so often, each time from rows read anew, before staff must look.
MOST_ATTEMPTS = 6
_FIRST_LOOK = timedelta(seconds=1)
_FIRST_RETRY = timedelta(seconds=30)
_BATCH = 200
#: Seconds between two looks at whether the engine is through with what it took.
LOOK = 0.2


def follow(receipt: Receipt, sku_ids: Sequence[int], *, attempts: int = 1) -> None:
    """The write of this receipt will be looked after."""
    now = clock.now()
    # A server that was wiped counts its tasks from zero again.
    IndexWrite.objects.update_or_create(
        index=receipt.index,
        task=receipt.task,
        defaults={
            "sku_ids": list(sku_ids),
            "attempts": attempts,
            "state": IndexWrite.State.WAITING,
            "error": "",
            "created_at": now,
            "due_at": now + _FIRST_LOOK,
        },
    )


def digested(*, since: datetime, within: float) -> bool:
    """Wait until the engine is through with what it took since this moment, some seconds at the longest; whether it is.

    Its state is left as it is: ``follow_writes`` looks after that.
    Raises: EngineDown, EngineRefused.
    """
    taken = IndexWrite.objects.filter(state=IndexWrite.State.WAITING, created_at__gte=since)
    # A server works at its tasks in their order.
    last = taken.order_by("-task").first()
    until = time.monotonic() + within
    while last is not None and engine().outcomes([Receipt(last.task, last.index)])[0].state == "waiting":
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK)
    return True


def follow_writes(*, upsert: Callable[..., None]) -> int:
    """Look after every write that is due: forget the done, see the failed, make them anew. Return how many failed.

    The engine is asked for many at once. Raises: EngineDown, EngineRefused.
    """
    failed = 0
    now = clock.now()
    # Whatever is looked at here is gone, or due later than now.
    due = IndexWrite.objects.filter(due_at__lte=now).exclude(state=IndexWrite.State.GIVEN_UP).order_by("due_at")
    while batch := list(due[:_BATCH]):
        again = [write for write in batch if write.state == IndexWrite.State.FAILED]
        for write in again:
            upsert(write.sku_ids, attempts=write.attempts + 1)
            _mine([write]).delete()
        failed += _look_at([write for write in batch if write not in again])
    return failed


def _mine(writes: Sequence[IndexWrite]) -> QuerySet[IndexWrite]:
    """These rows, but for those that follow another write by now: a server that was wiped uses its numbers again."""
    return IndexWrite.objects.filter(
        pk__in=[write.pk for write in writes], created_at__lte=max(write.created_at for write in writes)
    )


def _look_at(writes: Sequence[IndexWrite]) -> int:
    """Bring waiting rows to what became of their writes; how many failed."""
    if not writes:
        return 0
    now = clock.now()
    told = list(zip(writes, engine().outcomes([Receipt(write.task, write.index) for write in writes]), strict=True))
    if done := [write for write, outcome in told if outcome.state == "done"]:
        _mine(done).delete()
    for write, outcome in told:
        if outcome.state == "waiting":
            _mine([write]).update(due_at=now + max(_FIRST_LOOK, (now - write.created_at) / 2))
    failed = [(write, outcome.error) for write, outcome in told if outcome.state == "failed"]
    for write, error in failed:
        _note_failure(write, error, now)
    return len(failed)


def _note_failure(write: IndexWrite, error: str, now: datetime) -> None:
    logger.error(
        "search engine failed a write that it had taken",
        extra={"task": write.task, "index": write.index, "skus": len(write.sku_ids), "error": error},
    )
    last = write.attempts >= MOST_ATTEMPTS
    _mine([write]).update(
        state=IndexWrite.State.GIVEN_UP if last else IndexWrite.State.FAILED,
        error=error[:500],
        due_at=now + _FIRST_RETRY * 2 ** (write.attempts - 1),
    )
