"""The cart, orders, and Alipay's way back."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Router, Status

from accounts.selectors.addresses import snapshot_of_line
from api.auth import BuyerRequest, buyer
from api.mxshop import goods
from api.mxshop.errors import failures, guarded
from api.mxshop.schemas import (
    CartChangedOut,
    CartIn,
    CartPatch,
    CartRowOut,
    OrderIn,
    OrderOut,
)
from api.schemas.base import RowId
from kernel.errors import DomainError
from shop.cart.errors import CartFull, LineFull, LineNotFound
from shop.cart.products import add_product, product_line, product_lines, remove_product, set_product, tick_for_sale
from shop.catalog.errors import SkuNotFound, SpuNotFound
from shop.catalog.selectors import spu_ids_of
from shop.orders.errors import (
    AmountTooHigh,
    NothingSelected,
    OrderNotCancellable,
    OrderNotFound,
    SkuNotForSale,
)
from shop.orders.selectors import line_pictures, order_of, orders_of
from shop.orders.services import CancelReason, cancel_order, place_order
from shop.orders.states import OrderState, PayMethod
from shop.payments.errors import (
    GatewayMissing,
    GatewayUnknown,
    NoticeForged,
    OrderNotPayable,
    TradeMismatch,
    TradeUnknown,
)
from shop.payments.port import Channel
from shop.payments.services.notices import accept_notice, accept_return
from shop.payments.services.starting import start_payment
from shop.shipping.errors import NoDelivery
from shop.stock.errors import StockShort

router = Router(tags=["trade"])
logger = logging.getLogger(__name__)

#: Rows of a list that has no pages.
MOST_ORDERS = 100
#: The client's next page after paying, and how long it remembers.
NEXT_PATH, NEXT_PATH_SECONDS = "pay", 30


@router.get(
    "/shopcarts/",
    auth=buyer,
    response={200: list[CartRowOut], **guarded()},
    operation_id="mx_get_cart",
    summary="My cart",
)
def get_cart(request: BuyerRequest) -> Any:
    """My cart by goods, newest first; what is not on sale now is left out."""
    return [{"nums": line.count, "goods": goods.ref(line.card)} for line in product_lines(user_id=request.auth.pk)]


@router.post(
    "/shopcarts/",
    auth=buyer,
    response={201: CartChangedOut, **guarded(SpuNotFound, SkuNotFound, StockShort, LineFull, CartFull)},
    operation_id="mx_add_to_cart",
    summary="Put into the cart",
)
def add(request: BuyerRequest, body: CartIn) -> Any:
    """Add pieces of these goods; the answer says how many there are now."""
    add_product(user=request.auth, spu_id=body.goods, count=body.nums)
    line = product_line(user_id=request.auth.pk, spu_id=body.goods)
    return Status(201, {"goods": body.goods, "nums": line.count})


@router.get(
    "/shopcarts/{int:goods_id}/",
    auth=buyer,
    response={200: CartRowOut, **guarded(LineNotFound)},
    operation_id="mx_get_cart_line",
    summary="One line of my cart",
)
def get_line(request: BuyerRequest, goods_id: RowId) -> Any:
    """These goods in my cart."""
    line = product_line(user_id=request.auth.pk, spu_id=goods_id)
    return {"nums": line.count, "goods": goods.ref(line.card)}


@router.patch(
    "/shopcarts/{int:goods_id}/",
    auth=buyer,
    response={200: CartChangedOut, **guarded(LineNotFound, SkuNotFound, StockShort, LineFull)},
    operation_id="mx_set_cart_line",
    summary="Set a line",
)
def set_line(request: BuyerRequest, goods_id: RowId, body: CartPatch) -> Any:
    """Make the cart hold exactly so many pieces of these goods."""
    set_product(user=request.auth, spu_id=goods_id, count=body.nums)
    return {"goods": goods_id, "nums": body.nums}


@router.delete(
    "/shopcarts/{int:goods_id}/",
    auth=buyer,
    response={204: None, **guarded(LineNotFound)},
    operation_id="mx_remove_cart_line",
    summary="Take goods out",
)
def remove_line(request: BuyerRequest, goods_id: RowId) -> Any:
    """Take these goods out of the cart."""
    remove_product(user=request.auth, spu_id=goods_id)
    return Status(204, None)


def _pay_status(order: Any) -> str:
    if order.state == OrderState.UNPAID:
        return "paying"
    return "TRADE_CLOSED" if order.state in (OrderState.CANCELLED, OrderState.REFUNDED) else "TRADE_SUCCESS"


def _orders(orders: list[Any], urls: dict[int, str] | None = None) -> list[dict[str, Any]]:
    """These orders, with their lines loaded; two queries more, however many."""
    pictures = line_pictures(orders)
    products = spu_ids_of(line.sku_id for order in orders for line in order.lines.all())
    return [
        {
            "id": order.pk,
            "order_sn": order.number,
            "add_time": order.created_at,
            "order_mount": order.payable,
            "pay_status": _pay_status(order),
            "post_script": order.remark,
            "address": order.address["text"],
            "signer_name": order.receiver,
            "singer_mobile": order.receiver_mobile,
            "alipay_url": (urls or {}).get(order.pk, ""),
            "goods": [
                {
                    "goods_num": line.count,
                    "goods": {
                        "id": products[line.sku_id],
                        "name": line.name,
                        "shop_price": line.price,
                        "goods_front_image": pictures.get(line.image_id or 0),
                    },
                }
                for line in order.lines.all()
            ],
        }
        for order in orders
    ]


def _to_pay(order: Any, user: Any) -> dict[int, str]:
    if order.state != OrderState.UNPAID or order.pay_method != PayMethod.ALIPAY:
        return {}
    try:
        return {order.pk: start_payment(number=order.number, owner=user, channel=Channel.PAGE)}
    except (GatewayMissing, GatewayUnknown, OrderNotPayable, TradeMismatch) as trouble:
        # The order stands without its page; asked for again, it comes with one as soon as there is one.
        logger.info("no page to pay on", extra={"order": order.number, "why": str(trouble)})
        return {}


@router.get(
    "/orders/", auth=buyer, response={200: list[OrderOut], **guarded()}, operation_id="mx_list_orders", summary="Orders"
)
def list_orders(request: BuyerRequest) -> Any:
    """My newest orders."""
    return _orders(list(orders_of(user_id=request.auth.pk)[:MOST_ORDERS]))


@router.post(
    "/orders/",
    auth=buyer,
    response={
        201: OrderOut,
        **guarded(NothingSelected, SkuNotForSale, SkuNotFound, StockShort, AmountTooHigh, LineFull, NoDelivery),
    },
    operation_id="mx_place_order",
    summary="Order the cart",
)
def create_order(request: BuyerRequest, body: OrderIn) -> Any:
    """Order everything in the cart that is on sale, paid by Alipay at the answer's ``alipay_url``."""
    tick_for_sale(user=request.auth)
    placed = place_order(
        user=request.auth,
        delivery=snapshot_of_line(text=body.address, receiver=body.signer_name, mobile=body.singer_mobile),
        pay_method=PayMethod.ALIPAY,
        remark=body.post_script,
    )
    order = order_of(user_id=request.auth.pk, number=placed.number)
    return Status(201, _orders([order], _to_pay(order, request.auth))[0])


