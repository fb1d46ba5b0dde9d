"""The settings of the Meilisearch index, and how a document stands in it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search import phonetics
from search.engine import Document
from search.synonyms import aliases
from search.text import canonical, chinese_runs, pairs, spelled_out

PRIMARY_KEY = "sku_id"

#: From the heaviest to the lightest. Kind and brand come first, typed in characters or in letters: who
#: types sj means 手机, not the model SJ-300. The letters of names' parts stand below all characters, and
#: pairs of characters (for where word breakers disagree) below all.
SEARCHABLE = [
    "leaf",
    "head",
    "pinyin_head",
    "initials_head",
    "name",
    "brand",
    "spec_words",
    "path",
    "caption",
    "pinyin",
    "initials",
    "grams",
]
PHONETIC = ["pinyin_head", "initials_head", "pinyin", "initials"]
FILTERABLE = [
    "sku_id",
    "spu_id",
    "brand_id",
    "category_ids",
    "specs",
    "spec_keys",
    "price",
    "in_stock",
    "on_sale_at",
    "off_sale_at",
]
SORTABLE = ["price", "sales", "comments", "created", "sku_id"]
#: Counting goes as far as this; ``engine.DEEPEST_HIT`` says how far one may read.
MOST_COUNTED = 10_000


def index_settings(synonyms: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Everything that makes the index what it is, but its documents."""
    return {
        "searchableAttributes": SEARCHABLE,
        "displayedAttributes": ["sku_id", "spu_id"],
        "filterableAttributes": FILTERABLE,
        "sortableAttributes": SORTABLE,
        # Every hit fits all words, so an ordering that the buyer chose may come first. A field that is
        # the words and nothing else (the category 手机 for 手机) goes before one that has them inside.
        "rankingRules": ["sort", "words", "typo", "exactness", "proximity", "attribute", "sales:desc", "sku_id:desc"],
        "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["cmn"]}],
        "typoTolerance": {
            "enabled": True,
            "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 9},
            # A reading within a typo of another is another word.
            "disableOnAttributes": [*PHONETIC, "grams"],
            "disableOnNumbers": True,
        },
        "synonyms": {word: sorted(others) for word, others in synonyms.items()},
        "pagination": {"maxTotalHits": MOST_COUNTED},
        "faceting": {"maxValuesPerFacet": 300, "sortFacetValuesBy": {"*": "count"}},
        "searchCutoffMs": 500,
    }


def spec_key(name: str) -> str:
    """The field by which products are told apart for one spec; a spec's name may hold what a field's may not."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def as_stored(document: Document) -> dict[str, Any]:
    """The document as Meilisearch keeps it: canonical words, readings, numbers to filter and order by."""
    leaf = document.categories[-1] if document.categories else ""
    heads = [f"{brand} {leaf}" for brand in [document.brand, *aliases(document.brand)]]
    values = [value for _name, value in document.specs]
    written = [document.name, *heads, *document.categories[:-1], *values, document.caption]
    grams = {pair: None for text in written for run in chinese_runs(canonical(text)) for pair in pairs(run)}
    terms = _once([document.brand, leaf, *([heads[0]] if document.brand and leaf else [])])
    above = document.categories[:-1]
    return {
        "sku_id": document.sku_id,
        "spu_id": document.spu_id,
        "leaf": canonical(leaf),
        "head": [canonical(head) for head in heads],
        "name": canonical(document.name),
        "brand": [canonical(brand) for brand in [document.brand, *aliases(document.brand)]],
        "spec_words": [canonical(value) for value in values],
        "path": [canonical(name) for name in document.categories[:-1]],
        "caption": canonical(document.caption),
        # Lists: their members are no neighbours, which keeps the tables of neighbours small.
        "pinyin_head": _once(phonetics.full(term) for term in terms),
        "initials_head": _once(phonetics.initials(term) for term in terms),
        "pinyin": _once([*map(phonetics.full, above), *phonetics.parts_in_full(f"{document.name} {' '.join(values)}")]),
        "initials": _once([*map(phonetics.initials, above), *phonetics.parts_by_initials(document.name)]),
        "grams": [spelled_out(pair) for pair in grams],
        "brand_id": document.brand_id,
        "category_ids": list(document.category_ids),
        "specs": [f"{name}:{value}" for name, value in document.specs],
        "spec_keys": {spec_key(name): f"{document.spu_id}:{value}" for name, value in document.specs},
        "price": float(document.price),
        "sales": document.sales,
        "comments": document.comments,
        "created": document.created,
        "in_stock": document.in_stock,
        "on_sale_at": document.on_sale_at,
        "off_sale_at": document.off_sale_at,
    }


def _once(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(term for term in terms if term))
