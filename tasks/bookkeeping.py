"""Who runs what, and what went wrong: rows that a killed worker leaves behind, so that nothing is lost unseen.

Huey hands a task out once. Here each one stands in a row while it runs. A process that no longer beats has died:
what it held is queued again, because every task is safe twice, and after some deaths it is left for a person: the
task may be what kills. A task that failed for good is left for a person, too.
"""

import functools
import json
import logging
import os
import socket
import threading
import time
import traceback
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, transaction
from huey import signals as huey_signals
from huey.api import PeriodicTask
from huey.contrib.djhuey import HUEY, on_shutdown, on_startup, signal

from kernel import clock, metrics, tracing
from kernel.masking import masked
from tasks.models import Consumer, FailedTask, RunningTask

logger = logging.getLogger(__name__)

#: So often a task may die with its process before a person looks.
MOST_LOSSES = 3
#: Days that ended failures are kept.
KEPT = timedelta(days=30)
#: Characters of a trace that are kept: its end says most.
TRACE = 8000
#: What a task is called that is tried again: the row it is tried for, and then a fresh number.
AGAIN = "again-"

#: The tasks that run in this process, and since when.
_started: dict[str, float] = {}
#: What the database was not there to be told; the next beat tells it.
_owed: deque[Callable[[], object]] = deque()


class _Process:
    """This consumer, if this process is one."""

    id: uuid.UUID | None = None
    workers = 0
    lock = threading.Lock()


# -- a consumer lives


@on_startup(name="bookkeeping")
def come_to_life() -> None:
    """The process has its row, and says every few seconds that it lives. Each worker thread asks; the first does it."""
    with _Process.lock:
        _Process.workers += 1
        if _Process.id is None:
            _Process.id = uuid.uuid4()
            try:
                # Before its first task, whose row names it.
                beat(_Process.id)
            except DatabaseError:
                logger.warning("consumer cannot say that it lives", exc_info=True)
            threading.Thread(target=_beat_on, args=(_Process.id,), name="Beat", daemon=True).start()


def _beat_on(consumer_id: uuid.UUID) -> None:
    while _Process.id == consumer_id:
        try:
            close_old_connections()
            beat(consumer_id)
            write_owed()
            # Whoever starts us again after a crash need not wait for the sweep; and who is silent is seen between two.
            rescue_lost()
        except Exception:
            logger.warning("consumer cannot say that it lives", exc_info=True)
        finally:
            close_old_connections()
        _stopped.wait(settings.CONSUMER_BEAT)


_stopped = threading.Event()


def beat(consumer_id: uuid.UUID) -> None:
    """The row of this consumer says that it lives now."""
    now = clock.now()
    if not Consumer.objects.filter(pk=consumer_id).update(beat_at=now):
        host, pid = socket.gethostname()[:100], os.getpid()
        Consumer.objects.create(pk=consumer_id, host=host, pid=pid, started_at=now, beat_at=now)


@on_shutdown(name="bookkeeping")
def end() -> None:
    """A process whose last worker went in peace leaves nothing behind."""
    with _Process.lock:
        _Process.workers -= 1
        if _Process.workers > 0 or _Process.id is None:
            return
        write_owed()
        ended, _Process.id = _Process.id, None
        _stopped.set()
    Consumer.objects.filter(pk=ended).delete()


# -- a task runs


@signal(huey_signals.SIGNAL_EXECUTING)
def note_start(_signal: str, task: Any) -> None:
    """The task stands in a row while it runs."""
    _started[task.id] = time.perf_counter()
    if HUEY.immediate or _Process.id is None:
        return
    close_old_connections()
    call = _call(task)
    try:
        RunningTask.objects.update_or_create(task_id=task.id, defaults={"consumer_id": _Process.id, **call})
    except Exception:
        # The consumer's own row may not stand yet.
        logger.warning("running task could not be noted", extra={"task": task.name}, exc_info=True)


@signal(huey_signals.SIGNAL_COMPLETE)
def note_success(_signal: str, task: Any) -> None:
    """The task no longer runs; had it failed before, that is made good."""
    _measured(task, "done")
    if HUEY.immediate:
        return
    _written(_no_longer_runs, task.id)
    if task.id.startswith(AGAIN) or task.retries < type(task).default_retries:
        _written(_made_good, task.id)


