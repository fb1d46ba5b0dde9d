"""Writes that an engine took, followed to their end: taking one is no promise that it will be done."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

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
    while last is not None and engine().outcome(Receipt(last.task, last.index)).state == "waiting":
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK)
    return True


def follow_writes(*, upsert: Callable[..., None]) -> int:
    """Look after every write that is due: forget the done, see the failed, make them anew. Return how many failed.

    Raises: EngineDown, EngineRefused.
    """
    failed = 0
    now = clock.now()
    due = IndexWrite.objects.filter(due_at__lte=now).exclude(state=IndexWrite.State.GIVEN_UP).order_by("due_at")
    for write in due[:_BATCH]:
        if write.state == IndexWrite.State.FAILED:
            upsert(write.sku_ids, attempts=write.attempts + 1)
            IndexWrite.objects.filter(pk=write.pk, created_at=write.created_at).delete()
            continue
        failed += _look_at(write)
    return failed


def _look_at(write: IndexWrite) -> bool:
    """Bring one waiting row to what became of its write; True for a failure."""
    now = clock.now()
    outcome = engine().outcome(Receipt(write.task, write.index))
    mine = IndexWrite.objects.filter(pk=write.pk, created_at=write.created_at)
    if outcome.state == "done":
        mine.delete()
        return False
    if outcome.state == "waiting":
        mine.update(due_at=now + max(_FIRST_LOOK, (now - write.created_at) / 2))
        return False
    logger.error(
        "search engine failed a write that it had taken",
        extra={"task": write.task, "index": write.index, "skus": len(write.sku_ids), "error": outcome.error},
    )
    last = write.attempts >= MOST_ATTEMPTS
    mine.update(
        state=IndexWrite.State.GIVEN_UP if last else IndexWrite.State.FAILED,
        error=outcome.error[:500],
        due_at=now + _FIRST_RETRY * 2 ** (write.attempts - 1),
    )
    return True
