"""Showing how far the loading is: a bar in a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Called after each piece of work."""

    def __call__(self, steps: int = 1) -> None: ...


class Report:
    """Tells whoever watches what is being done. ``quiet`` tells nothing."""

    def __init__(self, out: OutputWrapper, *, quiet: bool = False) -> None:
        self._out = out
        self._quiet = quiet
        self._bar = not quiet and out.isatty()

    @contextmanager
    def step(self, title: str, total: int) -> Iterator[Advance]:
        """One part of the loading with so many pieces; nothing is told of a part without any."""
        if self._bar and total:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            with Progress(*columns, console=Console(file=sys.stdout)) as progress:
                task = progress.add_task(title, total=total)
                yield lambda steps=1: progress.advance(task, steps)
            return
        started = time.monotonic()
        yield lambda steps=1: None
        if total:
            seconds = f"{time.monotonic() - started:.1f}"
            self.say(
                _("%(title)s：%(total)d，用时 %(seconds)s 秒") % {"title": title, "total": total, "seconds": seconds}
            )

    def say(self, line: str) -> None:
        """A line of its own, at once: whoever starts us may read us through a pipe."""
        if not self._quiet:
            self._out.write(line)
            self._out.flush()
