"""The settings of the Meilisearch index, and how a document stands in it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from search import kinds, phonetics
from search.engine import ALWAYS, NEVER, Document
from search.synonyms import aliases
from search.text import canonical, chinese_runs, pairs, spelled_out

#: Counts up with every change below that an index built before does not have. ``digest`` says whether it must.
VERSION = 3

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
#: ``kinds`` for what is of the very kind that was asked for.
SORTABLE = ["price", "sales", "comments", "created", "sku_id", "kinds"]
#: By language: its name at the engine, and words that say nothing about a product. In Chinese only particles that
#: stand in no brand (美的) and no kind.
LOCALES = {"zh": "cmn", "en": "eng"}
STOP_WORDS = {
    "cmn": ["了", "吗", "呢", "吧", "啊", "呀"],
    "eng": ["a", "an", "and", "for", "of", "the", "to", "with"],
}
#: Counting goes as far as this; ``engine.DEEPEST_HIT`` says how far one may read.
MOST_COUNTED = 10_000


def locale(language: str) -> str:
    """The engine's name of this language."""
    return LOCALES[language.partition("-")[0]]


def index_settings(synonyms: Mapping[str, Sequence[str]], language: str = "zh-hans") -> dict[str, Any]:
    """Everything that makes the index of this language what it is, but its documents."""
    spoken = locale(language)
    return {
        "searchableAttributes": SEARCHABLE,
        "displayedAttributes": ["sku_id", "spu_id", "price"],
        "filterableAttributes": FILTERABLE,
        "sortableAttributes": SORTABLE,
        # Every hit fits all words, so an ordering may come first: the buyer's, else that of kinds. A field that is
        # the words and nothing else (the category 手机 for 手机) goes before one that has them inside.
        "rankingRules": ["sort", "words", "typo", "exactness", "proximity", "attribute", "sales:desc", "sku_id:desc"],
        "localizedAttributes": [{"attributePatterns": ["*"], "locales": [spoken]}],
        "stopWords": STOP_WORDS[spoken],
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
        # Names are short: words of one name are near each other anyway. Their exact distances would be most of the
        # work of indexing.
        "proximityPrecision": "byAttribute",
        # Nobody searches inside the values of a facet.
        "facetSearch": False,
        "searchCutoffMs": 500,
    }


def digest(language: str = "zh-hans") -> str:
    """A short name of these settings and of the shape of documents; synonyms are staff's and left out."""
    shape = as_stored(_BLANK, language)
    told = json.dumps([index_settings({}, language), sorted(shape)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def spec_key(name: str) -> str:
    """The field by which products are told apart for one spec; a spec's name may hold what a field's may not."""
    return _key(name)


def kind_key(word: str) -> str:
    """The field that says of a product whether it is of this kind."""
    return _key(word)


@lru_cache(maxsize=6_000)
def _key(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def as_stored(document: Document, language: str = "zh-hans") -> dict[str, Any]:
    """The document as Meilisearch keeps it: canonical words, readings, numbers to filter and order by."""
    return {
        "sku_id": document.sku_id,
        "spu_id": document.spu_id,
        **_words(document),
        **(_readings(document) if locale(language) == "cmn" else {}),
        "kinds": {kind_key(word): how for word, how in kinds.of_product(document.categories, document.brand).items()},
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


def _heads(document: Document) -> list[str]:
    return [f"{brand} {_leaf(document)}" for brand in [document.brand, *aliases(document.brand)]]


def _leaf(document: Document) -> str:
    return document.categories[-1] if document.categories else ""


def _words(document: Document) -> dict[str, Any]:
    return {
        "leaf": canonical(_leaf(document)),
        # The ends of the kind's name by themselves: a word breaker may see one word in 滚筒洗衣机.
        "head": [canonical(head) for head in [*_heads(document), *kinds.ends(_leaf(document))[1:]]],
        "name": canonical(document.name),
        "brand": [canonical(brand) for brand in [document.brand, *aliases(document.brand)]],
        "spec_words": [canonical(value) for _name, value in document.specs],
        "path": [canonical(name) for name in kinds.between(document.categories)],
        "caption": canonical(document.caption),
    }


def _readings(document: Document) -> dict[str, Any]:
    """What is typed without a Chinese keyboard, and pairs of characters for where word breakers disagree."""
    leaf, heads, above = _leaf(document), _heads(document), kinds.between(document.categories)
    values = [value for _name, value in document.specs]
    # The kind first: a field that begins with what was typed goes before one that has it further on.
    terms = _once([*kinds.typed_ends(leaf), document.brand, *([heads[0]] if document.brand and leaf else [])])
    written = [document.name, *heads, *above, *values, document.caption]
    grams = {pair: None for text in written for run in chinese_runs(canonical(text)) for pair in pairs(run)}
    # Lists: their members are no neighbours.
    return {
        "pinyin_head": _once(phonetics.full(term) for term in terms),
        "initials_head": _once(phonetics.initials(term) for term in terms),
        "pinyin": _once([*phonetics.parts_in_full(f"{document.name} {' '.join(values)}"), *map(phonetics.full, above)]),
        "initials": _once([*phonetics.parts_by_initials(document.name), *map(phonetics.initials, above)]),
        "grams": [spelled_out(pair) for pair in grams],
    }


_BLANK = Document(
    sku_id=0,
    spu_id=0,
    name="",
    spu_name="",
    caption="",
    brand_id=None,
    brand="",
    category_ids=(),
    categories=(),
    specs=(),
    price=Decimal(0),
    sales=0,
    comments=0,
    created=0,
    in_stock=False,
    on_sale_at=ALWAYS,
    off_sale_at=NEVER,
)


def _once(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(term for term in terms if term))
