"""How far each replica is, looked up by a thread beside the requests: no buyer waits for a look.

The age of a replica is told by the primary's own log. Every second the thread notes the moment and how far the
primary is, and asks the replica how far it shows. The last moment whose place is shown is what the replica is
fresh as of. So no two clocks are compared, a quiet primary makes no lag, a replica that is cut off from its primary
ages like one that is slow, and so does one that does not answer: nobody has to notice.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import Error, connections

from meiduo.replicas import PRIMARY, positions

logger = logging.getLogger(__name__)

#: Seconds between two looks.
INTERVAL = 1.0
#: Seconds that a replica rests after a request met it broken.
REST = 5.0
#: So many moments are remembered; what is behind by more is just very old.
MOST = 600

NEVER = float("inf")


class ShowsLess(Exception):
    """The server shows less than it did at the last look."""


class Watch:
    """What this process knows of one replica."""

    def __init__(self, alias: str, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self.alias = alias
        self._ticks = ticks
        self._moments: deque[tuple[float, int]] = deque(maxlen=MOST)
        #: How far it shows the log, and the moment of which it shows every commit.
        self._shown = 0
        self._fresh_as_of = -NEVER
        self._rests_until = -NEVER
        self._was_in_use = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._stopped = threading.Event()

    # -- what requests ask

    @property
    def lag(self) -> float:
        """Seconds by which the replica may be behind, at the most; infinite while nothing is known."""
        return self._ticks() - self._fresh_as_of

    @property
    def is_in_use(self) -> bool:
        """Whether a read may go there."""
        return self.lag <= settings.REPLICA_MAX_LAG and self._ticks() >= self._rests_until

    def shows(self, place: float) -> bool:
        """Whether everything before this place of the log can be read there."""
        return self._shown >= place

    def confirm(self, connection: Any) -> None:
        """A new connection leads to a server that shows what was seen at the last look.

        One that was killed and started again since then opens before it has replayed all that it once showed.
        Raises: ShowsLess, NotAStandby, or the database's errors.
        """
        expected = self._shown
        if positions.replayed(connection) < expected:
            raise ShowsLess

    def rest(self, why: BaseException) -> None:
        """A request met it broken: it is out until a look some seconds later finds it well."""
        self._fresh_as_of = -NEVER
        self._rests_until = self._ticks() + REST
        self._tell(why)

    # -- the thread

    def start(self) -> None:
        """Look every second from now on. Safe to ask for at every request, and after a fork."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=f"watch-{self.alias}", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                self.look()
                self._stopped.wait(INTERVAL)
        finally:
            connections.close_all()

    def stop(self) -> None:
        """Look no more; for tests."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """Find out how far the replica is now. Uses connections of the thread that calls it."""
        now = self._ticks()
        try:
            self._moments.append((now, positions.flushed(connections[PRIMARY])))
        except Error:
            # The moments known so far grow old, and the replica with them.
            connections[PRIMARY].close()
            logger.warning("primary cannot be asked how far it is", exc_info=True)
        try:
            shown = positions.replayed(connections[self.alias])
        except (Error, positions.NotAStandby) as trouble:
            connections[self.alias].close()
            self._fresh_as_of = -NEVER
            self._tell(trouble)
            return
        # In this order: whoever finds the replica fresh finds it far enough, too.
        self._shown = shown
        self._fresh_as_of = max((when for when, place in self._moments if place <= shown), default=-NEVER)
        self._tell(None)

    def _tell(self, trouble: BaseException | None) -> None:
        """Log that the replica came or went, once."""
        is_in_use = self.is_in_use
        if is_in_use == self._was_in_use:
            return
        self._was_in_use = is_in_use
        if is_in_use:
            logger.info("replica is in use", extra={"replica": self.alias})
        else:
            cause = type(trouble).__name__ if trouble is not None else "too far behind"
            logger.warning("replica is out", extra={"replica": self.alias, "cause": cause})


@cache
def watches() -> tuple[Watch, ...]:
    """One for each replica of the settings."""
    return tuple(Watch(alias) for alias in settings.REPLICAS)


def watch_of(alias: str) -> Watch:
    """The one of this replica."""
    return next(one for one in watches() if one.alias == alias)
