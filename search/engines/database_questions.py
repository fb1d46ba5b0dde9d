"""From a typed question to the database's rows and back.

Tokens are compared whole. PostgreSQL finds them by a GIN index over the array of tokens; SQLite
reads its rows, which is what a shop on one machine has few enough of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, RowNumber

from search import kinds, synonyms
from search.engine import Answer, Counts, Hit, Question
from search.engines.database_tokens import Need, kind, kinds_in, needs, some_of, variants, whole
from shop.catalog.models import Category, Sku, SkuOption
from shop.catalog.selectors import skus_on_sale

_ORDER = {"create_time": "created_at", "price": "price", "sales": "sales", "comments": "comments"}
_CATEGORY = ("spu__category_id", "spu__category__parent_id", "spu__category__parent__parent_id")
#: More words than these tell nothing new about the order.
_MOST_SCORED = 24


def ask(question: Question) -> Answer:
    """Answer by all words, or by half of what was asked where nothing fits it all."""
    ways = _ways(question.text)
    for way in ways:
        rows = _fitting(question, way)
        total = rows.values("spu_id").distinct().count()
        if total:
            break
    return Answer(
        hits=_hits(rows, question, way) if total and question.limit else [],
        total=total,
        counts=_counts(question, way) if question.facets else None,
        loosened=way is not None and way.loose and total > 0,
    )


class _Way:
    """One way to read the text: its spellings, each with what it needs; ``loose`` when half of it will do."""

    def __init__(self, spellings: Sequence[Sequence[Need]], *, text: str, loose: bool = False) -> None:
        self.spellings = spellings
        self.text = text
        self.loose = loose

    def condition(self) -> Q:
        return reduce(or_, (reduce(and_, (_has(need) for need in spelling)) for spelling in self.spellings))

    def score(self) -> Any:
        """What fits in name and head weighs more than elsewhere, being of exactly that kind most."""
        every = list(dict.fromkeys(token for spelling in self.spellings for need in spelling for token in need.tokens))
        of_kind = [_present(token, "head_tokens", 6) for token in kinds_in(self.text)[:_MOST_SCORED]]
        asked = kinds.asked_for(self.text)
        exact = [_present(whole(self.text), "head_tokens", 20)]
        exact += [_present(kind(word, how), "head_tokens", 100 * how) for word in asked for how in (1, 2)]
        columns = ((4, "head_tokens"), (3, "name_tokens"), (1, "tokens"))
        parts = [_present(token, column, weight) for weight, column in columns for token in every[:_MOST_SCORED]]
        return _sum([*exact, *of_kind, *parts])


def _present(token: str, column: str, weight: int) -> Case:
    inside = Q(**{f"search_document__{column}__contains": f" {token} "})
    return Case(When(inside, then=Value(weight)), default=Value(0), output_field=IntegerField())


def _sum(parts: Sequence[Any]) -> Any:
    """All of them added up, as a tree of little depth: SQLite's parser goes no deeper than 100."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return _sum(parts[:middle]) + _sum(parts[middle:])


def _tokens_array() -> Func:
    # The very expression of the GIN index, or PostgreSQL would not use it.
    return Func(
        F("search_document__tokens"),
        function="string_to_array",
        template="%(function)s(%(expressions)s, ' ')",
        output_field=ArrayField(TextField()),
    )


def _has(need: Need) -> Q:
    parts = [Q(search_document__tokens__contains=f" {token} ") for token in need.tokens]
    if need.least == len(parts):
        return _by_index(need.tokens, "@>") & reduce(and_, parts)
    enough = _sum([_present(token, "tokens", 1) for token in need.tokens])
    return _by_index(need.tokens, "&&") & Q(_Comparison(enough, ">=", Value(need.least)))


class _Comparison(Func):
    """Two expressions with an operator between them."""

    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, left: Any, operator: str, right: Any) -> None:
        super().__init__(left, right, arg_joiner=f" {operator} ")


def _by_index(tokens: Sequence[str], operator: str) -> Q:
    """What PostgreSQL looks up in its index; true wherever the exact conditions beside it are."""
    if connection.vendor != "postgresql":
        return Q()
    wanted = Cast(Value(list(tokens), output_field=ArrayField(TextField())), ArrayField(TextField()))
    return Q(_Comparison(_tokens_array(), operator, wanted))