@signal(huey_signals.SIGNAL_ERROR)
def note_error(_signal: str, task: Any, error: BaseException) -> None:
    """The failure is a row with its trace; without a try left it is a dead letter. A sweep has its own row."""
    _measured(task, "failed")
    if HUEY.immediate:
        return
    # What failed may have been the connection.
    close_old_connections()
    _written(_no_longer_runs, task.id)
    if not isinstance(task, PeriodicTask):
        # A failure that is tried again ends in another one or well; told late it would stand there for ever.
        _written(record_failure, task, error, late=task.retries < 1)


@signal(huey_signals.SIGNAL_RETRYING)
def note_retry(_signal: str, task: Any) -> None:
    """Retries are counted."""
    metrics.count("mall_task_retries_total", task=task.name)


@signal(
    huey_signals.SIGNAL_LOCKED,
    huey_signals.SIGNAL_CANCELED,
    huey_signals.SIGNAL_TIMEOUT,
    huey_signals.SIGNAL_RATE_LIMITED,
)
def note_end(_signal: str, task: Any) -> None:
    """Whatever else ends a run: the task no longer runs."""
    _measured(task, _signal)
    if not HUEY.immediate:
        _written(_no_longer_runs, task.id)


@signal(huey_signals.SIGNAL_INTERRUPTED)
def note_interruption(_signal: str, task: Any) -> None:
    """A task that was still running when its process had to go is queued again at once."""
    _measured(task, "interrupted")
    if not HUEY.immediate:
        rescue(RunningTask.objects.filter(task_id=task.id))


def record_failure(task: Any, error: BaseException) -> FailedTask:
    """This failure stands in the task's row: the same for all of its tries."""
    dead = task.retries < 1
    trace = masked("".join(traceback.format_exception(error)))
    values: dict[str, Any] = {
        "state": FailedTask.State.DEAD if dead else FailedTask.State.RETRYING,
        "cause": FailedTask.Cause.ERROR,
        "error": masked(f"{type(error).__name__}: {error}")[:300],
        "trace": trace[-TRACE:],
        "last_seen": clock.now(),
    }
    with transaction.atomic():
        row = _row_of(task.id).select_for_update().first()
        if row is None:
            row = FailedTask(task_id=task.id, **_call(task))
        for name, value in values.items():
            setattr(row, name, value)
        row.attempts += 1
        row.save()
    if dead:
        metrics.count("mall_task_dead_total", task=task.name)
        logger.error("task failed for good", extra={"task": task.name, "task_id": task.id, "attempts": row.attempts})
    return row


def _row_of(task_id: str) -> Any:
    if task_id.startswith(AGAIN):
        number = task_id.removeprefix(AGAIN).partition("-")[0]
        return FailedTask.objects.filter(pk=int(number))
    return FailedTask.objects.filter(task_id=task_id)


def _measured(task: Any, result: str) -> None:
    metrics.count("mall_task_runs_total", task=task.name, result=result)
    begun = _started.pop(task.id, None)
    if begun is not None:
        metrics.observe("mall_task_seconds", time.perf_counter() - begun, task=task.name)


def _no_longer_runs(task_id: str) -> None:
    # Told late, it may have been tried again meanwhile, here or elsewhere: then that run ends it.
    if task_id not in _started:
        rows = RunningTask.objects.filter(task_id=task_id)
        (rows.filter(consumer_id=_Process.id) if _Process.id else rows).delete()


def _made_good(task_id: str) -> None:
    _row_of(task_id).exclude(state=FailedTask.State.DISCARDED).update(
        state=FailedTask.State.DONE, last_seen=clock.now()
    )


def _written(write: Callable[..., object], *given: Any, late: bool = True) -> None:
    """Write it now; while the database is away, with the next beat that finds it, unless it would be wrong ``late``."""
    try:
        write(*given)
    except (OperationalError, InterfaceError):
        logger.warning("how a task ended cannot be written now", extra={"later": late}, exc_info=True)
        if late:
            _owed.append(functools.partial(write, *given))


def write_owed() -> None:
    """Write what the database was not there for. Raises: what it raises; the rest then waits for the next time."""
    while _owed:
        _owed[0]()
        _owed.popleft()


# -- what a task was called with


def path_of(task: Any) -> str:
    """The name that Huey's registry knows the task by."""
    return str(HUEY._registry.task_to_string(type(task)))


