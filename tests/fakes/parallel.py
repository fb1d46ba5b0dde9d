"""Many callers at the same moment, each with a connection of its own."""

import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Let ``call(0) … call(count - 1)`` run together behind one barrier; exceptions come back as results.

    For tests with ``transaction=True``: what the callers wrote is there afterwards.
    """
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait(30)
            return call(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with _database_for_threads(), ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@contextmanager
def _database_for_threads() -> Iterator[None]:
    """PostgreSQL as it is. The tests' SQLite lives in memory, where threads get ``table is locked`` instead of
    waiting as they do in the file of a real installation; so the threads get a file, copied there and back."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "threads.sqlite3"
        _copy(connection.connection, path)
        shared = connections.settings["default"]
        in_memory = shared["NAME"]
        shared["NAME"] = str(path)
        try:
            yield
        finally:
            shared["NAME"] = in_memory
            back = sqlite3.connect(path)
            try:
                back.backup(connection.connection)
            finally:
                back.close()


def _copy(source: sqlite3.Connection, path: Path) -> None:
    target = sqlite3.connect(path)
    try:
        source.backup(target)
    finally:
        target.close()
