"""SQLite by its own online backup: one consistent copy of the file, whoever writes meanwhile."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DatabaseError, connection

from kernel import clock
from meiduo.backups.engines import Moment
from meiduo.backups.errors import Failed, Refused
from meiduo.backups.pointing import pointed_at


class SQLite:
    """The engine of the embedded size."""

    file = "database.sqlite3"

    def check_tools(self) -> None:
        """Nothing is needed."""

    @contextmanager
    def taken(self, path: Path) -> Iterator[Moment]:
        at = clock.now()
        if not self._path.exists():
            # Opening it would make an empty one.
            raise Refused(f"there is no database at {self._path}")
        try:
            # A program that is killed leaves a log, which only a connection that may write can read.
            with closing(sqlite3.connect(self._path, timeout=30)) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
            _one_file(path)
        except sqlite3.Error as wrong:
            raise Failed(f"the database could not be copied: {wrong}") from wrong
        with pointed_at(str(path)):
            yield Moment(at, "sqlite")
        _one_file(path)

    def is_empty(self) -> bool:
        if not self._path.exists():
            return True
        try:
            with connection.cursor() as cursor:
                return not connection.introspection.table_names(cursor)
        except DatabaseError:
            # Whatever this was, it is not nothing.
            return False

    def check_alone(self, *, by_force: bool) -> None:
        """Nobody else has the file open: he would go on writing to what is moved aside. There is no force here."""
        connection.close()
        if not self._path.exists():
            return
        try:
            _one_file(self._path)
        except sqlite3.OperationalError as wrong:
            raise Refused(f"{self._path} is in use ({wrong}): stop web and workers") from wrong
        except sqlite3.DatabaseError:
            # It is broken: that is what the backup is for.
            return

    @contextmanager
    def filled(self, path: Path, moment: Moment, *, jobs: int) -> Iterator[str]:
        new = self._beside("restoring")
        try:
            try:
                with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(new)) as target:
                    source.backup(target)
                    found = target.execute("PRAGMA integrity_check").fetchone()[0]
            except sqlite3.Error as wrong:
                raise Failed(f"the copy cannot be read: {wrong}") from wrong
            if found != "ok":
                raise Failed(f"the copy is damaged: {found}")
            yield str(new)
        except BaseException:
            for one in (new, *_logs_of(new)):
                one.unlink(missing_ok=True)
            raise

    def swap(self, name: str) -> str:
        new, aside = Path(name), self._beside("before")
        keeps = not self.is_empty()
        self.check_alone(by_force=False)
        try:
            _one_file(new)
            if keeps:
                os.link(self._path, aside)
            # A log that could not be folded belongs to the file from before, and would be taken for the new one's.
            for log in _logs_of(self._path):
                if log.exists():
                    log.rename(str(log).replace(str(self._path), str(aside), 1))
            os.replace(new, self._path)
        except (OSError, sqlite3.Error) as wrong:
            raise Failed(f"the files could not be exchanged: {wrong}") from wrong
        return str(aside) if keeps else ""

    def skip_ids(self, gap: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master WHERE type = 'table'"
                " AND sql LIKE '%%AUTOINCREMENT%%' AND name NOT IN (SELECT name FROM sqlite_sequence)",
                [],
            )
            # Some tables count in four bytes elsewhere; half of that is as far as a jump goes.
            cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, min(seq + %s, 1073741823))", [gap])

    @property
    def _path(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def _beside(self, what: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{what}-{clock.now():%Y%m%d%H%M%S}")


def _logs_of(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]


def _one_file(path: Path) -> None:
    """Fold the write-ahead log into the file. Raises: sqlite3.OperationalError while somebody else has it open."""
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as alone:
        mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    if mode != "delete":
        raise sqlite3.OperationalError(f"journal mode is {mode}")