def _call(task: Any) -> dict[str, Any]:
    """The call as a row keeps it. What is no JSON, or would show a secret, is kept masked and cannot be repeated."""
    # A task that gets itself as an argument does not need it in its row.
    given = [list(task.args), {key: value for key, value in task.kwargs.items() if value is not task}]
    try:
        text = json.dumps(given, ensure_ascii=False)
    except (TypeError, ValueError):
        text, kept = repr(given), None
    else:
        kept = given if masked(text) == text and len(text) <= TRACE else None
    return {
        "name": path_of(task),
        "arguments": kept,
        "shown": masked(text)[:TRACE],
        "request_id": getattr(task, "request_id", "") or tracing.request_id(),
    }


# -- what died with its process


def rescue_lost() -> int:
    """What dead processes held is queued again, or left for a person; how many tasks that were."""
    known = list(Consumer.objects.all())
    dead = [one.pk for one in known if _has_died(one)]
    for gone in set(_heard) - {one.pk for one in known}:
        _heard.pop(gone, None)
    rescued = rescue(RunningTask.objects.filter(consumer__in=dead).order_by("started_at"))
    # One that holds something again was not dead: the next minute looks again.
    Consumer.objects.filter(pk__in=dead, running=None).delete()
    return rescued


#: The last sign of life of each consumer, and since when this process has seen no later one, by a clock that never
#: jumps. Moments on walls decide nothing here: a clock that was put right would bury the living.
_heard: dict[uuid.UUID, tuple[datetime, float]] = {}


def _has_died(one: Consumer) -> bool:
    """Whether nothing was heard of this process for long enough; one of this machine is known to be dead at once."""
    living = _lives_here(one)
    if living is not None:
        return not living
    now = time.monotonic()
    beat_at, since = _heard.get(one.pk, (None, now))
    if beat_at != one.beat_at:
        _heard[one.pk] = one.beat_at, now
        return False
    return now - since >= settings.CONSUMER_DEAD_AFTER


def is_alive(one: Consumer) -> bool:
    """Whether this process beat lately, for people to see; nothing is decided by it."""
    if clock.now() - one.beat_at > timedelta(seconds=settings.CONSUMER_DEAD_AFTER):
        return False
    return _lives_here(one) is not False


def _lives_here(one: Consumer) -> bool | None:
    """Whether its process exists on this machine; None where that proves nothing."""
    if one.host != socket.gethostname()[:100]:
        return None
    if one.pid == os.getpid():
        # After a restart of its container a process may have the number of the one before.
        return _Process.id in (None, one.pk)
    try:
        os.kill(one.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return None
    # It may hang, or its number may be another's by now.
    return None


def rescue(lost: Iterable[RunningTask]) -> int:
    """Queue these tasks again, each once, whoever else tries the same. Sweeps come by themselves."""
    rescued = 0
    for one in lost:
        with transaction.atomic():
            if not RunningTask.objects.filter(pk=one.pk).delete()[0] or _is_periodic(one.name):
                continue
            row = _lost(one)
        rescued += 1
        metrics.count("mall_task_lost_total", task=one.name.rpartition(".")[2])
        logger.warning("task was lost with its process", extra={"task": one.name, "losses": row.losses})
        if row.state == FailedTask.State.RETRYING:
            run_again(row)
    return rescued


def _lost(one: RunningTask) -> FailedTask:
    row: FailedTask = _row_of(one.task_id).first() or FailedTask(
        task_id=one.task_id,
        name=one.name,
        arguments=one.arguments,
        shown=one.shown,
        request_id=one.request_id,
    )
    row.cause = FailedTask.Cause.LOST
    row.losses += 1
    row.attempts += 1
    row.last_seen = clock.now()
    again = row.arguments is not None and row.losses < MOST_LOSSES
    row.state = FailedTask.State.RETRYING if again else FailedTask.State.DEAD
    row.save()
    return row


def _is_periodic(name: str) -> bool:
    found = HUEY._registry._registry.get(name)
    return found is not None and issubclass(found, PeriodicTask)


def run_again(row: FailedTask) -> None:
    """Queue this call once more; how it ends stands in the same row. Raises: LookupError for one that cannot be."""
    found = HUEY._registry._registry.get(row.name)
    if found is None or row.arguments is None:
        raise LookupError(row.name)
    args, kwargs = row.arguments
    task = found(args=tuple(args), kwargs=kwargs, id=f"{AGAIN}{row.pk}-{uuid.uuid4().hex}")
    task.request_id = row.request_id
    HUEY.enqueue(task)


def forget_old() -> int:
    """Failures that were made good or let be long ago are gone; those that nobody looked at stay."""
    ended = [FailedTask.State.DONE, FailedTask.State.DISCARDED]
    return FailedTask.objects.filter(state__in=ended, last_seen__lt=clock.now() - KEPT).delete()[0]
