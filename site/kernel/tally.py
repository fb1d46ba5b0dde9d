"""Counting what is read, without a write to the database on the way: page views and the like.

On Redis a tally is one hash, counted by an atomic increment. On the embedded size, which is one
machine, it is a file that every process appends a short line to. Either way a
periodic task drains the tally and adds the sums to their rows in one batch. What is counted may be
lost when an engine dies; nothing that must be exact is counted here.
"""

import fcntl
import logging
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from kernel.shared_store import on_redis, redis

logger = logging.getLogger(__name__)

#: A file that nobody drains stops growing here, in bytes: about a million views.
FULL = 8 * 1024 * 1024


def add(name: str, key: int, times: int = 1) -> None:
    """This key was seen so many times more. A store that is down loses the count, never the answer."""
    try:
        if on_redis():
            redis().hincrby(_hash(name), str(key), times)
        else:
            _append(_file(name), f"{key} {times}\n")
    except Exception:
        logger.warning("tally cannot be counted", extra={"tally": name}, exc_info=True)


def drain(name: str) -> Counter[int]:
    """Take everything counted so far; the tally starts again at nothing.

    Raises: whatever the store raises; nothing is taken then.
    """
    return _drain_redis(name) if on_redis() else _drain_file(_file(name))


def put_back(name: str, counts: Mapping[int, int]) -> None:
    """Return what was drained and could not be used."""
    for key, times in counts.items():
        add(name, key, times)


def _hash(name: str) -> str:
    return f"mall:tally:{name}"


def _file(name: str) -> Path:
    folder = Path(settings.TALLY_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.tally"


def _drain_redis(name: str) -> Counter[int]:
    with redis().pipeline(transaction=True) as both:
        both.hgetall(_hash(name))
        both.delete(_hash(name))
        counted, _deleted = both.execute()
    return Counter({int(key): int(times) for key, times in counted.items()})


def _append(path: Path, line: str) -> None:
    while True:
        # O_APPEND: the lines of several processes never mix.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            state = os.fstat(descriptor)
            # A file without a name was drained between opening and locking; the next one counts.
            if state.st_nlink:
                if state.st_size < FULL:
                    os.write(descriptor, line.encode("ascii"))
                return
        finally:
            os.close(descriptor)


def _drain_file(path: Path) -> Counter[int]:
    counted: Counter[int] = Counter()
    try:
        file = path.open("r", encoding="ascii", errors="replace")
    except FileNotFoundError:
        return counted
    with file:
        # Waits for those who are writing, and keeps the others out until the name is gone.
        fcntl.flock(file, fcntl.LOCK_EX)
        if not os.fstat(file.fileno()).st_nlink:
            return counted
        for line in file:
            key, _space, times = line.strip().partition(" ")
            # A machine that lost its power may leave half a line.
            if key.isdecimal() and times.isdecimal():
                counted[int(key)] += int(times)
        path.unlink()
    return counted
