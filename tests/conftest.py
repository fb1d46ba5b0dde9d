"""What every test may ask for. Factories make rows; fixtures here are about the world around them."""

import os
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.test import Client

from kernel import events

ENGINES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL", "meilisearch": "MEILISEARCH_URL"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that needs an engine is skipped by that engine's name when it is not there.

    CI sets REQUIRE_ENGINES and REQUIRE_CHROMIUM: what would be skipped then stops the run instead.
    """
    missing = {
        engine: f"needs {engine}: set {variable}"
        for engine, variable in ENGINES.items()
        if not os.environ.get(variable)
    }
    if chromium() is None:
        missing["browser"] = "needs chromium: install it, or set CHROMIUM_BIN"
    required = set(ENGINES) if os.environ.get("REQUIRE_ENGINES") else set()
    required |= {"browser"} if os.environ.get("REQUIRE_CHROMIUM") else set()
    if refused := required & set(missing):
        raise pytest.UsageError("; ".join(missing[name] for name in sorted(refused)))
    for item in items:
        for name, reason in missing.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return os.environ.get("CHROMIUM_BIN") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session", autouse=True)
def _cache_table(django_db_setup: None, django_db_blocker: Any) -> None:
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)


#: Whether the test before emptied all tables.
_emptied: list[bool] = []


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db", "client"} & set(request.fixturenames):
        if "transactional_db" not in request.fixturenames:
            request.getfixturevalue("db")
        for name in ("default", "bytes"):
            caches[name].clear()
        if _emptied:
            # A thread that still answered somebody while the tables were emptied may have read content types that are
            # gone since, and they are remembered for the whole process.
            ContentType.objects.clear_cache()
            _emptied.clear()
        if _empties(request):
            _emptied.append(True)


def _empties(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    named = bool({"transactional_db", "live_server"} & set(request.fixturenames))
    return named or (marker is not None and bool(marker.kwargs.get("transaction")))


@pytest.fixture(scope="module", autouse=True)
def _nothing_remembered_of_another_database() -> None:
    """A file may have pointed this process at a database of its own, whose content types have other numbers."""
    ContentType.objects.clear_cache()


@pytest.fixture(scope="session", autouse=True)
def _empty_tables_quickly() -> Iterator[None]:
    """Between transactional tests PostgreSQL deletes the few rows there are: TRUNCATE makes new files for every table.

    Django's foreign keys are checked at the commit, so the order of the tables does not matter.
    """

    def delete_all(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]

    if connection.vendor != "postgresql":
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "sql_flush", delete_all)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nobody_left_in_the_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A browser may still be asking the live server when the last test ends; PostgreSQL drops no database in use."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


class Emitted(Sequence[events.Event]):
    """What would be told at the commit that this test never makes; a rolled-back savepoint takes its part along."""

    def _events(self) -> list[events.Event]:
        return [
            callback.args[0]
            for _sids, callback, *_rest in connection.run_on_commit
            if isinstance(callback, partial) and callback.func is events.deliver
        ]

    def __getitem__(self, item: Any) -> Any:
        return self._events()[item]

    def __len__(self) -> int:
        return len(self._events())

    def __eq__(self, other: object) -> bool:
        return self._events() == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._events())


@pytest.fixture
def emitted(db: None) -> Emitted:
    """Every event emitted so far in this test, in order."""
    return Emitted()


@pytest.fixture
def api(client: Client) -> Client:
    """A client of the shop API."""
    return client