def _ways(text: str) -> list[_Way | None]:
    if not text:
        return [None]
    spellings = [needs(variant) for variant in variants(text, synonyms.table())]
    if kinds.categories_named(text):
        spellings.append([Need((whole(text),), 1)])
    found: list[_Way | None] = [_Way(spellings, text=text)]
    some = some_of(text)
    if len(some.tokens) > 3:
        found.append(_Way([[some]], text=text, loose=True))
    return found


def _fitting(question: Question, way: _Way | None) -> QuerySet[Sku]:
    """The SKUs that the question leaves."""
    rows = skus_on_sale(question.at)
    if question.category_id is not None:
        rows = rows.filter(reduce(or_, (Q(**{column: question.category_id}) for column in _CATEGORY)))
    if question.brand_ids:
        rows = rows.filter(spu__brand_id__in=question.brand_ids)
    if question.min_price is not None:
        rows = rows.filter(price__gte=question.min_price)
    if question.max_price is not None:
        rows = rows.filter(price__lte=question.max_price)
    if question.in_stock is not None:
        rows = rows.filter(stock__gt=0) if question.in_stock else rows.filter(stock=0)
    for name, values in question.specs.items():
        rows = rows.filter(
            Exists(SkuOption.objects.filter(sku_id=OuterRef("pk"), spec__name=name, option__value__in=values))
        )
    if question.hidden_spu_ids:
        rows = rows.exclude(spu_id__in=question.hidden_spu_ids)
    if question.only_spu_ids is not None:
        rows = rows.filter(spu_id__in=question.only_spu_ids)
    return rows.filter(way.condition()) if way else rows


def _hits(rows: QuerySet[Sku], question: Question, way: _Way | None) -> list[Hit]:
    """The best SKU of each product, best products first: one query."""
    order: list[Any] = []
    if question.ordering:
        column = F(_ORDER[question.ordering.lstrip("-")])
        order.append(column.desc() if question.ordering.startswith("-") else column.asc())
    else:
        if way is not None:
            rows = rows.annotate(score=way.score())
            order.append(F("score").desc())
        order.append(F("sales").desc())
    order.append(F("pk").desc())
    best = rows.annotate(place=Window(RowNumber(), partition_by=[F("spu_id")], order_by=order)).filter(place=1)
    cut = best.order_by(*order)[question.offset : question.offset + question.limit]
    return [Hit(sku_id, spu_id) for sku_id, spu_id in cut.values_list("pk", "spu_id")]


def _products(rows: QuerySet[Sku], *by: str) -> QuerySet[Sku, Any]:
    # An ordering would become part of the grouping.
    return rows.order_by().values_list(*by).annotate(products=Count("spu_id", distinct=True)).order_by("-products", *by)


def _counts(question: Question, way: _Way | None) -> Counts:
    """Products that each choice would leave; what was chosen in a facet does not narrow that facet."""
    rows = _fitting(question, way)
    of_brands = _fitting(replace(question, brand_ids=()), way) if question.brand_ids else rows
    of_tree = _fitting(replace(question, category_id=None), way) if question.category_id is not None else rows
    any_price = _fitting(replace(question, min_price=None, max_price=None), way)
    prices = any_price.aggregate(least=Min("price"), most=Max("price"))
    stocked = _fitting(replace(question, in_stock=True), way).values("spu_id").distinct().count()
    brands = _products(of_brands.filter(spu__brand__isnull=False), "spu__brand_id")
    return Counts(
        categories=_up_the_tree(dict(_products(of_tree, "spu__category_id"))),
        brands=dict(brands),
        specs=_spec_counts(question, way),
        in_stock=stocked,
        min_price=prices["least"],
        max_price=prices["most"],
    )


def _up_the_tree(leaves: Mapping[int, int]) -> dict[int, int]:
    """Each product of a category is one of the categories above it, too."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    found: dict[int, int] = {}
    for leaf, count in leaves.items():
        category: int | None = leaf
        while category is not None:
            found[category] = found.get(category, 0) + count
            category = parents.get(category)
    return found


def _spec_counts(question: Question, way: _Way | None) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    by = ("chosen__spec__name", "chosen__option__value")
    all_chosen = _fitting(question, way).filter(chosen__isnull=False)
    for name, value, count in _products(all_chosen, *by):
        if name not in question.specs:
            found.setdefault(name, {})[value] = count
    for name in question.specs:
        others = {other: values for other, values in question.specs.items() if other != name}
        rows = _fitting(replace(question, specs=others), way).filter(chosen__spec__name=name)
        found[name] = {value: count for _name, value, count in _products(rows, *by)}
    return {name: values for name, values in found.items() if values}
