"""Tokens for browsers that ask the engine themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from django.conf import settings

from kernel import clock
from search.engine import engine
from search.errors import NoDirectSearch


@runtime_checkable
class GivesTokens(Protocol):
    """An engine that browsers may ask."""

    index: str

    def token(self, *, until: datetime) -> str: ...


@dataclass(frozen=True, slots=True)
class DirectSearch:
    """Where and with what a browser searches. The token reads ids of what is on sale, until it expires."""

    url: str
    index: str
    token: str
    expires_at: datetime


def direct_search() -> DirectSearch:
    """A token for one browser.

    Raises: NoDirectSearch where MEILISEARCH_PUBLIC_URL is not set; EngineDown.
    """
    one = engine()
    if not settings.MEILISEARCH_PUBLIC_URL or not isinstance(one, GivesTokens):
        raise NoDirectSearch
    until = clock.now() + timedelta(seconds=settings.SEARCH_TOKEN_SECONDS)
    return DirectSearch(settings.MEILISEARCH_PUBLIC_URL, one.index, one.token(until=until), until)
