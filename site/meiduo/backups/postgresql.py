"""PostgreSQL by its own client tools: pg_dump of one snapshot, pg_restore beside the shop's database, two renames."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]
from django.db import connection, transaction
from psycopg2 import sql
from psycopg2.errorcodes import OBJECT_IN_USE  # type: ignore[import-untyped]

from kernel import clock
from meiduo.backups.engines import Moment
from meiduo.backups.errors import Failed, Refused

#: Milliseconds that pg_dump waits for a table that a migration holds.
LOCK_WAIT = 30_000
#: Databases that are always there, to work from while the shop's own is renamed.
_MAINTENANCE = ("postgres", "template1")
_INSTALL = "install PostgreSQL's client tools (postgresql-client), of the server's version or newer"
_LONGEST_NAME = 63
#: Times that the two renames are tried; PostgreSQL itself waits some seconds each time for others to leave.
RENAMES = 3
#: Looks at who works on the database: a connection that was just closed is gone a moment later.
LOOKS = 10


class PostgreSQL:
    """The engine of a real shop."""

    file = "database.dump"

    def check_tools(self) -> None:
        server = self._server_version()
        for tool in ("pg_dump", "pg_restore"):
            found = _version_of(tool)
            if found < server:
                raise Refused(f"{tool} is of version {found}, the server of {server}: {_INSTALL}")

    @contextmanager
    def taken(self, path: Path) -> Iterator[Moment]:
        if connection.in_atomic_block:
            raise Refused("a backup cannot be made inside a transaction")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute(
                "SELECT pg_export_snapshot(), statement_timestamp(),"
                " CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text,"
                " pg_encoding_to_char(encoding), datcollate, datctype"
                " FROM pg_database WHERE datname = current_database()"
            )
            snapshot, at, lsn, encoding, collate, ctype = cursor.fetchone()
            self._run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--lock-wait-timeout={LOCK_WAIT}",
                f"--file={path}",
            )
            yield Moment(at, "postgresql", lsn or "", encoding, collate, ctype)

    def is_empty(self) -> bool:
        if not self._exists(self._name):
            return True
        with connection.cursor() as cursor:
            return not connection.introspection.table_names(cursor)

    def check_alone(self, *, by_force: bool) -> None:
        connection.close()
        with self._maintenance() as cursor:
            for tries_left in reversed(range(LOOKS)):
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
                    [self._name],
                )
                others = int(cursor.fetchone()[0])
                if not others or by_force:
                    return
                if tries_left:
                    time.sleep(0.2)
        raise Refused(f"{others} connections work on {self._name}: stop web and workers, or say --disconnect")

    @contextmanager
    def filled(self, path: Path, moment: Moment, *, jobs: int) -> Iterator[str]:
        name = self._beside("restoring")
        with self._maintenance() as cursor:
            self._create(cursor, name, moment)
        try:
            self._run(
                "pg_restore",
                "--no-owner",
                "--no-privileges",
                "--no-comments",
                "--exit-on-error",
                *([f"--jobs={jobs}"] if jobs > 1 else ["--single-transaction"]),
                f"--dbname={name}",
                str(path),
            )
            yield name
        except BaseException:
            with self._maintenance() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            raise

    def swap(self, name: str) -> str:
        ours, aside = self._name, self._beside("before")
        exists = self._exists(ours)
        keeps = exists and not self.is_empty()
        connection.close()
        with self._maintenance() as cursor:
            for tries_left in reversed(range(RENAMES)):
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = ANY(%s) AND pid <> pg_backend_pid()",
                    [[ours, name]],
                )
                try:
                    cursor.execute("BEGIN")
                    if exists:
                        _rename(cursor, ours, aside)
                    _rename(cursor, name, ours)
                    cursor.execute("COMMIT")
                    break
                except psycopg2.Error as wrong:
                    cursor.execute("ROLLBACK")
                    # Somebody who was sent away came back at once.
                    if wrong.pgcode != OBJECT_IN_USE or not tries_left:
                        raise Failed(f"the databases could not be renamed: {wrong}".strip()) from wrong
            if exists and not keeps:
                cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(aside)))
        return aside if keeps else ""

    def skip_ids(self, gap: int) -> None:
        with connection.cursor() as cursor:
            # Not past half of what the column holds: an id that cannot be given out is worse than one given out twice.
            cursor.execute(
                "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass,"
                " greatest(coalesce(last_value, 1), least(coalesce(last_value, 0) + %s, max_value / 2)))"
                " FROM pg_sequences WHERE schemaname = 'public'",
                [gap],
            )

    # -- below

    @property
    def _name(self) -> str:
        return str(connection.settings_dict["NAME"])

    def _beside(self, what: str) -> str:
        ending = f"_{what}_{clock.now():%Y%m%d%H%M%S}"
        return self._name.encode()[: _LONGEST_NAME - len(ending)].decode(errors="ignore") + ending

    def _exists(self, name: str) -> bool:
        with self._maintenance() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _server_version(self) -> int:
        with self._maintenance() as cursor:
            cursor.execute("SHOW server_version_num")
            return int(cursor.fetchone()[0]) // 10_000

    def _create(self, cursor: Any, name: str, moment: Moment) -> None:
        try:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s").format(
                    sql.Identifier(name)
                ),
                [moment.encoding or "UTF8", moment.collate or "C.UTF-8", moment.ctype or "C.UTF-8"],
            )
        except psycopg2.Error as wrong:
            raise Failed(f"no database could be made beside the shop's: {wrong}".strip()) from wrong

    @contextmanager
    def _maintenance(self) -> Iterator[Any]:
        """A cursor beside the shop's database, that commits each statement. Raises: Failed."""
        given = connection.settings_dict
        options = {key: value for key, value in given.get("OPTIONS", {}).items() if key != "options"}
        options = {key: value for key, value in options.items() if key.startswith("ssl") or key == "connect_timeout"}
        where = {"user": given["USER"], "password": given["PASSWORD"], "host": given["HOST"], "port": given["PORT"]}
        where = {key: value for key, value in where.items() if value}
        for name in _MAINTENANCE:
            try:
                opened = psycopg2.connect(dbname=name, **where, **options)
                break
            except psycopg2.OperationalError as wrong:
                trouble = wrong
        else:
            raise Failed(f"the database server cannot be reached: {trouble}".strip())
        with closing(opened):
            opened.autocommit = True
            with opened.cursor() as cursor:
                yield cursor

    def _run(self, *command: str) -> None:
        """Run a client tool. The password travels in the environment: a command line can be read by everybody."""
        done = subprocess.run(  # noqa: S603  # our own words, and no shell
            command, env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = [line for line in done.stderr.strip().splitlines() if line]
            raise Failed(f"{command[0]}: {' / '.join(lines[-3:]) or done.returncode}")

    def _environment(self) -> dict[str, str]:
        given = connection.settings_dict
        told = {
            "PGHOST": given["HOST"],
            "PGPORT": given["PORT"],
            "PGUSER": given["USER"],
            "PGPASSWORD": given["PASSWORD"],
            "PGDATABASE": self._name,
            **{f"PG{name.upper()}": value for name, value in given.get("OPTIONS", {}).items() if name in _LIBPQ},
        }
        # Time-outs that suit a web request do not suit a dump.
        kept = {name: value for name, value in os.environ.items() if name not in {"PGOPTIONS", "PGDATABASE"}}
        return kept | {name: str(value) for name, value in told.items() if value not in (None, "")}


#: Connection options whose variable is named after them.
_LIBPQ = frozenset({"sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "connect_timeout", "channel_binding"})


def _version_of(tool: str) -> int:
    """The tool's major version. Raises: Refused."""
    if shutil.which(tool) is None:
        raise Refused(f"{tool} is missing: {_INSTALL}")
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if not found:
        raise Refused(f"{tool} does not say its version: {_INSTALL}")
    return int(found.group(1))


def _rename(cursor: Any, old: str, new: str) -> None:
    names: Sequence[sql.Identifier] = (sql.Identifier(old), sql.Identifier(new))
    cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
