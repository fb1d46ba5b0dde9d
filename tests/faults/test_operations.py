"""What happens to work when its processes die: real consumers on PostgreSQL and Redis."""

import signal

import pytest

from tasks.models import Consumer, FailedTask, RunningTask, Sweep
from tests.faults.consumers import Yard, eventually, yard

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_work(tmp_path):
    with yard(tmp_path) as one:
        yield one


def _begun(at_work: Yard, times: int = 1) -> None:
    eventually(lambda: len(at_work.lines("begun")) >= times, why=at_work.log()[-3000:])


def test_kill9_what_a_killed_worker_held_is_done_once_by_the_next(at_work):
    first = at_work.start()
    held = at_work.put("hold", "held")
    _begun(at_work)
    assert eventually(lambda: RunningTask.objects.filter(task_id=held).first()).request_id == "request-of-test"
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    # The queue gave it away, and knows nothing of it: this is what Huey alone would have lost.
    assert held not in at_work.waiting()
    assert at_work.lines("ended") == []

    at_work.say("go")
    at_work.start()
    eventually(lambda: at_work.lines("ended"), why=at_work.log()[-3000:])

    row = eventually(lambda: FailedTask.objects.filter(state=FailedTask.State.DONE).first())
    assert at_work.lines("ended") == ["held"]
    assert (row.task_id, row.cause, row.losses) == (held, FailedTask.Cause.LOST, 1)
    assert row.request_id == "request-of-test"
    assert Consumer.objects.count() == 1


def test_sigterm_the_running_task_ends_before_its_process_does(at_work):
    consumer = at_work.start()
    at_work.put("hold", "running")
    _begun(at_work)
    at_work.put("hold", "waiting")
    eventually(lambda: len(at_work.lines("begun")) == 2)
    at_work.put("hold", "queued")

    consumer.send_signal(signal.SIGTERM)
    eventually(lambda: "Shutting down gracefully" in at_work.log())
    assert consumer.poll() is None
    at_work.say("go")

    assert consumer.wait(60) == 0
    assert sorted(at_work.lines("ended")) == ["running", "waiting"]
    # What nobody had begun is still there for the next, and nothing counts as lost.
    assert at_work.queue.pending_count() >= 1
    assert not RunningTask.objects.exists()
    assert not FailedTask.objects.exists()
    assert not Consumer.objects.exists()


def test_poison_a_task_that_always_fails_is_left_for_a_person_and_stops_nobody(at_work):
    at_work.start()
    bad = at_work.put("poison", "13812345678")
    at_work.say("go")
    at_work.put("hold", "good")

    row = eventually(
        lambda: FailedTask.objects.filter(task_id=bad, state=FailedTask.State.DEAD).first(), why=at_work.log()[-3000:]
    )
    assert at_work.lines("ended") == ["good"]
    assert len(at_work.lines("poisoned")) == 3
    assert row.attempts == 3
    assert row.error == "RuntimeError: no way to reach 138****5678, token=<secret>"
    assert "in poison" in row.trace
    # It was called with a number: that is kept masked, and so it cannot be repeated from here.
    assert (row.shown, row.arguments) == ('[["138****5678"], {}]', None)
    assert "task failed for good" in at_work.log()


def test_log_scrub_no_number_password_or_token_is_in_what_a_consumer_writes(at_work):
    at_work.start()
    at_work.put("poison", "13812345678", retries=0)
    eventually(lambda: "task failed for good" in at_work.log(), why=at_work.log()[-3000:])

    written = at_work.log()
    assert "138****5678" in written
    assert "request-of-test" in written
    for secret in ("13812345678", "hunter2", "abcdef123456"):
        assert secret not in written


def test_lock_ttl_the_lock_of_a_killed_worker_is_free_and_its_sweep_runs_again(at_work):
    at_work.say("stay")
    first = at_work.start()
    eventually(lambda: at_work.lines("swept"), why=at_work.log()[-3000:])
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    assert Sweep.objects.get(name="probe.sweep").runs == 0

    at_work.say("leave")
    second = at_work.start()
    eventually(
        lambda: any(line.endswith(f" {second.pid}") for line in at_work.lines("swept")), why=at_work.log()[-3000:]
    )

    eventually(lambda: Sweep.objects.get(name="probe.sweep").runs >= 1)


def test_two_schedulers_sweep_once_a_minute(at_work):
    first, second = at_work.start(), at_work.start()
    eventually(lambda: Consumer.objects.count() == 2, why=at_work.log()[-3000:])
    # Two more minutes, so that both schedulers have asked at least once for the same one.
    eventually(lambda: len(at_work.lines("swept")) >= 3, within=200)

    minutes = [line.split()[0] for line in at_work.lines("swept")]
    assert len(minutes) == len(set(minutes))
    assert first.poll() is None
    assert second.poll() is None
