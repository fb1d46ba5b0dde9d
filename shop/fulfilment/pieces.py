"""Pieces on their way: what is asked for, and what is left."""

from collections.abc import Mapping
from dataclasses import dataclass

from shop.orders.models import OrderLine


@dataclass(frozen=True)
class ParcelIn:
    """A parcel to send: its carrier (code or name), waybill, and pieces by order line; None: all that is left."""

    carrier: str
    waybill: str
    lines: Mapping[int, int] | None = None


def pieces_left(line: OrderLine) -> int:
    """How many pieces of the line may still be sent."""
    return max(line.count - line.refunded_count - line.shipped_count, 0)
