"""Settlement and orders."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from accounts.addressing.errors import AddressNotFound
from api.auth import BuyerRequest, buyer
from api.idempotency import IdempotencyKey, once
from api.pagination import Page, PageNotFound, paged
from api.problems import guarded
from api.schemas.orders import (
    OrderCancelIn,
    OrderCountsOut,
    OrderDetailOut,
    OrderIn,
    OrderNumber,
    OrderOut,
    OrderPlacedOut,
    OrdersIn,
    OrderStateOut,
    SettlementIn,
    SettlementOut,
    order_detail_out,
    order_out,
)
from cms.services.beacons import note_order
from media.joined import card_urls
from shop.cart.errors import LineFull
from shop.catalog.errors import SkuNotFound
from shop.catalog.selectors import image_id_of
from shop.idempotency.errors import KeyInFlight, KeyMismatch
from shop.orders import selectors
from shop.orders.errors import (
    AmountTooHigh,
    NothingSelected,
    OrderNotCancellable,
    OrderNotFound,
    OrderStateConflict,
    PayableChanged,
    SkuNotForSale,
    TooManyItems,
)
from shop.orders.services import CancelReason, cancel_order, confirm_receipt, place_order
from shop.shipping.errors import NoDelivery
from shop.stock.errors import StockShort

router = Router(auth=buyer)

GOODS_ERRORS = (AddressNotFound, NothingSelected, SkuNotFound, SkuNotForSale, StockShort, AmountTooHigh, NoDelivery)


@router.get(
    "/settlement/",
    response={200: SettlementOut, **guarded(*GOODS_ERRORS)},
    operation_id="get_settlement",
    summary="What an order would cost",
)
def get_settlement(request: BuyerRequest, query: Query[SettlementIn]) -> Any:
    """The sums of the ticked lines, or of one SKU by "buy now", sent to an address of mine."""
    items = [(query.sku_id, query.count)] if query.sku_id else None
    quoted = selectors.settlement(user=request.auth, address_id=query.address, items=items)
    urls = card_urls((image_id_of(line.sku), None) for line in quoted.lines)
    return {
        "skus": [
            {
                "id": line.sku.pk,
                "name": line.sku.name,
                "default_image_url": urls.get(image_id_of(line.sku) or 0),
                "price": line.price,
                "count": line.count,
                "amount": line.amount,
            }
            for line in quoted.lines
        ],
        "goods_amount": quoted.goods_amount,
        "freight": quoted.freight,
        "discounts": [],
        "payable": quoted.payable,
    }


@router.post(
    "/",
    response={
        201: OrderPlacedOut,
        **guarded(*GOODS_ERRORS, TooManyItems, LineFull, PayableChanged, KeyMismatch, KeyInFlight),
    },
    operation_id="place_order",
    summary="Place an order",
)
def create_order(request: BuyerRequest, body: OrderIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Order the ticked lines of the cart, or `items`, which leave the cart alone. Send an `Idempotency-Key`.

    `X-Visitor-Id`, the id that the storefront's beacons send, lets the order belong to the banner clicked last.
    """
    placed: list[str] = []

    def work() -> dict[str, Any]:
        order = place_order(
            user=request.auth,
            address_id=body.address,
            pay_method=body.pay_method,
            items=[(item.sku_id, item.count) for item in body.items] if body.items is not None else None,
            remark=body.remark,
            expected_payable=body.payable,
        )
        placed.append(order.number)
        return {"order_id": order.number, "payable": order.payable, "expires_at": order.expires_at}

    answer = once(request, key=idempotency_key, body=body, schema=OrderPlacedOut, status=201, work=work)
    # After the commit, and only by whoever placed it: an answer given again places nothing.
    if placed and answer.status_code == 201:
        note_order(number=placed[-1], visitor=request.headers.get("X-Visitor-Id", ""))
    return answer


@router.get(
    "/",
    response={200: Page[OrderOut], **guarded(PageNotFound)},
    operation_id="list_orders",
    summary="My orders",
)
def list_orders(request: BuyerRequest, query: Query[OrdersIn]) -> Any:
    """My orders, newest first."""

    def shape(orders: list[Any]) -> list[dict[str, Any]]:
        pictures = selectors.line_pictures(orders)
        return [order_out(order, pictures) for order in orders]

    return paged(request, selectors.orders_of(user_id=request.auth.pk, state=query.status), query, shape=shape)


@router.get(
    "/counts/", response={200: OrderCountsOut, **guarded()}, operation_id="count_orders", summary="Orders by state"
)
def count_orders(request: BuyerRequest) -> Any:
    """How many orders I have in each state, for the badges of the user centre."""
    return {"counts": selectors.counts_by_state(user_id=request.auth.pk)}


@router.get(
    "/{order_id}/",
    response={200: OrderDetailOut, **guarded(OrderNotFound)},
    operation_id="get_order",
    summary="One order",
)
def get_order(request: BuyerRequest, order_id: OrderNumber) -> Any:
    """One of my orders with its sums, address, parcels and timeline."""
    order = selectors.order_of(user_id=request.auth.pk, number=order_id)
    return order_detail_out(order, selectors.line_pictures([order]))


@router.put(
    "/{order_id}/cancel/",
    response={200: OrderStateOut, **guarded(OrderNotFound, OrderNotCancellable)},
    operation_id="cancel_order",
    summary="Cancel",
)
def cancel(request: BuyerRequest, order_id: OrderNumber, body: OrderCancelIn | None = None) -> Any:
    """Cancel one of my unpaid orders, or one for cash on delivery that has not left."""
    reason = CancelReason((body or OrderCancelIn()).reason)
    order = cancel_order(number=order_id, owner=request.auth, by=request.auth, reason=reason)
    return {"order_id": order.number, "status": order.state}


@router.put(
    "/{order_id}/receipt/",
    response={200: OrderStateOut, **guarded(OrderNotFound, OrderStateConflict)},
    operation_id="confirm_receipt",
    summary="Confirm receipt",
)
def receipt(request: BuyerRequest, order_id: OrderNumber) -> Any:
    """Say that the goods have come."""
    order = confirm_receipt(number=order_id, by=request.auth)
    return {"order_id": order.number, "status": order.state}
