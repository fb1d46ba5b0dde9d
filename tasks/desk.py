"""What the operator sees of the queue and its workers, and may do about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from huey.contrib.djhuey import HUEY

# The consumer finds tasks by this name; whoever shows them must know them all, too.
import tasks.tasks  # noqa: F401
from kernel import clock
from kernel.errors import Conflict, NotFound
from kernel.masking import masked
from tasks import bookkeeping, periodic
from tasks.models import Consumer, FailedTask, RunningTask, Sweep

#: So many waiting tasks are read at the most.
MOST_SHOWN = 100
State = FailedTask.State


class TaskNotFound(NotFound):
    code = "task.not_found"
    text = _("没有这个任务")


class TaskNotRepeatable(Conflict):
    code = "task.not_repeatable"
    text = _("该任务的参数含有敏感信息或任务已不存在，不能重新运行")


class TaskEnded(Conflict):
    code = "task.ended"
    text = _("该任务已经处理完毕")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task in the queue or on the schedule."""

    name: str
    shown: str
    since: datetime | None
    due: datetime | None
    retries: int


@dataclass(frozen=True, slots=True)
class QueueState:
    """The queue as it stands."""

    name: str
    is_paused: bool
    depth: int
    scheduled: int
    oldest: datetime | None
    first: tuple[Waiting, ...]
    next: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class SweepState:
    """A periodic job and how it went."""

    name: str
    says: str
    row: Sweep | None
    #: Seconds by which it is overdue; the scheduler looks once a minute.
    late: float

    @property
    def is_broken(self) -> bool:
        return self.row is not None and self.row.failures_in_row >= periodic.BROKEN


def queue_state() -> QueueState:
    """How much waits, since when, and what comes first."""
    oldest = HUEY.oldest()
    return QueueState(
        name=HUEY.name,
        is_paused=HUEY.is_paused(),
        depth=HUEY.pending_count(),
        scheduled=HUEY.scheduled_count(),
        oldest=_moment(oldest),
        first=tuple(_waiting(task) for task in HUEY.pending(MOST_SHOWN)),
        next=tuple(_waiting(task) for task in HUEY.scheduled(MOST_SHOWN)),
    )


def _waiting(task: Any) -> Waiting:
    return Waiting(
        name=bookkeeping.path_of(task),
        shown=masked(repr([*task.args, *task.kwargs.items()]))[:300],
        since=_moment(getattr(task, "since", None)),
        due=task.eta.replace(tzinfo=UTC) if task.eta else None,
        retries=task.retries,
    )


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def consumers() -> QuerySet[Consumer]:
    """The processes that run tasks, with how many they hold; one query."""
    return Consumer.objects.annotate(held=Count("running"))


def running() -> QuerySet[RunningTask]:
    """What workers hold now, longest first, with their processes; one query."""
    return RunningTask.objects.select_related("consumer")[:MOST_SHOWN]


def failures(*, state: str = "") -> QuerySet[FailedTask]:
    """Failed tasks, latest first; without a state those that are not yet done with."""
    rows = FailedTask.objects.defer("trace", "arguments")
    return rows.filter(state=state) if state else rows.filter(state__in=[State.DEAD, State.RETRYING])


def failure(*, failure_id: int) -> FailedTask:
    """Raises: TaskNotFound."""
    row = FailedTask.objects.filter(pk=failure_id).first()
    if row is None:
        raise TaskNotFound
    return row


def sweeps() -> list[SweepState]:
    """Every periodic job, also one that never ran; one query."""
    rows = {row.name: row for row in Sweep.objects.all()}
    now = clock.now()
    found = []
    for name, one in sorted(periodic.registered().items()):
        row = rows.get(name)
        late = max(timedelta(), now - row.next_due).total_seconds() if row else 0.0
        found.append(SweepState(name, one.says, row, late))
    return found


# -- what may be done


@transaction.atomic
def run_again(*, failure_id: int) -> FailedTask:
    """Queue a failed call once more; how it ends stands in the same row.

    Raises: TaskNotFound, TaskEnded when it was made good or let be, TaskNotRepeatable.
    """
    row = _locked(failure_id)
    if row.arguments is None or row.name not in HUEY._registry._registry:
        raise TaskNotRepeatable
    row.state, row.losses, row.last_seen = State.RETRYING, 0, clock.now()
    row.save()
    transaction.on_commit(lambda: bookkeeping.run_again(row))
    return row


@transaction.atomic
def discard(*, failure_id: int) -> FailedTask:
    """Let a failed task be: nobody need look at it any more. Raises: TaskNotFound, TaskEnded."""
    row = _locked(failure_id)
    row.state, row.last_seen = State.DISCARDED, clock.now()
    row.save()
    return row


def _locked(failure_id: int) -> FailedTask:
    row = FailedTask.objects.select_for_update().filter(pk=failure_id).first()
    if row is None:
        raise TaskNotFound
    if row.state in (State.DONE, State.DISCARDED):
        raise TaskEnded
    return row


def pause_queue() -> None:
    """No worker takes a task from now on. Safe to run twice."""
    HUEY.pause()


def resume_queue() -> None:
    """Workers take tasks again, and what was missed is made good. Safe to run twice."""
    HUEY.resume()


def run_sweep(*, name: str) -> None:
    """Queue this periodic job now, due or not. Raises: TaskNotFound."""
    one = periodic.registered().get(name)
    if one is None:
        raise TaskNotFound
    one.task(forced=True)
