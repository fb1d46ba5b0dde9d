"""A streaming replica of a test's own PostgreSQL: taken with pg_basebackup, paused, killed and started again."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.consumers import eventually
from tests.faults.private_postgres import PrivatePostgres, free_port

#: What both servers run with: statements in the log, each after the name of who sent it; no disk is waited for.
LOGGED = "-c log_statement=all -c log_line_prefix=%a~ -c fsync=off"


class Standby(PrivatePostgres):
    """A hot standby that follows its primary through a slot, so that it may be away for long."""

    def __init__(self, folder: Path, primary: PrivatePostgres) -> None:
        self.folder = folder
        self.port = free_port()
        self.primary = primary
        self._bin = primary._bin
        self._as = dict(primary._as)
        if self._as:
            os.chown(folder, self._as["user"], self._as["group"])
        source = f"host=127.0.0.1 port={primary.port} user=mall"
        self._run("pg_basebackup", "-d", source, "-D", self._data, "-R", "-c", "fast", "-C", "-S", "test", "--no-sync")
        given = f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60 {LOGGED}"
        self._ctl("start", "-l", str(folder / "log"), "-o", given)
        self.follow()

    def pause(self) -> None:
        """The log comes and is not replayed: what is read here stays as it is."""
        with self.session() as cursor:
            cursor.execute("SELECT pg_wal_replay_pause()")

            def is_paused() -> bool:
                cursor.execute("SELECT pg_get_wal_replay_pause_state()")
                return bool(cursor.fetchone()[0] == "paused")

            eventually(is_paused)

    def resume(self) -> None:
        """The log is replayed again. Safe when it already is."""
        with self.session() as cursor:
            cursor.execute("SELECT pg_wal_replay_resume()")

    def follow(self) -> None:
        """Wait until everything that the primary has now is shown here."""
        with self.primary.session() as cursor:
            cursor.execute("SELECT pg_current_wal_flush_lsn()")
            place = cursor.fetchone()[0]
        with self.session() as cursor:

            def shows() -> bool:
                cursor.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [place])
                return bool(cursor.fetchone()[0])

            eventually(shows)


@contextmanager
def standby_of(primary: PrivatePostgres) -> Iterator[Standby]:
    """A standby that is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mall-standby-"))
    try:
        one = Standby(folder, primary)
        try:
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Statements:
    """What the shop asked a server since this was made, by the server's own log."""

    def __init__(self, server: PrivatePostgres) -> None:
        self._server = server
        self._from = len(server.log())

    def about(self, table: str) -> list[str]:
        """The questions about this table."""
        lines = self._server.log()[self._from :].splitlines()
        return [line for line in lines if "statement: " in line and f'FROM "{table}"' in line]

    def looks(self) -> int:
        """How often somebody asked how far the server is."""
        return self._server.log()[self._from :].count("pg_last_wal_replay_lsn")
