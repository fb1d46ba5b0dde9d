"""Lines that are handed over in bulk: written on a read path without touching the database, taken by a task.

On Redis a journal is one list. On the embedded size, which is one machine, it is a file that every process
appends to. What is written here may be lost when an engine dies; nothing that must happen goes through it.
"""

import fcntl
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from kernel.shared_store import on_redis, redis, redis_key

logger = logging.getLogger(__name__)

#: A journal that nobody takes from stops growing here: lines on Redis, bytes in a file.
MOST_LINES = 200_000
FULL = 32 * 1024 * 1024


def append(name: str, lines: Sequence[str]) -> None:
    """These lines wait to be taken. A store that is down or full loses them, never the answer."""
    try:
        if on_redis():
            if redis().llen(_list(name)) < MOST_LINES:
                redis().rpush(_list(name), *lines)
        else:
            _append(_file(name), "".join(f"{line}\n" for line in lines))
    except Exception:
        logger.warning("journal cannot be written", extra={"journal": name}, exc_info=True)


def take(name: str, *, most: int) -> list[str]:
    """The oldest lines, at most so many, which are nobody else's from now on. A file is taken whole.

    Raises: whatever the store raises; nothing is taken then.
    """
    if on_redis():
        return [line.decode("utf-8", "replace") for line in redis().lpop(_list(name), most) or ()]
    return _take_file(_file(name))


def put_back(name: str, lines: Sequence[str]) -> None:
    """Return what was taken and could not be used; it comes after what was written meanwhile."""
    if lines:
        append(name, lines)


def _list(name: str) -> str:
    return redis_key(f"journal:{name}")


def _file(name: str) -> Path:
    folder = Path(settings.TALLY_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.journal"


def _append(path: Path, text: str) -> None:
    while True:
        # O_APPEND: the lines of several processes never mix.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            state = os.fstat(descriptor)
            # A file without a name was taken between opening and locking; the next one counts.
            if state.st_nlink:
                if state.st_size < FULL:
                    os.write(descriptor, text.encode())
                return
        finally:
            os.close(descriptor)


def _take_file(path: Path) -> list[str]:
    try:
        file = path.open("r", encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    with file:
        # Waits for those who are writing, and keeps the others out until the name is gone.
        fcntl.flock(file, fcntl.LOCK_EX)
        if not os.fstat(file.fileno()).st_nlink:
            return []
        lines = file.read().splitlines()
        path.unlink()
    return lines
