"""Reads of what is to be sent and what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from shop.fulfilment.pieces import pieces_left
from shop.orders.errors import OrderNotFound
from shop.orders.models import Order, OrderLine
from shop.orders.states import OrderState
from shop.shipping.models import Parcel
from shop.shipping.selectors import parcels_of
from shop.shipping.tracking.port import Waybill


@dataclass(frozen=True)
class LineToShip:
    """A line of an order with the pieces of it that may still be sent."""

    line: OrderLine
    left: int


def lines_to_ship(*, order_id: int) -> list[LineToShip]:
    """The order's lines with what is left of them, those with nothing left out. One query."""
    lines = OrderLine.objects.filter(order_id=order_id).select_related("sku").order_by("pk")
    return [LineToShip(line, pieces_left(line)) for line in lines if pieces_left(line)]


def orders_to_ship() -> QuerySet[Order]:
    """The orders that wait to be sent, oldest first, with their lines; two queries."""
    lines = Prefetch("lines", OrderLine.objects.select_related("sku").order_by("pk"))
    return Order.objects.filter(state=OrderState.TO_SHIP).order_by("pk").prefetch_related(lines)


def parcels_of_buyer(*, user_id: int, number: str) -> Sequence[Parcel]:
    """The parcels of one of the buyer's orders. Three queries.

    Raises: OrderNotFound, also for someone else's.
    """
    order = Order.objects.only("pk", "receiver_mobile").filter(user_id=user_id, number=number).first()
    if order is None:
        raise OrderNotFound
    parcels = parcels_of(order_id=order.pk)
    for parcel in parcels:
        parcel.order = order
    return parcels


def waybills_of(parcels: Sequence[Parcel]) -> list[Waybill]:
    """What a carrier is asked with, for parcels with their order loaded."""
    return [
        Waybill(parcel.carrier, parcel.waybill, parcel.created_at, parcel.order.receiver_mobile) for parcel in parcels
    ]
