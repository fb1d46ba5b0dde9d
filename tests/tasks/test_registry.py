"""Rules that every task keeps, whoever wrote it."""

import pytest
from huey.api import PeriodicTask
from huey.contrib.djhuey import HUEY

import tasks.tasks
from tasks import heartbeat, periodic

_ALL = HUEY._registry._registry
KICKS = {
    name: task for name, task in _ALL.items() if not issubclass(task, PeriodicTask) and not name.startswith("tests.")
}


def test_the_walk_sees_the_tasks():
    assert tasks.tasks.__all__
    assert len(KICKS) > 10


@pytest.mark.parametrize("name", KICKS)
def test_every_task_is_tried_again_a_few_times_with_a_growing_wait(name):
    task = KICKS[name]

    assert 1 <= task.default_retries <= 10
    assert task.default_retry_delay > 0
    assert task.default_retry_backoff > 1


def test_every_periodic_task_is_a_sweep_but_the_heart():
    sweeps = {one.task.task_class for one in periodic.registered().values()}
    others = {
        name: task
        for name, task in _ALL.items()
        if issubclass(task, PeriodicTask) and task not in sweeps and not name.startswith("tests.")
    }

    assert list(others.values()) == [heartbeat.beat.task_class]
