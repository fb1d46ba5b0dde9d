"""A PostgreSQL of one test's own, which may be restarted and killed without harm to anybody."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

#: Who the server runs as when the tests run as root, which PostgreSQL refuses.
_SERVANTS = ("postgres", "nobody")
_ROLE = "mall"


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def binaries() -> Path:
    """Where the server's programs are: packages put them on no path."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        candidates.insert(0, Path(on_path).resolve().parent)
    if asked := shutil.which("pg_config"):
        said = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        candidates.insert(0, Path(said))
    for one in candidates:
        if (one / "initdb").exists() and (one / "pg_ctl").exists():
            return one
    raise RuntimeError("initdb and pg_ctl are nowhere: install PostgreSQL's server package")


class PrivatePostgres:
    """One cluster with one database."""

    def __init__(self, folder: Path, *, options: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self._bin = binaries()
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            servant = next(one for one in map(_known, _SERVANTS) if one is not None)
            os.chown(folder, servant.pw_uid, servant.pw_gid)
            self._as = {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}
        self._run("initdb", "-D", self._data, "-U", _ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        given = f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60 {options}"
        self._ctl("start", "-l", str(folder / "log"), "-o", given)
        with self.session("postgres") as cursor:
            cursor.execute("CREATE DATABASE mall")

    @property
    def url(self) -> str:
        """What DATABASE_URL takes."""
        return f"postgres://{_ROLE}@127.0.0.1:{self.port}/mall"

    @contextmanager
    def session(self, database: str = "mall") -> Iterator[Any]:
        """A cursor of a connection of its own, outside Django and in no transaction."""
        opened = psycopg2.connect(host="127.0.0.1", port=self.port, user=_ROLE, dbname=database, connect_timeout=5)
        try:
            opened.autocommit = True
            with opened.cursor() as cursor:
                yield cursor
        finally:
            opened.close()

    def restart(self, mode: str) -> None:
        """Stop it the fast or the immediate way, and start it again; it answers when this returns."""
        self._ctl("restart", "-m", mode, "-l", str(self.folder / "log"))

    def stop(self, mode: str = "immediate") -> None:
        """It runs no longer."""
        self._ctl("stop", "-m", mode)

    def start(self) -> None:
        """It runs again as before."""
        given = (self._path / "postmaster.opts").read_text().split(" ", 1)[1].replace('"', "'").strip()
        self._ctl("start", "-l", str(self.folder / "log"), "-o", given)

    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "log").read_text()

    @property
    def _path(self) -> Path:
        return self.folder / "data"

    @property
    def _data(self) -> str:
        return str(self._path)

    def _ctl(self, *words: str) -> None:
        self._run("pg_ctl", words[0], "-D", self._data, "-w", "-t", "60", *words[1:])

    def _run(self, program: str, *words: str) -> None:
        # To a file and not a pipe: the server that pg_ctl leaves behind keeps its outputs open.
        with (self.folder / "steps").open("ab") as file:
            done = subprocess.run(
                [str(self._bin / program), *words],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                check=False,
                cwd="/",
                timeout=120,
                **self._as,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {(self.folder / 'steps').read_text()[-2000:]}")


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


@contextmanager
def private_postgres(*, options: str = "") -> Iterator[PrivatePostgres]:
    """A cluster that is gone at the end. Not below pytest's own folder, which another user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="mall-postgres-"))
    try:
        one = PrivatePostgres(folder, options=options)
        try:
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def here(cluster: PrivatePostgres) -> Iterator[None]:
    """Inside, this process's own models are read and written there, in a migrated database."""
    settings = connection.settings_dict
    before = {name: settings[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")}
    connection.close()
    ContentType.objects.clear_cache()
    settings.update(HOST="127.0.0.1", PORT=str(cluster.port), NAME="mall", USER=_ROLE, PASSWORD="")
    try:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield
    finally:
        connection.close()
        settings.update(before)
        ContentType.objects.clear_cache()
