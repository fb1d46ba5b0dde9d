"""The search engine. Browsing goes on without it."""

from collections.abc import Iterator
from typing import Any

import httpx
from django.db import close_old_connections

from meiduo.env import env
from meiduo.parts import Finding, Level, Part

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
    from search import documents_in_index, skus_to_index

    close_old_connections()
    if env().meilisearch_url:
        version = str(_ask("/version")["pkgVersion"])
        new_enough = tuple(int(part) for part in version.split(".")[:2]) >= OLDEST_MEILISEARCH
        yield Finding(
            Level.GOOD if new_enough else Level.BAD, f"Meilisearch {version}", "upgrade Meilisearch to 1.21 or later"
        )
    indexed, wanted = documents_in_index(), skus_to_index()
    yield Finding(
        Level.GOOD if indexed == wanted else Level.WARNING,
        f"{indexed} documents for {wanted} SKUs",
        "run: manage.py search_rebuild",
    )


PART = Part("search", "Meilisearch" if env().meilisearch_url else "database", vital=False, ping=ping, examine=examine)
