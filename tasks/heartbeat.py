"""A sign of life of the consumer that runs the scheduler."""

from datetime import datetime

from django.core.cache import cache
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, on_startup

from kernel import clock
from tasks.priorities import HIGH

KEY = "consumer:heartbeat"
#: Seconds after which even the memory of the last beat goes.
FORGOTTEN = 86_400


@on_startup()
def announce() -> None:
    """A consumer that has just started is alive; its first minute need not pass first."""
    cache.set(KEY, clock.now().isoformat(), FORGOTTEN)


@db_periodic_task(crontab(), priority=HIGH)
def beat() -> None:
    """Say that the scheduler and a worker are alive. Safe to run twice."""
    cache.set(KEY, clock.now().isoformat(), FORGOTTEN)


def seconds_since_last() -> float | None:
    """Seconds since the last beat; None when none is known."""
    last = cache.get(KEY)
    return (clock.now() - datetime.fromisoformat(last)).total_seconds() if last else None
