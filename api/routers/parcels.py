"""What was sent of my orders."""

from typing import Any

from ninja import Router

from api.auth import BuyerRequest, buyer
from api.problems import guarded
from api.schemas.orders import OrderNumber
from api.schemas.parcels import OrderParcelOut, parcel_out
from shop.fulfilment.selectors import parcels_of_buyer, waybills_of
from shop.orders.errors import OrderNotFound
from shop.shipping.tracking.asking import tracks_of

router = Router(auth=buyer)


@router.get(
    "/{order_id}/parcels/",
    response={200: list[OrderParcelOut], **guarded(OrderNotFound)},
    operation_id="list_parcels",
    summary="Parcels and where they are",
)
def parcels(request: BuyerRequest, order_id: OrderNumber) -> Any:
    """The parcels of an order of mine, each with what is in it and what its carrier tells."""
    rows = parcels_of_buyer(user_id=request.auth.pk, number=order_id)
    tracks = tracks_of(waybills_of(rows))
    return [parcel_out(row, track) for row, track in zip(rows, tracks, strict=True)]
