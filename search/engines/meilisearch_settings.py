"""The settings of the Meilisearch index, and how a document stands in it. Change VERSION with either."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from search import phonetics
from search.engine import Document
from search.text import canonical, chinese_runs, pairs, spelled_out

#: Counted up with every change below: an index of another version wants a rebuild.
VERSION = 1
PRIMARY_KEY = "sku_id"

#: From the heaviest to the lightest. What is typed in letters for Chinese words stands below every
#: field of characters, and pairs of characters (for where word breakers disagree) below all.
SEARCHABLE = [
    "leaf",
    "head",
    "name",
    "brand",
    "spec_words",
    "path",
    "caption",
    "pinyin_head",
    "initials_head",
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
            "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
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
    head = f"{document.brand} {leaf}"
    values = [value for _name, value in document.specs]
    written = [document.name, head, *document.categories[:-1], *values, document.caption]
    grams = {pair: None for text in written for run in chinese_runs(canonical(text)) for pair in pairs(run)}
    terms = [term for term in (document.brand, leaf, *document.categories[:-1]) if term]
    combined = [f"{document.brand} {leaf}"] if document.brand and leaf else []
    return {
        "sku_id": document.sku_id,
        "spu_id": document.spu_id,
        "leaf": canonical(leaf),
        "head": canonical(head),
        "name": canonical(document.name),
        "brand": canonical(document.brand),
        "spec_words": [canonical(value) for value in values],
        "path": [canonical(name) for name in document.categories[:-1]],
        "caption": canonical(document.caption),
        # Lists: their members are no neighbours, which keeps the tables of neighbours small.
        "pinyin_head": _once(phonetics.full(term) for term in [*terms, *combined]),
        "initials_head": _once(phonetics.initials(term) for term in [*terms, *combined]),
        "pinyin": phonetics.parts_in_full(f"{document.name} {' '.join(values)}"),
        "initials": phonetics.parts_by_initials(document.name),
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


def _once(terms: Any) -> list[str]:
    return list(dict.fromkeys(term for term in terms if term))