@router.get(
    "/orders/{int:order_id}/",
    auth=buyer,
    response={200: OrderOut, **guarded(OrderNotFound)},
    operation_id="mx_get_order",
    summary="One order",
)
def get_order(request: BuyerRequest, order_id: RowId) -> Any:
    """One of my orders; where it waits for its money, with the page to pay on."""
    order = order_of(user_id=request.auth.pk, order_id=order_id)
    return _orders([order], _to_pay(order, request.auth))[0]


@router.delete(
    "/orders/{int:order_id}/",
    auth=buyer,
    response={204: None, **guarded(OrderNotFound, OrderNotCancellable)},
    operation_id="mx_cancel_order",
    summary="Cancel an order",
)
def delete_order(request: BuyerRequest, order_id: RowId) -> Any:
    """Cancel an unpaid order; its pieces are for sale again. The order itself stays in the list."""
    order = order_of(user_id=request.auth.pk, order_id=order_id)
    cancel_order(number=order.number, owner=request.auth, by=request.auth, reason=CancelReason.CHANGED_MIND)
    return Status(204, None)


@router.post(
    "/alipay/return/",
    response={200: str, **failures(NoticeForged, TradeUnknown, TradeMismatch, GatewayMissing)},
    openapi_extra={"responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}},
    operation_id="mx_alipay_notify",
    summary="Alipay's notice",
)
def notify(request: HttpRequest) -> HttpResponse:
    """What Alipay's servers say; verified as the other contract does."""
    accept_notice(gateway="alipay", fields=request.POST.dict())
    return HttpResponse("success", content_type="text/plain")


@router.get(
    "/alipay/return/",
    response={302: None, **failures()},
    operation_id="mx_alipay_return",
    summary="The buyer comes back",
)
def come_back(request: HttpRequest) -> HttpResponse:
    """Send the browser to the shop, which goes on to the orders; what the address claims is checked first."""
    try:
        accept_return(gateway="alipay", fields=request.GET.dict())
    except DomainError as refused:
        # The buyer goes home all the same: a return proves nothing, so its failure is nothing either.
        logger.info("return not confirmed", extra={"why": str(refused)})
    answer = HttpResponseRedirect(settings.MXSHOP_CLIENT_URL)
    answer.set_cookie("nextPath", NEXT_PATH, max_age=NEXT_PATH_SECONDS, samesite="Lax")
    answer["Cache-Control"] = "no-store"
    return answer
