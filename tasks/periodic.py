"""Periodic work, one mechanism for all of it: due by its row, alone by its lock, and a failure is seen.

``@sweep(name, rhythm)`` makes a function a task that the scheduler queues when its row says that it is due. So what
was missed while no scheduler ran is made good at the next minute, and a second scheduler finds nothing to do.
"""

import functools
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections
from huey.contrib.djhuey import HUEY, db_periodic_task

from kernel import clock, metrics
from kernel.masking import masked
from tasks.exclusive import held
from tasks.models import Sweep
from tasks.rhythm import Rhythm

logger = logging.getLogger(__name__)

#: After so many failures one after the other a sweep counts as broken: an error in the log, red on the screen.
BROKEN = 5
#: The longest wait after a failure: for jobs that are often due, and for those that rarely are.
SHORT_WAIT, LONG_WAIT = timedelta(minutes=5), timedelta(hours=1)
#: A queued run that no worker took for so long counts as lost with its queue. Should it come after all, it finds
#: that nothing is due.
FORGOTTEN = timedelta(seconds=90)
#: Seconds that one look at all rows serves; the scheduler asks for every sweep in turn.
LOOK = 5.0


class Periodic:
    """One registered sweep."""

    def __init__(self, name: str, rhythm: Rhythm, function: Callable[[], object]) -> None:
        self.name = name
        self.rhythm = rhythm
        self.function = function
        self.task: Any = None

    @property
    def says(self) -> str:
        """What becomes true when it ran, in one line."""
        return (self.function.__doc__ or "").strip().splitlines()[0] if self.function.__doc__ else self.name

    def run(self, forced: bool = False) -> bool:
        """Run it now if it is due, or ``forced``, and runs nowhere else; whether it ran.

        Raises: whatever the sweep raises, after the row remembers it.
        """
        with held(self.name) as mine:
            if not mine:
                logger.info("sweep is running elsewhere", extra={"sweep": self.name})
                return False
            started = clock.now()
            row = self.row(started)
            if not forced and not self.rhythm.is_due(row.next_due, at=started):
                return False
            self._begun(started)
            begun = time.perf_counter()
            try:
                self.function()
            except Exception as error:
                self._ended(started, time.perf_counter() - begun, error)
                raise
            self._ended(started, time.perf_counter() - begun, None)
            return True

    def row(self, now: datetime) -> Sweep:
        """Its row. A rare job that never ran waits for its time; a frequent one is due at once."""
        first = now if self.rhythm.period < timedelta(hours=1) else self.rhythm.after(now)
        return Sweep.objects.get_or_create(name=self.name, defaults={"next_due": first})[0]

    def _begun(self, started: datetime) -> None:
        # Still due until it ends: a worker that dies in the middle leaves it to the next minute.
        Sweep.objects.filter(name=self.name).update(started_at=started, queued_at=None)

    def _ended(self, started: datetime, seconds: float, error: Exception | None) -> None:
        metrics.observe("mall_sweep_seconds", seconds, sweep=self.name)
        metrics.count("mall_sweep_runs_total", sweep=self.name, result="failed" if error else "done")
        try:
            row = Sweep.objects.get(name=self.name)
            row.ended_at = clock.now()
            row.seconds = seconds
            row.runs += 1
            if error is None:
                row.succeeded_at, row.failures_in_row, row.error = row.ended_at, 0, ""
                row.next_due = self.rhythm.after(started)
            else:
                row.failures += 1
                row.failures_in_row = min(row.failures_in_row + 1, 1000)
                row.error = masked(f"{type(error).__name__}: {error}")[:2000]
                row.next_due = started + self._wait(row.failures_in_row)
            row.save()
        except DatabaseError:
            # The row still says due: it is run again, and this is in the log.
            logger.exception("sweep could not write how it went", extra={"sweep": self.name})
            return
        if row.failures_in_row >= BROKEN:
            logger.error("sweep keeps failing", extra={"sweep": self.name, "failures": row.failures_in_row})

    def _wait(self, failures: int) -> timedelta:
        """A minute, and twice as long after each failure."""
        longest = LONG_WAIT if self.rhythm.period > SHORT_WAIT else SHORT_WAIT
        return min(timedelta(minutes=2 ** min(failures - 1, 10)), longest)


_all: dict[str, Periodic] = {}


def registered() -> dict[str, Periodic]:
    """Every sweep by its name."""
    return dict(_all)


def sweep(name: str, rhythm: Rhythm, *, priority: int) -> Callable[[Callable[[], object]], Any]:
    """Make this function a periodic job. ``call_local`` runs it here and now, due or not."""

    def decorate(function: Callable[[], object]) -> Any:
        if name in _all:
            raise ValueError(f"two sweeps are named {name}")
        one = _all[name] = Periodic(name, rhythm, function)

        @functools.wraps(function)
        def run(forced: bool = False) -> None:
            one.run(forced)

        def is_due(timestamp: Any) -> bool:
            return name in due_names()

        one.task = db_periodic_task(is_due, priority=priority)(run)
        one.task.call_local = functools.partial(one.run, True)
        return one.task

    return decorate


# -- what the scheduler asks each minute

_looked = float("-inf")
_due: frozenset[str] = frozenset()


def due_names() -> frozenset[str]:
    """The sweeps to queue now. One look at the rows serves all that are asked for in the same minute."""
    global _looked, _due
    if time.monotonic() - _looked >= LOOK:
        _due = _look()
        _looked = time.monotonic()
    return _due


def _look() -> frozenset[str]:
    if HUEY.is_paused():
        # Nobody would take them; what is missed is made good afterwards.
        return frozenset()
    now = clock.now()
    if not HUEY.immediate:
        close_old_connections()
    try:
        return _claimed(now)
    except DatabaseError:
        # What runs by the clock may find the database back; each asks its own row again.
        logger.warning("sweeps are queued by the clock: their rows cannot be read", exc_info=True)
        return frozenset(name for name, one in _all.items() if one.rhythm.after(now - timedelta(minutes=1)) <= now)
    finally:
        if not HUEY.immediate:
            close_old_connections()


def _claimed(now: datetime) -> frozenset[str]:
    rows = {row.name: row for row in Sweep.objects.filter(name__in=list(_all))}
    for name in set(_all) - set(rows):
        rows[name] = _all[name].row(now)
    claimed = [
        name
        for name, row in rows.items()
        if _all[name].rhythm.is_due(row.next_due, at=now)
        and (row.queued_at is None or not now - FORGOTTEN < row.queued_at <= now)
    ]
    Sweep.objects.filter(name__in=claimed).update(queued_at=now)
    return frozenset(claimed)
