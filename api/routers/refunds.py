"""After-sales of the buyer's orders."""

from typing import Any

from django.http import HttpResponse
from ninja import File, Query, Router, Status, UploadedFile

from api.auth import BuyerRequest, buyer
from api.idempotency import IdempotencyKey, once
from api.pagination import Page, PageNotFound, paged
from api.problems import guarded
from api.schemas.orders import OrderNumber
from api.schemas.refunds import (
    PhotoOut,
    ReasonOut,
    RefundIn,
    RefundNumber,
    RefundOut,
    RefundsIn,
    WaybillIn,
    refund_out,
)
from kernel.errors import TooOften
from media.renditions import absolute
from media.validators import NotAPicture, PictureTooBig, PictureTooManyPixels
from shop.aftersales import selectors
from shop.aftersales.errors import (
    AfterSaleNotFound,
    AfterSaleOpen,
    AfterSaleStateConflict,
    AfterSaleTooLate,
    AmountNeeded,
    NothingAsked,
    NotSentYet,
    PhotoUnknown,
    TooManyPhotos,
)
from shop.aftersales.photos import keep_photo, photo_url
from shop.aftersales.reasons import Reason
from shop.aftersales.services import Asked, Kind, apply_after_sale, send_back, withdraw_after_sale
from shop.idempotency.errors import KeyInFlight, KeyMismatch, RowsBusy
from shop.orders.errors import OrderNotFound, OrderStateConflict, RefundTooHigh, RefundTooManyPieces
from shop.payments.refund_errors import NothingPaid, RefundEmpty, RefundLineUnknown, RestBeforeShipping

#: Under an order's address.
of_orders = Router(auth=buyer)
router = Router(auth=buyer)


@of_orders.post(
    "/{order_id}/refunds/",
    response={
        201: RefundOut,
        **guarded(
            *(OrderNotFound, OrderStateConflict, NothingPaid, AfterSaleOpen, AfterSaleTooLate, NotSentYet),
            *(NothingAsked, AmountNeeded, RefundEmpty, RefundLineUnknown, RefundTooHigh, RefundTooManyPieces),
            *(RestBeforeShipping, PhotoUnknown, TooManyPhotos, KeyMismatch, KeyInFlight, RowsBusy),
        ),
    },
    operation_id="apply_refund",
    summary="Ask for money back",
)
def apply(
    request: BuyerRequest, order_id: OrderNumber, body: RefundIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Ask for money back, with the goods or without. Send an `Idempotency-Key`. One application at a time."""

    def work() -> dict[str, Any]:
        after_sale = apply_after_sale(
            number=order_id,
            owner=request.auth,
            kind=Kind(body.kind),
            reason=body.reason,
            lines=[Asked(count=one.count, line_id=one.line, sku_id=one.sku_id, amount=one.amount) for one in body.lines]
            if body.lines is not None
            else None,
            text=body.text,
            photos=body.photos,
        )
        return refund_out(selectors.after_sale_of(user_id=request.auth.pk, number=after_sale.number))

    return once(request, key=idempotency_key, body=body, schema=RefundOut, status=201, work=work)


@of_orders.get(
    "/{order_id}/refunds/",
    response={200: list[RefundOut], **guarded(OrderNotFound)},
    operation_id="list_refunds_of_order",
    summary="An order's applications",
)
def of_order(request: BuyerRequest, order_id: OrderNumber) -> Any:
    """All applications of one of my orders, newest first."""
    return [refund_out(row) for row in selectors.after_sales_of_order(user_id=request.auth.pk, number=order_id)]


@router.get(
    "/",
    response={200: Page[RefundOut], **guarded(PageNotFound)},
    operation_id="list_refunds",
    summary="My applications",
)
def mine(request: BuyerRequest, query: Query[RefundsIn]) -> Any:
    """My applications of all orders, newest first."""
    rows = selectors.after_sales_of(user_id=request.auth.pk, state=query.state)
    return paged(request, rows, query, shape=lambda page: [refund_out(row) for row in page])


@router.get(
    "/reasons/", response={200: list[ReasonOut], **guarded()}, operation_id="list_refund_reasons", summary="Reasons"
)
def reasons(request: BuyerRequest) -> Any:
    """The reasons that an application may give, in the asker's language."""
    return [{"reason": one.value, "name": str(one.label)} for one in Reason]


@router.post(
    "/photos/",
    response={201: PhotoOut, **guarded(NotAPicture, PictureTooBig, PictureTooManyPixels, TooOften)},
    operation_id="upload_refund_photo",
    summary="Upload a photo",
)
def upload_photo(request: BuyerRequest, file: File[UploadedFile]) -> Status[dict[str, str]]:
    """Upload a photo for an application (multipart field `file`, at most 5 MB); it is drawn anew by us."""
    photo, name = keep_photo(user_id=request.auth.pk, file=file)
    return Status(201, {"photo": photo, "url": absolute(photo_url(name))})


@router.get(
    "/{number}/",
    response={200: RefundOut, **guarded(AfterSaleNotFound)},
    operation_id="get_refund",
    summary="One application",
)
def one(request: BuyerRequest, number: RefundNumber) -> Any:
    """One of my applications."""
    return refund_out(selectors.after_sale_of(user_id=request.auth.pk, number=number))


@router.put(
    "/{number}/withdraw/",
    response={200: RefundOut, **guarded(AfterSaleNotFound, AfterSaleStateConflict)},
    operation_id="withdraw_refund",
    summary="Withdraw",
)
def withdraw(request: BuyerRequest, number: RefundNumber) -> Any:
    """Take an application back before the goods are on their way; the order goes on where it was."""
    withdraw_after_sale(number=number, by=request.auth)
    return refund_out(selectors.after_sale_of(user_id=request.auth.pk, number=number))


@router.put(
    "/{number}/waybill/",
    response={200: RefundOut, **guarded(AfterSaleNotFound, AfterSaleStateConflict)},
    operation_id="set_refund_waybill",
    summary="Goods are on their way back",
)
def waybill(request: BuyerRequest, number: RefundNumber, body: WaybillIn) -> Any:
    """Say with which parcel the goods come back; until they arrive it may be corrected."""
    send_back(number=number, by=request.auth, carrier=body.carrier, waybill=body.waybill)
    return refund_out(selectors.after_sale_of(user_id=request.auth.pk, number=number))
