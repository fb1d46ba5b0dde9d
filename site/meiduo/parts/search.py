"""The search engine. Browsing goes on without it."""

from collections.abc import Iterator
from typing import Any

import httpx
from django.db import close_old_connections

from meiduo.env import env
from meiduo.parts import Finding, Level, Part
from search.engine import engine, every_engine
from search.reconcile import differences

OLDEST_MEILISEARCH = (1, 21)


def _ask(path: str) -> Any:
    key = env().meilisearch_key
    answer = httpx.get(
        env().meilisearch_url + path, headers={"Authorization": f"Bearer {key}"} if key else {}, timeout=1.0
    )
    answer.raise_for_status()
    return answer.json()


def ping() -> None:
    if env().meilisearch_url:
        _ask("/health")


def examine() -> Iterator[Finding]:
    close_old_connections()
    for one in every_engine():
        lacks = one.status().outdated
        yield Finding(
            Level.WARNING if lacks else Level.GOOD,
            f"{one.name}: {lacks}" if lacks else f"{one.name}: built by the code's version",
            "run: manage.py search_rebuild",
        )
    status = engine().status()
    if status.engine == "meilisearch":
        new_enough = tuple(int(part) for part in status.version.split(".")[:2]) >= OLDEST_MEILISEARCH
        yield Finding(
            Level.GOOD if new_enough else Level.BAD,
            f"{status.engine} {status.version}",
            "upgrade Meilisearch to 1.21 or later",
        )
    drift = ", ".join(status.drift)
    yield Finding(
        Level.WARNING if drift else Level.GOOD,
        f"settings differ from the code's: {drift}" if drift else "settings are those of the code",
        "run: manage.py search_reconcile",
    )
    for found in differences():
        wrong = bool(found.missing or found.extra)
        yield Finding(
            Level.WARNING if wrong else Level.GOOD,
            f"{found.engine}: {len(found.missing)} documents missing, {len(found.extra)} that should not be there",
            "run: manage.py search_reconcile",
        )


PART = Part("search", "Meilisearch" if env().meilisearch_url else "database", vital=False, ping=ping, examine=examine)
