"""What the tests' consumer runs beside the mall's own tasks. Files tell what happened, and what may happen."""

import logging
import os
import threading
import time
from pathlib import Path

from django.db import connection
from huey.contrib.djhuey import db_task

from kernel import clock
from tasks.periodic import sweep
from tasks.rhythm import minutely

FOLDER = Path(os.environ["PROBE_DIR"])


def _wait_for(name: str) -> None:
    rest = threading.Event()
    while not (FOLDER / name).exists():
        rest.wait(0.05)


def _say(name: str, line: str) -> None:
    with (FOLDER / name).open("a") as file:
        file.write(f"{line}\n")


@db_task(retries=2, retry_delay=1, retry_backoff=2)
def hold(word: str) -> None:
    """Begin, wait for the word to go on, end."""
    _say("begun", word)
    _wait_for("go")
    _say("ended", word)


@db_task(retries=8, retry_delay=1, retry_backoff=1)
def ask_the_database(word: str) -> None:
    """Read a row of the shop, and say so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tasks_sweep")
    _say("asked", f"{word} {time.monotonic():.3f}")


@db_task(retries=2, retry_delay=1, retry_backoff=2)
def poison(mobile: str) -> None:
    """Fail each time, and say what must not be read."""
    _say("poisoned", mobile)
    logging.getLogger("probe").warning("cannot write to %s with password=hunter2", mobile)
    raise RuntimeError(f"no way to reach {mobile}, token=abcdef123456")


@sweep("probe.sweep", minutely(), priority=100)
def swept() -> None:
    """Say each time that it ran; wait inside while it is told to."""
    _say("swept", f"{clock.now():%H:%M} {os.getpid()}")
    if (FOLDER / "stay").exists():
        _wait_for("leave")
