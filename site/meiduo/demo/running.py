"""Processes side by side, each started again when it dies, until somebody stops them all."""

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

from honcho.manager import Manager

#: Seconds before a process that died is started again; doubled each time, and forgotten after a quiet while.
FIRST_WAIT, LONGEST_WAIT, QUIET = 1.0, 30.0, 60.0


class Keeper(Manager):
    """Honcho's manager ends everything when one process ends; here the others go on, and that one comes back."""

    def __init__(self, printer: Any = None, *, ticks: Callable[[], float] = time.monotonic) -> None:
        super().__init__(printer)
        self._ticks = ticks
        self._waits: dict[str, float] = {}
        self._begun: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def _all_stopped(self) -> bool:
        self._start_again()
        return self._terminating and super()._all_stopped()

    def _any_stopped(self) -> bool:
        # Only a person's word ends them all.
        return bool(self._terminating and super()._any_stopped())

    def _start_again(self) -> None:
        if self._terminating:
            return
        now = self._ticks()
        for name, one in self._processes.items():
            if one.get("returncode") is None:
                self._begun.setdefault(name, now)
            elif name not in self._due:
                quiet = now - self._begun.pop(name, now) > QUIET
                wait = FIRST_WAIT if quiet or name not in self._waits else min(2 * self._waits[name], LONGEST_WAIT)
                self._waits[name], self._due[name] = wait, now + wait
                self._system_print(f"{name} is started again in {wait:.0f} s\n")
            elif now >= self._due[name]:
                del self._due[name], one["returncode"]
                # The one that failed first does not decide how all of them end.
                self.returncode = None
                one["process"] = multiprocessing.Process(name=name, target=one["obj"].run, args=(self.events, True))
                one["process"].start()
