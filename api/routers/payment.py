"""Paying an order, and what comes back from the gateway."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from api.auth import BuyerRequest, buyer
from api.problems import guarded, problems
from api.schemas.orders import OrderNumber
from api.schemas.payment import PaymentPageIn, PaymentPageOut, PaymentReturnIn, PaymentStatusOut
from kernel.errors import DomainError, TooOften
from shop.orders.errors import OrderNotFound
from shop.payments.errors import (
    GatewayMissing,
    GatewayUnknown,
    NoticeForged,
    OrderNotPayable,
    TradeMismatch,
    TradeUnknown,
)
from shop.payments.services import accept_notice, accept_return, start_payment

#: Under ``/orders/``.
orders = Router(auth=buyer)
#: Under ``/payment/``: the gateway and a browser that comes back have no login.
router = Router()

ALIPAY = "alipay"


@orders.get(
    "/{order_id}/payment/",
    response={
        200: PaymentPageOut,
        **guarded(OrderNotFound, OrderNotPayable, GatewayMissing, GatewayUnknown, TradeMismatch),
    },
    operation_id="start_payment",
    summary="Where to pay",
)
def get_payment_page(request: BuyerRequest, order_id: OrderNumber, query: Query[PaymentPageIn]) -> Any:
    """The address of the page on which I pay my order. Asking again leads to the same payment."""
    return {"alipay_url": start_payment(number=order_id, owner=request.auth, channel=query.channel)}


@router.put(
    "/status/",
    response={
        200: PaymentStatusOut,
        **problems(NoticeForged, TradeUnknown, TradeMismatch, GatewayMissing, TooOften),
    },
    operation_id="check_payment",
    summary="After paying",
)
def check_payment(request: HttpRequest, query: Query[PaymentReturnIn]) -> Any:
    """What became of the payment that the browser comes back from. Pass on the whole query that it came with.

    The query proves nothing: `paid` means that the gateway itself has confirmed it. No login is needed.
    """
    found = accept_return(gateway=ALIPAY, fields=request.GET.dict())
    status = "paid" if found.is_paid else "returned" if found.goes_back else "confirming"
    return {"trade_id": found.trade_no, "order_id": found.order_number, "status": status}


@router.post(
    "/alipay/notify/",
    # Its refusals are one word that the gateway reads; trouble of ours looks as everywhere.
    response={**problems(), 200: None, 400: None},
    operation_id="alipay_notify",
    summary="For Alipay",
    openapi_extra={
        "responses": {
            200: {
                "description": "Booked, or nothing to book",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            400: {"description": "Refused", "content": {"text/plain": {"schema": {"type": "string"}}}},
        }
    },
)
def alipay_notify(request: HttpRequest) -> HttpResponse:
    """A notice of Alipay: a signed form. `success` when it counts, else `failure`, and Alipay sends it again."""
    try:
        accept_notice(gateway=ALIPAY, fields=request.POST.dict())
    except DomainError:
        # The service has logged why.
        return HttpResponse("failure", status=400, content_type="text/plain")
    return HttpResponse("success", content_type="text/plain")
