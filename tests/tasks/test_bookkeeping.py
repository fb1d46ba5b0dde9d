"""What went wrong stands in rows; what was lost is queued again, a few times."""

import os
import socket
import time
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from kernel import tracing
from tasks import areas, bookkeeping, orders
from tasks.bookkeeping import KEPT, MOST_LOSSES, forget_old, is_alive, record_failure, rescue_lost, run_again
from tasks.models import Consumer, FailedTask, RunningTask

pytestmark = pytest.mark.django_db
State = FailedTask.State
DROP = "tasks.areas.drop_area_bytes"


@pytest.fixture
def queued(monkeypatch):
    found = []
    monkeypatch.setattr(HUEY, "enqueue", found.append)
    return found


def dead_consumer() -> Consumer:
    """One of another machine whose last sign of life this process has known for too long."""
    one = Consumer.objects.create(host="elsewhere", pid=1)
    bookkeeping._heard[one.pk] = one.beat_at, time.monotonic() - 120
    return one


def lost_task(task_id="t1", name=DROP, **values) -> RunningTask:
    return RunningTask.objects.create(
        task_id=task_id, name=name, **{"arguments": [[], {}], "consumer": dead_consumer(), **values}
    )


def failing(retries=0, *args, **kwargs):
    task = areas.drop_area_bytes.task_class(args=args, kwargs=kwargs, retries=retries)
    task.request_id = "request-9"
    return task


def error(text="away"):
    try:
        raise ConnectionError(text)
    except ConnectionError as caught:
        return caught


def test_all_tries_of_a_task_are_one_row_and_the_last_is_a_dead_letter(caplog):
    task = failing(2)
    states = []
    for retries in (2, 1, 0):
        task.retries = retries
        states.append(record_failure(task, error()).state)

    row = FailedTask.objects.get()
    assert states == [State.RETRYING, State.RETRYING, State.DEAD]
    assert (row.attempts, row.name, row.request_id) == (3, DROP, "request-9")
    assert "ConnectionError: away" in row.trace
    assert [one.message for one in caplog.records] == ["task failed for good"]


@pytest.mark.parametrize(
    ("args", "kept", "shown"),
    [
        ((7, [1, 2]), [[7, [1, 2]], {}], "[[7, [1, 2]], {}]"),
        (("13812345678",), None, '[["138****5678"], {}]'),
        (({"password": "hunter2"},), None, '[[{"password": <secret>}], {}]'),
        ((object,), None, "[[<class 'object'>], {}]"),
    ],
    ids=["plain", "mobile", "password", "no JSON"],
)
def test_arguments_are_kept_only_if_they_hide_nothing(args, kept, shown):
    row = record_failure(failing(0, *args), error("for 13812345678"))

    assert (row.arguments, row.shown) == (kept, shown)
    assert "13812345678" not in row.error + row.trace


def test_what_a_dead_process_held_is_queued_again_once(queued):
    lost_task()

    assert (rescue_lost(), rescue_lost()) == (1, 0)

    row = FailedTask.objects.get()
    assert (row.state, row.cause, row.losses) == (State.RETRYING, FailedTask.Cause.LOST, 1)
    assert [(type(one).__name__, one.args) for one in queued] == [("drop_area_bytes", ())]
    assert queued[0].id.startswith(f"again-{row.pk}-")
    assert (RunningTask.objects.count(), Consumer.objects.count()) == (0, 0)


def test_a_task_that_kills_its_process_is_left_for_a_person(queued):
    lost_task()
    rescue_lost()
    for _death in range(MOST_LOSSES - 1):
        lost_task(task_id=queued[-1].id)
        rescue_lost()

    row = FailedTask.objects.get()
    assert (row.state, row.losses, len(queued)) == (State.DEAD, MOST_LOSSES, MOST_LOSSES - 1)


def test_a_lost_task_that_cannot_be_repeated_is_seen(queued):
    lost_task(arguments=None, shown='["138****5678"]')

    rescue_lost()

    assert (FailedTask.objects.get().state, queued) == (State.DEAD, [])


def test_a_lost_sweep_needs_no_rescue_its_row_is_still_due(queued):
    lost_task(name=bookkeeping.path_of(orders.close_expired_orders.task_class()))

    assert rescue_lost() == 0
    assert (RunningTask.objects.count(), FailedTask.objects.count(), queued) == (0, 0, [])


def test_what_a_living_process_holds_stays_with_it(queued):
    living = Consumer.objects.create(host="elsewhere", pid=1)
    lost_task(consumer=living)

    assert rescue_lost() == 0
    assert (RunningTask.objects.count(), queued) == (1, [])


def test_a_process_that_is_silent_by_our_own_clock_is_dead_whatever_its_rows_say(queued, settings, monkeypatch):
    settings.CONSUMER_DEAD_AFTER = 60
    ticks = [1000.0]
    monkeypatch.setattr(bookkeeping.time, "monotonic", lambda: ticks[0])
    # Its clock, or ours, is years off: that says nothing.
    silent = Consumer.objects.create(host="elsewhere", pid=1, beat_at=timezone.now() - timedelta(days=800))
    beating = Consumer.objects.create(host="elsewhere", pid=2, beat_at=timezone.now() + timedelta(days=800))
    lost_task("t1", consumer=silent)
    lost_task("t2", consumer=beating)
    assert rescue_lost() == 0

    for _beat in range(7):
        ticks[0] += 10
        beating.beat_at -= timedelta(days=1)
        beating.save()
        rescue_lost()

    assert [one.consumer_id for one in RunningTask.objects.all()] == [beating.pk]
    assert list(Consumer.objects.values_list("pk", flat=True)) == [beating.pk]


def test_a_process_of_this_machine_is_known_to_be_dead_at_once():
    here = socket.gethostname()[:100]
    # No process has this number: it is above the kernel's limit.
    gone = Consumer(id=uuid.uuid4(), host=here, pid=4_194_305)
    alive = Consumer(id=uuid.uuid4(), host=here, pid=os.getppid())

    assert (is_alive(gone), is_alive(alive)) == (False, True)


def test_a_repeated_call_ends_in_the_row_it_was_repeated_for(queued, monkeypatch):
    row = record_failure(failing(0), error())
    run_again(row)
    again = queued[-1]
    assert again.request_id == "request-9"

    record_failure_again = bookkeeping.record_failure(again, error("still away"))
    assert (record_failure_again.pk, record_failure_again.attempts) == (row.pk, 2)

    monkeypatch.setattr(HUEY, "_immediate", False)
    bookkeeping.note_success("complete", again)
    row.refresh_from_db()
    assert row.state == State.DONE


def test_a_task_that_is_gone_cannot_be_repeated():
    row = FailedTask.objects.create(task_id="x", name="tasks.gone.gone", arguments=[[], {}])

    with pytest.raises(LookupError):
        run_again(row)


def test_old_failures_go_and_those_nobody_looked_at_stay():
    old = timezone.now() - KEPT - timedelta(days=1)
    for number, state in enumerate(State.values):
        FailedTask.objects.create(task_id=str(number), name="x", state=state, last_seen=old)
    FailedTask.objects.create(task_id="new", name="x", state=State.DONE)

    assert forget_old() == 2
    assert set(FailedTask.objects.values_list("state", flat=True)) == {State.DEAD, State.RETRYING, State.DONE}


def test_the_name_of_the_request_is_kept_with_the_call():
    with tracing.working_for("request-10"):
        row = record_failure(areas.drop_area_bytes.task_class(), error())

    assert row.request_id == "request-10"
