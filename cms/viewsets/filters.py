"""The filters of lists, from one place: their library ships no types."""

from django_filters import (  # type: ignore[import-untyped]
    CharFilter,
    ChoiceFilter,
    DateFromToRangeFilter,
    ModelChoiceFilter,
    MultipleChoiceFilter,
    RangeFilter,
)
from django_filters.fields import ModelChoiceField  # type: ignore[import-untyped]

__all__ = [
    "CharFilter",
    "ChoiceFilter",
    "DateFromToRangeFilter",
    "ModelChoiceField",
    "ModelChoiceFilter",
    "MultipleChoiceFilter",
    "RangeFilter",
]
