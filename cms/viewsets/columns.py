"""Columns of lists that several areas show."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.ui.tables import Column
from wagtail.images.shortcuts import get_rendition_or_not_found

from media.models import SIZES, MallImage

THUMB = SIZES["thumb"]


def with_pictures(rows: QuerySet[Any], field: str = "default_image") -> QuerySet[Any]:
    """These rows with their pictures and thumbnails fetched along, in two queries for the whole page."""
    return rows.prefetch_related(Prefetch(field, queryset=MallImage.objects.prefetch_renditions(THUMB)))


class PictureColumn(Column):
    """A small picture; nothing where there is none."""

    def __init__(self, name: str = "default_image", *, label: Any, **kwargs: Any) -> None:
        super().__init__(name, label=label, width="72px", **kwargs)

    def get_value(self, instance: Any) -> SafeString | str:
        image = super().get_value(instance)
        if image is None:
            return ""
        return format_html(
            '<img src="{}" alt="" width="48" height="48" loading="lazy">', get_rendition_or_not_found(image, THUMB).url
        )


class MoneyColumn(Column):
    """An amount in yuan."""

    def get_value(self, instance: Any) -> str:
        amount = super().get_value(instance)
        return "" if amount is None else yuan(amount)


class ComputedColumn(Column):
    """What a function says of the row, sortable by a column or annotation."""

    def __init__(self, name: str, compute: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(name, accessor=compute, **kwargs)


def yuan(amount: Decimal) -> str:
    """An amount as people read it: ``¥6,499.00``."""
    return f"¥{amount:,.2f}"


def price_range(lowest: Decimal | None, highest: Decimal | None) -> str:
    """``¥99.00``, ``¥99.00 – ¥199.00``, or nothing."""
    if lowest is None or highest is None:
        return ""
    return yuan(lowest) if lowest == highest else f"{yuan(lowest)} – {yuan(highest)}"
