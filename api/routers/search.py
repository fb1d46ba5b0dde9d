"""Search: answers, suggestions, hot words, and the beacon that says what was opened."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from api.brief import brief
from api.problems import problems
from api.schemas.search import (
    ClickIn,
    DirectSearchOut,
    HotWordsOut,
    SearchIn,
    SearchOut,
    SuggestIn,
    SuggestionsOut,
    search_out,
)
from kernel import clock
from kernel.network import client_ip
from kernel.regions import CATALOG
from search import facets, freshness, keys, queries, querylog, words
from search.errors import EngineDown, NoDirectSearch
from search.remembered import Remembered
from shop.catalog.errors import PriceRangeReversed
from shop.catalog.selectors import next_sale_switch

#: Under ``/skus``.
skus = Router()
#: Under ``/search``.
router = Router()


_switches: Remembered[str, datetime | None] = Remembered(seconds=lambda: 3600.0, most=2)


def _next_switch(version: str) -> datetime | None:
    """When the next product goes on or off sale by itself; who changes that drops this version of the catalog."""
    return _switches.get(version, next_sale_switch, holds=lambda at: at is None or at > clock.now())


def _searched_again(query: SearchIn, *, times: int = 1) -> None:
    """Counts searches that were answered from memory."""
    if query.page == 1:
        querylog.log.record(query.text or query.q, found=None, times=times)


@skus.get(
    "/search/",
    response={200: SearchOut, **problems(PriceRangeReversed)},
    operation_id="search_skus",
    summary="Search for products",
)
@brief(
    SearchOut,
    region=CATALOG,
    seconds=lambda: settings.SEARCH_KEEP_SECONDS,
    keep=lambda query: query.is_asked_by_many,
    until=_next_switch,
    holds=lambda query: freshness.unchanged(query.question.language),
    seen=_searched_again,
)
def search_skus(request: HttpRequest, query: Query[SearchIn]) -> Any:
    """Products by words, pinyin (`shouji`) or first letters (`sj`), filtered, ordered and counted.

    One SKU of each product is listed, the one that fits best. Counting and paging end where nobody reads on.
    """
    question = query.question
    result = queries.search(question)
    return search_out(result, facets.named(result.counts, question) if result.counts else None)


@router.get(
    "/suggestions/",
    response={200: SuggestionsOut, **problems()},
    operation_id="search_suggestions",
    summary="Suggestions while typing",
)
@brief(
    SuggestionsOut,
    region=CATALOG,
    seconds=lambda: settings.SEARCH_WORDS_SECONDS,
    keep=lambda query: True,
)
def search_suggestions(request: HttpRequest, query: Query[SuggestIn]) -> Any:
    """Categories, brands, products and words searched before that begin like this, also by pinyin."""
    return {"suggestions": words.suggestions(query.q or query.text)}


@router.get(
    "/hot/", response={200: HotWordsOut, **problems()}, operation_id="search_hot_words", summary="Hot search words"
)
def search_hot_words(request: HttpRequest) -> Any:
    """Words that the shop puts forward, then those that are searched most."""
    return {"keywords": words.hot_words()}


@router.post("/clicks/", response={204: None, **problems()}, operation_id="search_click", summary="A result was opened")
def search_click(request: HttpRequest, body: ClickIn) -> HttpResponse:
    """Counts that a product was opened from the answer to a text; says nothing of who did."""
    querylog.record_click(text=body.text, sku_id=body.sku_id, address=client_ip(request))
    return HttpResponse(status=204)


@router.get(
    "/token/",
    response={200: DirectSearchOut, **problems(NoDirectSearch, EngineDown)},
    operation_id="search_token",
    summary="A token to ask the engine directly",
)
def search_token(request: HttpRequest) -> Any:
    """For storefronts that ask Meilisearch themselves: scoped to the index, filtered to what is on sale, expiring."""
    return keys.direct_search()
