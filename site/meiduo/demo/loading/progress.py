"""Showing how far the loading is: a bar in a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Called after each piece of work."""

    def __call__(self, steps: int = 1) -> None: ...


class Report:
    """Tells whoever watches what is being done. ``quiet`` tells nothing."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._bar = not quiet and stream.isatty()

    @contextmanager
    def step(self, title: str, total: int) -> Iterator[Advance]:
        """One part of the loading with so many pieces."""
        if self._bar:
            columns = (
                TextColumn("{task.description:<12}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            with Progress(*columns, console=Console(file=self._stream)) as progress:
                task = progress.add_task(title, total=total)
                yield lambda steps=1: progress.advance(task, steps)
            return
        started = time.monotonic()
        yield lambda steps=1: None
        self.say(_("%(title)s：%(total)d，用时 %(seconds).1f 秒") % {
            "title": title, "total": total, "seconds": time.monotonic() - started,
        })

    def say(self, line: str) -> None:
        """A line of its own."""
        if not self._quiet:
            self._stream.write(f"{line}\n")
            self._stream.flush()
