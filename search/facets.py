"""Counts with names: what a filter panel shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from search.engine import Counts, Question
from search.remembered import Remembered
from shop.catalog.models import Brand, Category

_MOST_BRANDS = 30
_MOST_CATEGORIES = 60
_MOST_VALUES = 30


@dataclass(frozen=True, slots=True)
class CategoryFacet:
    id: int
    name: str
    level: int
    parent_id: int | None
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class BrandFacet:
    id: int
    name: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class ValueFacet:
    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class SpecFacet:
    name: str
    values: Sequence[ValueFacet]


@dataclass(frozen=True, slots=True)
class Facets:
    categories: Sequence[CategoryFacet]
    brands: Sequence[BrandFacet]
    specs: Sequence[SpecFacet]
    in_stock: int
    min_price: Decimal | None
    max_price: Decimal | None


_Names = tuple[Mapping[int, Category], Mapping[int, str]]
_names: Remembered[str, _Names] = Remembered(seconds=lambda: settings.SEARCH_WORDS_SECONDS)


def _look_up() -> _Names:
    return Category.objects.only("name", "level", "parent_id").in_bulk(), dict(Brand.objects.values_list("pk", "name"))


def named(counts: Counts, question: Question) -> Facets:
    """These counts with their names, those of more products first.

    What was chosen is listed even where nothing is left of it, or it could not be taken back.
    """
    chosen_category = {question.category_id} if question.category_id is not None else set()
    category_ids = _first(counts.categories, _MOST_CATEGORIES, chosen_category)
    brand_ids = _first(counts.brands, _MOST_BRANDS, set(question.brand_ids))
    categories, brands = _names.get("", _look_up)
    return Facets(
        categories=[
            CategoryFacet(pk, one.name, one.level, one.parent_id, counts.categories.get(pk, 0), pk in chosen_category)
            for pk in category_ids
            if (one := categories.get(pk)) is not None
        ],
        brands=[
            BrandFacet(pk, brands[pk], counts.brands.get(pk, 0), pk in question.brand_ids)
            for pk in brand_ids
            if pk in brands
        ],
        specs=[_spec(name, counts, question) for name in {**counts.specs, **question.specs}],
        in_stock=counts.in_stock,
        min_price=counts.min_price,
        max_price=counts.max_price,
    )


def _first(counts: Mapping[int, int], most: int, chosen: set[int]) -> list[int]:
    ranked = sorted(counts, key=lambda pk: (-counts[pk], pk))[:most]
    return [*ranked, *sorted(chosen - set(ranked))]


def _spec(name: str, counts: Counts, question: Question) -> SpecFacet:
    values = counts.specs.get(name, {})
    chosen = question.specs.get(name, ())
    ranked = sorted(values, key=lambda value: (-values[value], value))[:_MOST_VALUES]
    listed = [*ranked, *(value for value in chosen if value not in ranked)]
    return SpecFacet(name, [ValueFacet(value, values.get(value, 0), value in chosen) for value in listed])
