"""What a backup needs of a database engine."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import connection


@dataclass(frozen=True)
class Moment:
    """What is in the dump: everything committed before ``at``. ``lsn`` is PostgreSQL's place in its log."""

    at: datetime
    engine: str
    lsn: str = ""
    #: How a new database must be made so that texts sort as before.
    encoding: str = ""
    collate: str = ""
    ctype: str = ""


class Engine(Protocol):
    """PostgreSQL or SQLite."""

    #: The dump's name in a backup.
    file: str

    def check_tools(self) -> None:
        """Raises: Refused when the dump could not be made, or taken back."""
        ...

    def taken(self, path: Path) -> AbstractContextManager[Moment]:
        """Write the dump. What is read inside the block is what is in it, whatever buyers do meanwhile.

        Raises: Failed.
        """
        ...

    def is_empty(self) -> bool:
        """Whether the shop's database is not there, or holds no table."""
        ...

    def check_alone(self, *, by_force: bool) -> None:
        """Raises: Refused when somebody works on the database now."""
        ...

    def filled(self, path: Path, moment: Moment, *, jobs: int) -> AbstractContextManager[str]:
        """A new database beside the shop's with what is in the dump; gives its name. It goes if the block fails.

        Raises: Failed.
        """
        ...

    def swap(self, name: str) -> str:
        """Put the database of this name in the place of the shop's. There is no moment in between.

        Returns where the one from before is now; empty where there was none worth keeping. Raises: Failed.
        """
        ...

    def skip_ids(self, gap: int) -> None:
        """Ids of new rows begin so much later in every table."""
        ...


def engine() -> Engine:
    """The one that the shop runs on."""
    from meiduo.backups.postgresql import PostgreSQL
    from meiduo.backups.sqlite import SQLite

    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def tables() -> Iterator[tuple[str, int]]:
    """Every table and how many rows it has."""
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608  # the table's own name
            yield name, int(cursor.fetchone()[0])
