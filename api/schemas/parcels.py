"""Parcels of an order and where they are."""

from typing import Any

from ninja import Schema
from pydantic import Field

from api.schemas.base import Moment
from shop.shipping.carriers import carrier_name
from shop.shipping.tracking.asking import Track


class ParcelLineOut(Schema):
    """So many pieces of one line of the order."""

    line: int = Field(description="the line's id in the order")
    sku: int
    name: str
    options: str
    count: int


class TrackingEventOut(Schema):
    """One thing that happened to a parcel."""

    time: Moment
    text: str
    state: str = Field(description="accepted, in_transit, delivering, signed, returning or trouble")


class OrderParcelOut(Schema):
    """One parcel with what is in it and where it is."""

    id: int
    carrier: str = Field(description="the carrier's code")
    carrier_name: str
    waybill: str
    shipped_at: Moment
    lines: list[ParcelLineOut]
    tracking: list[TrackingEventOut] = Field(description="newest first; empty where nobody knows")
    tracking_note: str = Field(description="why `tracking` is empty")


def parcel_out(parcel: Any, track: Track) -> dict[str, Any]:
    """A parcel, with its lines and theirs of the order loaded, as ``OrderParcelOut`` wants it."""
    return {
        "id": parcel.pk,
        "carrier": parcel.carrier,
        "carrier_name": carrier_name(parcel.carrier),
        "waybill": parcel.waybill,
        "shipped_at": parcel.created_at,
        "lines": [
            {
                "line": line.order_line_id,
                "sku": line.order_line.sku_id,
                "name": line.order_line.name,
                "options": line.order_line.options,
                "count": line.count,
            }
            for line in parcel.lines.all()
        ],
        "tracking": [{"time": one.at, "text": one.text, "state": one.state.value} for one in track.events],
        "tracking_note": str(track.note),
    }
