"""Search: answers, suggestions, hot words, and the beacon that says what was opened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

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
from search import facets, keys, queries, querylog, words
from search.errors import EngineDown, NoDirectSearch
from shop.catalog.errors import PriceRangeReversed

#: Under ``/skus``.
skus = Router()
#: Under ``/search``.
router = Router()


@skus.get(
    "/search/",
    response={200: SearchOut, **problems(PriceRangeReversed)},
    operation_id="search_skus",
    summary="Search for products",
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
    querylog.record_click(text=body.text, sku_id=body.sku_id)
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
