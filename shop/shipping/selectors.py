"""Reads of parcels."""

from collections.abc import Sequence

from django.db.models import Prefetch

from shop.shipping.models import Parcel, ParcelLine


def parcels_of(*, order_id: int) -> Sequence[Parcel]:
    """The order's parcels in the order in which they left, each with its lines and theirs of the order. Two queries."""
    lines = ParcelLine.objects.select_related("order_line").order_by("order_line_id")
    return list(Parcel.objects.filter(order_id=order_id).order_by("pk").prefetch_related(Prefetch("lines", lines)))
