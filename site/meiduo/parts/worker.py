"""The Huey consumer, known by its heartbeat."""

from collections.abc import Iterator

from meiduo.parts import Finding, Level, Part
from tasks import desk, heartbeat
from tasks.models import FailedTask

#: Seconds without a beat after which the consumer counts as gone; it beats every minute.
SILENT = 150


class ConsumerSilent(RuntimeError):
    """No consumer with the scheduler has been heard for too long."""


def ping() -> None:
    age = heartbeat.seconds_since_last()
    if age is None or age > SILENT:
        raise ConsumerSilent("no heartbeat yet" if age is None else f"last heartbeat {age:.0f} s ago")


def examine() -> Iterator[Finding]:
    try:
        ping()
    except ConsumerSilent as silent:
        yield Finding(Level.BAD, str(silent), "start the consumer: manage.py run_huey")
    else:
        yield Finding(Level.GOOD, f"last heartbeat {heartbeat.seconds_since_last():.0f} s ago")
    dead = desk.failures(state=FailedTask.State.DEAD).count()
    look = "look at them in the back office: 后台任务"
    yield Finding(Level.WARNING if dead else Level.GOOD, f"{dead} tasks were given up", look)
    broken = [one.name for one in desk.sweeps() if one.is_broken]
    yield Finding(
        Level.BAD if broken else Level.GOOD,
        f"periodic jobs that keep failing: {', '.join(broken) or 'none'}",
        "their last error stands in the back office: 后台任务",
    )


PART = Part("worker", "Huey consumer", vital=False, ping=ping, examine=examine)
