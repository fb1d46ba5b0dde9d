"""From a typed question to Meilisearch's queries and back. Filters are built here, from typed values alone."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import requests
from django.conf import settings
from meilisearch import Client
from meilisearch._httprequests import HttpRequests
from meilisearch.errors import MeilisearchTimeoutError

from kernel import money
from search.engine import Answer, Counts, Hit, Question
from search.engines.meilisearch_settings import spec_key
from search.text import chinese_runs, is_chinese, pairs, spelled_out

_ORDER = {"create_time": "created", "price": "price", "sales": "sales", "comments": "comments"}
#: So many specs get counted; a result list with more of them helps nobody by showing all.
_MOST_SPECS = 6
#: Up to here a run of Chinese is one word or two, and its pairs stand for it.
_SHORT_RUN = 4

_local = threading.local()


class _Pooled(HttpRequests):
    """The client's requests over a kept connection: a new one for each costs more than the search."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.config)
        self._session = requests.Session()
        # A proxy from the environment is not asked for each request anew; the engine is on our own net.
        self._session.trust_env = False

    def send_request(self, http_method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return super().send_request(getattr(self._session, http_method.__name__), *args, **kwargs)


def _client(url: str, key: str) -> Client:
    """This thread's client: it keeps headers between calls, so two threads must not share one."""
    kept: dict[tuple[str, str], Client] = _local.__dict__.setdefault("clients", {})
    if (url, key) not in kept:
        client = Client(url, key or None, timeout=1)
        client.http = _Pooled(client)
        kept[(url, key)] = client
    return kept[(url, key)]


class _Asking:
    """One question under way: where it goes and how much of its time is left."""

    def __init__(self, *, url: str, key: str, index: str) -> None:
        self.client = _client(url, key)
        self.index = index
        self.end = time.monotonic() + settings.MEILISEARCH_TIMEOUT

    def send(self, queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        left = self.end - time.monotonic()
        if left <= 0:
            raise MeilisearchTimeoutError("no time left")
        self.client.config.timeout = left  # type: ignore[assignment]  # requests takes parts of a second
        found = self.client.multi_search([{"indexUid": self.index, **query} for query in queries])
        return list(found["results"])


def ask(question: Question, *, url: str, key: str, index: str) -> Answer:
    """Answer within the time limit: by all words, else by pairs of characters, else by some of the words.

    One request mostly; one more where nothing fits all words, one more to count specs.
    """
    asking = _Asking(url=url, key=key, index=index)
    ways = _ways(question.text)
    for number, way in enumerate(ways):
        results = asking.send(_queries(question, way))
        if results[0]["totalHits"] or number == len(ways) - 1:
            break
    page, length = _page_around(question.offset, question.limit)
    start = question.offset - (page - 1) * length
    return Answer(
        hits=[Hit(hit["sku_id"], hit["spu_id"]) for hit in results[0]["hits"][start : start + question.limit]],
        total=int(results[0]["totalHits"]),
        counts=_counts(question, way, results, asking) if question.facets else None,
        loosened=way.get("matchingStrategy") == "last" and bool(results[0]["totalHits"]),
    )


def _ways(text: str) -> list[dict[str, Any]]:
    """How to read the text, the strictest way first."""
    if not text:
        return [{"q": ""}]
    words = text.split()
    found: list[dict[str, Any]] = [{"q": text, "matchingStrategy": "all", "locales": ["cmn"]}]
    runs = chinese_runs(text)
    if runs and all(1 < len(run) <= _SHORT_RUN for run in runs):
        spelled = " ".join(
            " ".join(spelled_out(pair) for pair in pairs(word)) if is_chinese(word) else word for word in words
        )
        fields = {"attributesToSearchOn": ["grams"]} if all(is_chinese(word) for word in words) else {}
        found.append({"q": f"{spelled} ", "matchingStrategy": "all", **fields})
    if len(words) > 2 or any(len(run) > _SHORT_RUN for run in runs):
        found.append({"q": text, "matchingStrategy": "last", "locales": ["cmn"]})
    return found


def _queries(question: Question, way: Mapping[str, Any]) -> list[dict[str, Any]]:
    page, length = _page_around(question.offset, question.limit)
    main: dict[str, Any] = {
        **way,
        "filter": _filters(question),
        "distinct": "spu_id",
        "page": page,
        "hitsPerPage": length,
    }
    if question.ordering:
        name = _ORDER[question.ordering.lstrip("-")]
        way_down = "desc" if question.ordering.startswith("-") else "asc"
        main["sort"] = [f"{name}:{way_down}", "sku_id:desc"]
    if not question.facets:
        return [main]
    main["facets"] = ["brand_id", "category_ids"]
    none = {**way, "hitsPerPage": 0, "page": 1}
    return [
        main,
        {**none, "filter": _filters(replace(question, min_price=None, max_price=None)), "facets": ["price", "specs"]},
        {**none, "filter": _filters(replace(question, in_stock=True)), "distinct": "spu_id"},
        *_without_own_choice(question, none),
    ]


def _page_around(offset: int, limit: int) -> tuple[int, int]:
    """A page, as Meilisearch counts them, that holds the rows from offset on. Shape: (number, length).

    Asked by pages it counts all hits; asked by offset it only guesses.
    """
    length = limit
    if not limit:
        return 1, 0
    while offset // length != (offset + limit - 1) // length:
        length += 1
    return offset // length + 1, length


def _without_own_choice(question: Question, none: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Counts of a facet ignore what was chosen in it: the other choices are what one could change to."""
    found = []
    if question.brand_ids:
        open_brand = _filters(replace(question, brand_ids=()))
        found.append({**none, "filter": open_brand, "distinct": "spu_id", "facets": ["brand_id"]})
    if question.category_id is not None:
        open_category = _filters(replace(question, category_id=None))
        found.append({**none, "filter": open_category, "distinct": "spu_id", "facets": ["category_ids"]})
    return found


def _counts(
    question: Question, way: Mapping[str, Any], results: Sequence[Mapping[str, Any]], asking: _Asking
) -> Counts:
    """Products, not SKUs, that each choice would leave."""
    main, of_skus, stocked, *others = results
    chosen = iter(others)
    brands = next(chosen) if question.brand_ids else main
    categories = next(chosen) if question.category_id is not None else main
    price = of_skus["facetStats"].get("price", {})
    return Counts(
        categories=_by_id(categories, "category_ids"),
        brands=_by_id(brands, "brand_id"),
        specs=_spec_counts(question, way, of_skus["facetDistribution"].get("specs", {}), asking),
        in_stock=int(stocked["totalHits"]),
        min_price=_amount(price.get("min")),
        max_price=_amount(price.get("max")),
    )


def _by_id(result: Mapping[str, Any], name: str) -> dict[int, int]:
    return {int(key): count for key, count in result["facetDistribution"].get(name, {}).items() if count}


def _amount(value: float | None) -> Decimal | None:
    return None if value is None else money.yuan(str(value))


def _spec_counts(
    question: Question, way: Mapping[str, Any], of_skus: Mapping[str, int], asking: _Asking
) -> dict[str, dict[str, int]]:
    """Products by each value of each spec: one query a spec, in one request.

    A product's SKUs differ in their values, so the one that stands for it in the hits cannot be the
    one that is counted: told apart by product and value, each value of a product counts once.
    """
    weights: dict[str, int] = {}
    for key, count in of_skus.items():
        name = key.partition(":")[0]
        weights[name] = weights.get(name, 0) + count
    weights.update({name: len(of_skus) * 1_000_000 for name in question.specs})
    names = sorted(weights, key=lambda name: (-weights[name], name))[:_MOST_SPECS]
    if not names:
        return {}
    results = asking.send(
        [
            {
                **way,
                "hitsPerPage": 0,
                "page": 1,
                "filter": _filters(replace(question, specs=_all_but(question.specs, name))),
                "distinct": f"spec_keys.{spec_key(name)}",
                "facets": ["specs"],
            }
            for name in names
        ]
    )
    found: dict[str, dict[str, int]] = {}
    for name, result in zip(names, results, strict=True):
        mine = result["facetDistribution"].get("specs", {}).items()
        values = {key.removeprefix(f"{name}:"): count for key, count in mine if key.startswith(f"{name}:") and count}
        if values:
            found[name] = values
    return found


def _all_but(specs: Mapping[str, tuple[str, ...]], name: str) -> dict[str, tuple[str, ...]]:
    return {other: values for other, values in specs.items() if other != name}


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _filters(question: Question) -> list[Any]:
    """The typed filters in Meilisearch's list form: all of them hold; inside a list of lists, any."""
    at = int(question.at.timestamp())
    found: list[Any] = [f"on_sale_at <= {at}", f"off_sale_at > {at}"]
    if question.category_id is not None:
        found.append(f"category_ids = {int(question.category_id)}")
    if question.brand_ids:
        found.append(f"brand_id IN [{_numbers(question.brand_ids)}]")
    if question.min_price is not None:
        found.append(f"price >= {_number(question.min_price)}")
    if question.max_price is not None:
        found.append(f"price <= {_number(question.max_price)}")
    if question.in_stock is not None:
        found.append(f"in_stock = {'true' if question.in_stock else 'false'}")
    for name, values in question.specs.items():
        found.append([f"specs = {_quoted(f'{name}:{value}')}" for value in values])
    if question.hidden_spu_ids:
        found.append(f"spu_id NOT IN [{_numbers(question.hidden_spu_ids)}]")
    if question.only_spu_ids is not None:
        found.append(f"spu_id IN [{_numbers(question.only_spu_ids)}]")
    return found


def _number(amount: Decimal) -> str:
    return format(amount, "f")


def _numbers(values: Sequence[int]) -> str:
    return ", ".join(str(int(value)) for value in values)
