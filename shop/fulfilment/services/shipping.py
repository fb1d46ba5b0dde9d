"""Parcels leave; the order follows when nothing is left to send."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from shop.fulfilment.pieces import ParcelIn, pieces_left
from shop.orders.models import Order, OrderLine
from shop.orders.services import mark_shipped, order_locked, record
from shop.orders.services.stepping import Actor
from shop.orders.states import OrderState
from shop.shipping.carriers import carrier_code, clean_waybill
from shop.shipping.errors import NothingToShip, OrderInRefund, OrderNotShippable, TooManyToShip, WaybillTaken
from shop.shipping.models import Parcel, ParcelLine

__all__ = ["ParcelIn", "pieces_left", "ship"]


@transaction.atomic
def ship(
    *, order_id: int | None = None, number: str | None = None, parcels: Sequence[ParcelIn], by: User | None
) -> Order:
    """These parcels are on their way; with the last piece that nobody got back, the order is SHIPPED.

    Units: whole pieces, more than zero.
    Locks: the order, then its lines in id order: of two who send the same order the second sees what the first sent.
    Raises: OrderNotFound; OrderInRefund; OrderNotShippable; CarrierUnknown, WaybillWrong, WaybillTaken;
    NothingToShip; TooManyToShip naming the line.
    """
    order = order_locked(order_id=order_id, number=number)
    if order.state == OrderState.REFUNDING:
        raise OrderInRefund
    if order.state != OrderState.TO_SHIP:
        raise OrderNotShippable(state=order.state)
    if not parcels:
        raise NothingToShip
    lines = {line.pk: line for line in OrderLine.objects.select_for_update().filter(order=order).order_by("pk")}
    for parcel in parcels:
        _send(order, lines, parcel, by)
    if not any(pieces_left(line) for line in lines.values()):
        return mark_shipped(order_id=order.pk, by=by)
    return order


def _send(order: Order, lines: Mapping[int, OrderLine], parcel: ParcelIn, by: User | None) -> None:
    carrier, waybill = carrier_code(parcel.carrier), clean_waybill(parcel.waybill)
    wanted = parcel.lines
    if wanted is None:
        wanted = {line.pk: pieces_left(line) for line in lines.values() if pieces_left(line)}
    if not wanted or min(wanted.values()) < 1:
        raise NothingToShip
    for line_id, count in wanted.items():
        line = lines.get(line_id)
        if line is None:
            raise NothingToShip
        if count > pieces_left(line):
            raise TooManyToShip(name=line.name, left=pieces_left(line))
        _book(line, count)
    row = _parcel(order, carrier, waybill, by)
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=row, order_line_id=line_id, count=count) for line_id, count in sorted(wanted.items())
    )
    data = {"carrier": carrier, "waybill": waybill, "pieces": sum(wanted.values())}
    record(order, kind="parcel_sent", actor=Actor.STAFF, by=by, data=data)


def _book(line: OrderLine, count: int) -> None:
    """The guard is in the statement too, as with stock: a caller without the lock sends nothing twice."""
    room = OrderLine.objects.filter(pk=line.pk, shipped_count__lte=F("count") - F("refunded_count") - count)
    if not room.update(shipped_count=F("shipped_count") + count):
        raise TooManyToShip(name=line.name, left=pieces_left(line))
    line.shipped_count += count


def _parcel(order: Order, carrier: str, waybill: str, by: User | None) -> Parcel:
    try:
        with transaction.atomic():
            return Parcel.objects.create(order=order, carrier=carrier, waybill=waybill, by=by)
    except IntegrityError as taken:
        raise WaybillTaken(waybill=waybill) from taken
