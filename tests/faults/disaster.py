"""A shop with a database of its own, that a test may lose."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from psycopg2 import sql

from meiduo.backups.pointing import pointed_at


@contextmanager
def shop_to_lose(folder: Path) -> Iterator[str]:
    """Everything in the block works on a copy of the tests' empty database; gives its name."""
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME'][:40]}_drill_{secrets.token_hex(4)}"
        _copy_postgresql(name)
    else:
        name = str(folder / "mall.sqlite3")
        connection.ensure_connection()
        with closing(sqlite3.connect(name)) as target:
            connection.connection.backup(target)
    try:
        with pointed_at(name):
            yield name
    finally:
        ContentType.objects.clear_cache()
        if connection.vendor == "postgresql":
            for one in databases(name):
                server("DROP DATABASE IF EXISTS {} WITH (FORCE)", one)


def lose() -> None:
    """The shop's database is gone."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "postgresql":
        server("DROP DATABASE {} WITH (FORCE)", name)
    else:
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)


def databases(prefix: str) -> list[str]:
    """The databases, or files, whose names begin so."""
    if connection.vendor == "postgresql":
        names = server("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", values=[prefix])
        return [name for (name,) in names]
    path = Path(prefix)
    return sorted(str(one) for one in path.parent.glob(f"{path.name}*") if not one.name.endswith(("-wal", "-shm")))


def server(statement: str, *names: str, values: Any = None) -> list[Any]:
    """Run this on the server, beside every database of the shop."""
    given = connections.settings["default"]
    where = {key.lower(): given[key] for key in ("USER", "PASSWORD", "HOST", "PORT") if given[key]}
    with closing(psycopg2.connect(dbname="postgres", **where)) as opened:
        opened.autocommit = True
        with opened.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values)
            return cursor.fetchall() if cursor.description else []


def _copy_postgresql(name: str) -> None:
    tests = str(connection.settings_dict["NAME"])
    connection.close()
    # The tests' own database: whoever is left in it is a thread of an earlier test.
    server("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", values=[tests])
    server("CREATE DATABASE {} TEMPLATE {}", name, tests)
