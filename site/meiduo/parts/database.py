"""PostgreSQL or SQLite: every promise of the shop ends here."""

from collections.abc import Iterator

from django.db import close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from meiduo.env import env
from meiduo.parts import Finding, Level, Part

OLDEST_POSTGRESQL = 14


def ping() -> None:
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def examine() -> Iterator[Finding]:
    ping()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            version = str(cursor.fetchone()[0])
            new_enough = int(version.split(".")[0].split(" ")[0]) >= OLDEST_POSTGRESQL
            yield Finding(
                Level.GOOD if new_enough else Level.BAD,
                f"PostgreSQL {version}",
                f"upgrade to PostgreSQL {OLDEST_POSTGRESQL} or later",
            )
            cursor.execute("SHOW fsync")
            durable = cursor.fetchone()[0] == "on"
            yield Finding(
                Level.GOOD if durable else Level.BAD,
                f"fsync is {'on' if durable else 'off'}",
                "set fsync = on: a power cut loses orders without it",
            )
        else:
            cursor.execute("SELECT sqlite_version()")
            yield Finding(Level.GOOD, f"SQLite {cursor.fetchone()[0]} in {connection.settings_dict['NAME']}")
            cursor.execute("PRAGMA journal_mode")
            mode = str(cursor.fetchone()[0])
            yield Finding(
                Level.GOOD if mode in {"wal", "memory"} else Level.BAD,
                f"journal mode {mode}",
                "put VAR_DIR on a local disk: SQLite's write-ahead log does not work on network disks",
            )
            yield Finding(Level.WARNING, "one machine only", "set DATABASE_URL=postgres://… before the shop grows")
        cursor.execute("CREATE TEMPORARY TABLE doctor_probe (word varchar(10))")
        cursor.execute("INSERT INTO doctor_probe VALUES ('手机')")
        cursor.execute("SELECT word FROM doctor_probe")
        back = cursor.fetchone()[0]
        cursor.execute("DROP TABLE doctor_probe")
    yield Finding(
        Level.GOOD if back == "手机" else Level.BAD, "wrote and read back", "create the database with UTF-8 encoding"
    )
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(
        Level.BAD if waiting else Level.GOOD,
        f"{len(waiting)} migrations waiting" if waiting else "schema is up to date",
        "run: manage.py migrate && manage.py createcachetable",
    )


PART = Part(
    "database",
    "PostgreSQL" if env().database_url.startswith(("postgres", "pgsql")) else "SQLite",
    vital=True,
    ping=ping,
    examine=examine,
)
