"""Engines for tests: the database always, a real Meilisearch wherever there is one."""

import os
import secrets
from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from search import engine as engines
from search.breaker import breaker
from search.engine import Receipt, SearchEngine
from search.engines.locate import locate_binary
from search.engines.meilisearch import MeilisearchEngine
from tests.search.servers import Server

MEILISEARCH = "search.engines.meilisearch.MeilisearchEngine"
DATABASE = "search.engines.database.DatabaseEngine"


@pytest.fixture(autouse=True)
def _embedded(settings: Settings) -> Iterator[None]:
    """Every test begins with the database engine and a closed breaker, whatever the environment says."""
    settings.SEARCH_ENGINE = DATABASE
    engines._kept.cache_clear()
    breaker.forget()
    yield
    engines._kept.cache_clear()
    breaker.forget()


@pytest.fixture(scope="session")
def _address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and key of a server for this session: the one of the environment, else one of our own."""
    if url := os.environ.get("MEILISEARCH_URL"):
        yield url.rstrip("/"), os.environ.get("MEILISEARCH_KEY", "")
        return
    server = _own_server(tmp_path_factory.mktemp("meilisearch"))
    yield server.url, server.key
    server.kill()


def _own_server(folder: object) -> Server:
    binary = locate_binary()
    if binary is None:
        pytest.skip("needs meilisearch: set MEILISEARCH_URL or MEILISEARCH_BIN, or run npm ci in tests/engines")
    return Server(binary, folder).start()  # type: ignore[arg-type]


def _unique_index(settings: Settings) -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"{settings.MEILISEARCH_INDEX}-{worker}-{secrets.token_hex(4)}"


def _configure(settings: Settings, url: str, key: str) -> None:
    settings.MEILISEARCH_URL = url
    settings.MEILISEARCH_KEY = key
    settings.MEILISEARCH_INDEX = _unique_index(settings)
    settings.SEARCH_ENGINE = MEILISEARCH
    # A machine that runs tests beside others may take long over what is done at once in a shop.
    settings.MEILISEARCH_TIMEOUT = 5.0
    engines._kept.cache_clear()


@pytest.fixture
def meilisearch(_address: tuple[str, str], settings: Settings, db: None) -> Iterator[MeilisearchEngine]:
    """Meilisearch is the mall's engine, with an index of this test's own."""
    _configure(settings, *_address)
    made = engines.engine()
    assert isinstance(made, MeilisearchEngine)
    yield made
    client = made._client()
    for name in [made.index, *made._leftovers(client)]:
        client.delete_index(name)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, settings: Settings, db: None) -> Iterator[Server]:
    """A server of this test alone, to be hurt; it is the mall's engine."""
    server = _own_server(tmp_path_factory.mktemp("meilisearch"))
    _configure(settings, server.url, server.key)
    settings.MEILISEARCH_TIMEOUT = 0.6
    yield server
    server.kill()


@pytest.fixture
def settle() -> Callable[..., None]:
    """Wait until these writes are done."""
    return settled


def settled(engine: SearchEngine, *receipts: Receipt | None) -> None:
    from tests.search.waiting import until

    for receipt in receipts:
        if receipt is not None:
            until(lambda one=receipt: engine.outcomes([one])[0].state != "waiting")
            assert engine.outcomes([receipt])[0].state == "done"
