"""Periodic work: due by its row, alone by its lock, and a failure is seen."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from huey.contrib.djhuey import HUEY

import tasks.tasks
from kernel import clock
from tasks import periodic
from tasks.exclusive import held
from tasks.models import Sweep
from tasks.periodic import BROKEN, FORGOTTEN, Periodic
from tasks.rhythm import daily, hourly, minutely

NOON = datetime(2026, 6, 1, 4, 0, 30, tzinfo=UTC)  # 12:00:30 in Shanghai


@pytest.fixture
def ran():
    return []


@pytest.fixture
def alone(monkeypatch, ran):
    """One sweep that is the only one registered."""
    one = Periodic("test.sweep", minutely(), lambda: ran.append(clock.now()))
    monkeypatch.setattr(periodic, "_all", {one.name: one})
    monkeypatch.setattr(periodic, "_looked", float("-inf"))
    return one


def _look_again(monkeypatch):
    monkeypatch.setattr(periodic, "_looked", float("-inf"))
    return periodic.due_names()


@pytest.mark.parametrize(
    ("rhythm", "next_one"),
    [
        (minutely(), datetime(2026, 6, 1, 4, 1, tzinfo=UTC)),
        (minutely(5), datetime(2026, 6, 1, 4, 5, tzinfo=UTC)),
        (hourly(37), datetime(2026, 6, 1, 4, 37, tzinfo=UTC)),
        # At 04:20 in the shop, not in London.
        (daily(4, 20), datetime(2026, 6, 1, 20, 20, tzinfo=UTC)),
        (daily(23, 59), datetime(2026, 6, 1, 15, 59, tzinfo=UTC)),
    ],
)
def test_the_next_time_is_by_the_clock_of_the_shop(rhythm, next_one):
    assert rhythm.after(NOON) == next_one
    assert rhythm.after(next_one) == next_one + rhythm.period


@pytest.mark.django_db
def test_a_sweep_runs_when_it_is_due_and_not_twice_in_its_period(alone, ran):
    with clock.seen_at(NOON):
        assert alone.run()
        assert not alone.run()
    with clock.seen_at(NOON + timedelta(seconds=30)):
        assert alone.run()

    row = Sweep.objects.get(name="test.sweep")
    assert (len(ran), row.runs, row.failures, row.error) == (2, 2, 0, "")
    assert row.next_due == NOON + timedelta(seconds=90)
    assert row.succeeded_at is not None
    assert row.seconds is not None


@pytest.mark.django_db
def test_what_was_missed_while_nobody_ran_is_made_good_once(monkeypatch, ran):
    nightly = Periodic("test.nightly", daily(4, 20), lambda: ran.append(1))
    monkeypatch.setattr(periodic, "_all", {nightly.name: nightly})
    with clock.seen_at(NOON):
        # Its time has passed today already, and it never ran: it waits for the night.
        assert _look_again(monkeypatch) == set()
    # The consumer was down all night, and comes up at nine in the morning.
    morning = NOON + timedelta(hours=21)
    with clock.seen_at(morning):
        assert _look_again(monkeypatch) == {"test.nightly"}
        assert nightly.run()
        assert not nightly.run()
        assert _look_again(monkeypatch) == set()

    assert ran == [1]
    assert Sweep.objects.get(name="test.nightly").next_due == datetime(2026, 6, 2, 20, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_a_clock_that_jumped_back_does_not_stop_a_sweep(alone, ran):
    with clock.seen_at(NOON + timedelta(days=300)):
        alone.run()
    with clock.seen_at(NOON):
        assert alone.run()

    assert len(ran) == 2


@pytest.mark.django_db
def test_the_scheduler_queues_what_is_due_once_until_it_ran_or_was_lost(alone, monkeypatch):
    with clock.seen_at(NOON):
        assert _look_again(monkeypatch) == {"test.sweep"}
        assert _look_again(monkeypatch) == set()
    with clock.seen_at(NOON + FORGOTTEN):
        assert _look_again(monkeypatch) == {"test.sweep"}


@pytest.mark.django_db
def test_a_failure_stands_in_the_row_and_is_tried_again_after_a_growing_wait(alone, caplog):
    def broken():
        raise RuntimeError("no way to reach 13812345678")

    alone.function = broken
    waits = []
    moment = NOON
    for _try in range(BROKEN):
        with clock.seen_at(moment), pytest.raises(RuntimeError):
            alone.run()
        row = Sweep.objects.get(name="test.sweep")
        waits.append((row.next_due - moment).total_seconds())
        moment = row.next_due

    assert waits == [60, 120, 240, 300, 300]
    assert (row.runs, row.failures, row.failures_in_row) == (BROKEN, BROKEN, BROKEN)
    assert row.error == "RuntimeError: no way to reach 138****5678"
    assert [one.message for one in caplog.records].count("sweep keeps failing") == 1

    alone.function = lambda: None
    with clock.seen_at(moment):
        assert alone.run()
    row.refresh_from_db()
    assert (row.failures_in_row, row.error) == (0, "")


@pytest.mark.django_db
def test_a_sweep_that_died_in_the_middle_is_due_again_at_the_next_minute(alone, monkeypatch):
    class Killed(BaseException):
        pass

    def killed():
        raise Killed

    alone.function = killed
    with clock.seen_at(NOON), pytest.raises(Killed):
        alone.run()
    with clock.seen_at(NOON + timedelta(minutes=1)):
        assert _look_again(monkeypatch) == {"test.sweep"}


@pytest.mark.django_db
def test_run_now_asks_for_no_time(alone, ran):
    with clock.seen_at(NOON):
        alone.run()
        assert alone.run(forced=True)

    assert len(ran) == 2


@pytest.mark.django_db
def test_nothing_is_queued_while_the_queue_stands_still(alone, monkeypatch):
    HUEY.pause()
    try:
        assert _look_again(monkeypatch) == set()
    finally:
        HUEY.resume()
    assert _look_again(monkeypatch) == {"test.sweep"}


@pytest.mark.django_db
def test_without_its_rows_the_scheduler_goes_by_the_clock(alone, monkeypatch):
    def away(now):
        raise DatabaseError("away")

    monkeypatch.setattr(periodic, "_claimed", away)
    with clock.seen_at(NOON):
        assert _look_again(monkeypatch) == {"test.sweep"}


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_two_schedulers_do_the_work_once_at_once_and_one_after_the_other(alone, ran):
    inside, go_on = threading.Event(), threading.Event()

    def slow():
        ran.append(threading.current_thread().name)
        inside.set()
        assert go_on.wait(10)

    alone.function = slow

    def first_scheduler():
        try:
            alone.run()
        finally:
            connection.close()

    first = threading.Thread(target=first_scheduler, name="first")
    first.start()
    assert inside.wait(10)
    at_once = alone.run()
    go_on.set()
    first.join(10)
    afterwards = alone.run()

    assert (at_once, afterwards, ran) == (False, False, ["first"])
    # The control: without the row, the second scheduler does it all again.
    Sweep.objects.all().delete()
    assert alone.run()
    assert len(ran) == 2


@pytest.mark.fault
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_lock_ttl_the_lock_of_a_dead_worker_is_free_with_its_connection(alone, ran):
    died = threading.Event()

    def worker():
        lock = held(alone.name)
        assert lock.__enter__()
        # Killed here: nobody leaves the block, the connection goes.
        connection.close()
        died.set()

    threading.Thread(target=worker).start()
    assert died.wait(10)

    assert alone.run()
    assert len(ran) == 1


def test_every_sweep_says_what_it_does():
    assert tasks.tasks.__all__
    silent = [name for name, one in periodic.registered().items() if one.says == name]

    assert len(periodic.registered()) > 15
    assert silent == []
