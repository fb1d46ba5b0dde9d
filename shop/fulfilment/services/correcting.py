"""A waybill that was typed wrong."""

from django.db import IntegrityError, transaction

from accounts.models import User
from shop.orders.services import order_locked, record
from shop.orders.services.stepping import Actor
from shop.shipping.carriers import carrier_code, clean_waybill
from shop.shipping.errors import ParcelNotFound, WaybillTaken
from shop.shipping.models import Parcel


@transaction.atomic
def correct_waybill(*, parcel_id: int, carrier: str, waybill: str, by: User | None) -> Parcel:
    """The parcel travels under this waybill; the timeline keeps the one that it had. The same again changes nothing.

    Locks: the parcel's order.
    Raises: ParcelNotFound, CarrierUnknown, WaybillWrong, WaybillTaken.
    """
    order_id = Parcel.objects.filter(pk=parcel_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise ParcelNotFound
    order = order_locked(order_id=order_id)
    parcel = Parcel.objects.get(pk=parcel_id)
    before = {"carrier": parcel.carrier, "waybill": parcel.waybill}
    after = {"carrier": carrier_code(carrier), "waybill": clean_waybill(waybill)}
    if before == after:
        return parcel
    parcel.carrier, parcel.waybill = after["carrier"], after["waybill"]
    try:
        with transaction.atomic():
            parcel.save(update_fields=["carrier", "waybill"])
    except IntegrityError as taken:
        raise WaybillTaken(waybill=after["waybill"]) from taken
    data = {"before": before, "after": after}
    record(order, kind="waybill_corrected", actor=Actor.STAFF, by=by, data=data)
    return parcel
