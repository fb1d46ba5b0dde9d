"""The category tree in lists and selects: children behind their parents, indented."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cms.viewsets.filters import ModelChoiceField, ModelChoiceFilter
from shop.catalog.models import Category

#: A wide space: select boxes swallow ordinary ones.
INDENT = "\u3000"
ARROW = " › "


def in_tree_order(categories: QuerySet[Category]) -> QuerySet[Category]:
    """Each category right behind its parent, siblings in their own order; the parents fetched along."""
    return categories.select_related("parent__parent").order_by(
        Coalesce("parent__parent__sort_order", "parent__sort_order", "sort_order"),
        Coalesce("parent__parent_id", "parent_id", "id"),
        _by_level(top=Value(-1), middle=F("sort_order"), leaf=F("parent__sort_order")),
        _by_level(top=Value(-1), middle=F("id"), leaf=F("parent_id")),
        _by_level(top=Value(-1), middle=Value(-1), leaf=F("sort_order")),
        _by_level(top=Value(-1), middle=Value(-1), leaf=F("id")),
    )


def _by_level(*, top: Any, middle: Any, leaf: Any) -> Case:
    return Case(When(level=1, then=top), When(level=2, then=middle), default=leaf, output_field=BigIntegerField())


def indented(category: Category) -> str:
    """The name, moved in by its level."""
    return INDENT * (category.level - 1) + category.name


def path(category: Category | None) -> str:
    """``手机数码 › 手机 › 智能手机``."""
    names: list[str] = []
    while category:
        names.insert(0, category.name)
        category = category.parent
    return ARROW.join(names)


def below(category: Category, *, field: str) -> Q:
    """The condition for a row's category being this one or lying below it."""
    return Q(**{field: category}) | Q(**{f"{field}__parent": category}) | Q(**{f"{field}__parent__parent": category})


class TreeChoiceField(forms.ModelChoiceField):
    """A select of categories as an indented tree."""

    def label_from_instance(self, obj: Category) -> str:
        return indented(obj)


class _GroupedByParents(forms.models.ModelChoiceIterator):
    """Third-level categories under the names of their two parents."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for parents, leaves in groupby(self.queryset, key=lambda leaf: path(leaf.parent)):
            yield parents, [self.choice(leaf) for leaf in leaves]


class LeafChoiceField(forms.ModelChoiceField):
    """A select of the categories where products may hang."""

    iterator = _GroupedByParents


def leaves() -> QuerySet[Category]:
    """The categories of the third level, in tree order."""
    return in_tree_order(Category.objects.filter(level=3))


class _TreeFilterField(ModelChoiceField):
    def label_from_instance(self, obj: Category) -> str:
        return indented(obj)


class BelowFilter(ModelChoiceFilter):
    """Rows whose category is the chosen one or lies below it, at any level."""

    field_class = _TreeFilterField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, queryset=in_tree_order(Category.objects.all()), **kwargs)

    def filter(self, qs: QuerySet[Any], value: Category | None) -> QuerySet[Any]:
        return qs.filter(below(value, field=self.field_name)) if value else qs
