"""From a typed question to Meilisearch's queries and back. Filters are built here, from typed values alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kernel import money
from search import kinds
from search.engine import Answer, Counts, Hit, Question
from search.engines.meilisearch_settings import kind_key, spec_key
from search.engines.meilisearch_wire import Asking
from search.text import chinese_runs, is_chinese, pairs, spelled_out

_ORDER = {"create_time": "created", "price": "price", "sales": "sales", "comments": "comments"}
#: So many specs get counted; a result list with more of them helps nobody by showing all.
_MOST_SPECS = 6
#: Up to here a run of Chinese is one word or two, and its pairs stand for it.
_SHORT_RUN = 4


def ask(question: Question, *, url: str, key: str, index: str, spoken: str) -> Answer:
    """Answer within the time limit: by all words, else by pairs of characters, else by some of the words, else by
    the category of that name.

    One request mostly; one more where nothing fits all words, one more to count specs.
    """
    asking = Asking(url=url, key=key, index=index)
    for way in _ways(question, spoken):
        results = asking.send(_queries(question, way))
        total = _total(results[0])
        if total:
            break
    start = question.offset - (_page_around(question.offset, question.limit)[0] - 1) * results[0].get("hitsPerPage", 0)
    first = start if question.counted else 0
    return Answer(
        hits=[Hit(hit["sku_id"], hit["spu_id"]) for hit in results[0]["hits"][first : first + question.limit]],
        total=total,
        counts=_counts(question, way, results, asking) if question.facets else None,
        loosened=way.get("matchingStrategy") == "last" and total > 0,
    )


def _total(result: Mapping[str, Any]) -> int:
    return int(result["totalHits"] if "totalHits" in result else result["estimatedTotalHits"])


def _ways(question: Question, spoken: str) -> Iterator[dict[str, Any]]:
    """How to read the text, the strictest way first."""
    text = question.text
    if not text:
        yield {"q": ""}
        return
    words = text.split()
    runs = chinese_runs(text)
    yield {"q": text, "matchingStrategy": "all", "locales": [spoken]}
    if runs and all(1 < len(run) <= _SHORT_RUN for run in runs):
        spelled = " ".join(
            " ".join(spelled_out(pair) for pair in pairs(word)) if is_chinese(word) else word for word in words
        )
        fields = {"attributesToSearchOn": ["grams"]} if all(is_chinese(word) for word in words) else {}
        yield {"q": f"{spelled} ", "matchingStrategy": "all", **fields}
    # A category above the products' own is no word of theirs (手机数码 is on every camera), but may be asked for.
    if named := kinds.categories_named(text):
        yield {"q": "", "within": named}
    if len(words) > 2 or any(len(run) > _SHORT_RUN for run in runs):
        yield {"q": text, "matchingStrategy": "last", "locales": [spoken]}


def _query(question: Question, way: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One query of this way that leaves what the question leaves."""
    filters = _filters(question)
    if "within" in way:
        filters.append(f"category_ids IN [{_numbers(way['within'])}]")
    return {**{name: value for name, value in way.items() if name != "within"}, "filter": filters, **more}


def _queries(question: Question, way: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The page, and what is counted along with it."""
    main = _query(question, way, distinct="spu_id")
    if question.counted:
        # Asked by pages it counts all hits, product by product; asked by offset it stops where the page is full.
        main["page"], main["hitsPerPage"] = _page_around(question.offset, question.limit)
    else:
        main["offset"], main["limit"] = question.offset, question.limit
    if question.limit and (sort := _sorted_by(question)):
        main["sort"] = sort
    if not question.facets:
        return [main]
    main["facets"] = ["brand_id", "category_ids"]
    none = {"page": 1, "hitsPerPage": 0}
    any_price = replace(question, min_price=None, max_price=None)
    # The cheapest and the dearest by themselves: as a facet, every price there is would be counted.
    one = {"page": 1, "hitsPerPage": 1, "attributesToRetrieve": ["price"]}
    found = [
        main,
        _query(any_price, way, **one, sort=["price:asc"], facets=["specs"]),
        _query(any_price, way, **one, sort=["price:desc"]),
        _query(replace(question, in_stock=True), way, **none, distinct="spu_id"),
    ]
    # Counts of a facet ignore what was chosen in it: the other choices are what one could change to.
    if question.brand_ids:
        any_brand = replace(question, brand_ids=())
        found.append(_query(any_brand, way, **none, distinct="spu_id", facets=["brand_id"]))
    if question.category_id is not None:
        any_category = replace(question, category_id=None)
        found.append(_query(any_category, way, **none, distinct="spu_id", facets=["category_ids"]))
    return found


def _sorted_by(question: Question) -> list[str]:
    """As the buyer wants it, else what is of the very kind that was asked for before what merely fits."""
    if question.ordering:
        name = _ORDER[question.ordering.lstrip("-")]
        way_down = "desc" if question.ordering.startswith("-") else "asc"
        return [f"{name}:{way_down}", "sku_id:desc"]
    return [f"kinds.{kind_key(word)}:desc" for word in kinds.asked_for(question.text)]


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


def _counts(question: Question, way: Mapping[str, Any], results: Sequence[Mapping[str, Any]], asking: Asking) -> Counts:
    """Products, not SKUs, that each choice would leave."""
    main, of_skus, dearest, stocked, *others = results
    chosen = iter(others)
    brands = next(chosen) if question.brand_ids else main
    categories = next(chosen) if question.category_id is not None else main
    return Counts(
        categories=_by_id(categories, "category_ids"),
        brands=_by_id(brands, "brand_id"),
        specs=_spec_counts(question, way, of_skus["facetDistribution"].get("specs", {}), asking),
        in_stock=int(stocked["totalHits"]),
        min_price=_price(of_skus),
        max_price=_price(dearest),
    )


def _by_id(result: Mapping[str, Any], name: str) -> dict[int, int]:
    return {int(key): count for key, count in result["facetDistribution"].get(name, {}).items() if count}


def _price(result: Mapping[str, Any]) -> Decimal | None:
    """The price of the first hit; none where an index of an older version does not show it yet."""
    price = result["hits"][0].get("price") if result["hits"] else None
    return None if price is None else money.yuan(str(price))


def _spec_counts(
    question: Question, way: Mapping[str, Any], of_skus: Mapping[str, int], asking: Asking
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
            _query(
                replace(question, specs=_all_but(question.specs, name)),
                way,
                page=1,
                hitsPerPage=0,
                distinct=f"spec_keys.{spec_key(name)}",
                facets=["specs"],
            )
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
