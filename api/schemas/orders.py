"""Orders as the clients print them: states and methods are numbers, ``create_time`` is local text."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema
from pydantic import Field, StringConstraints

from api.pagination import PageIn
from api.schemas.base import Moment, QueryIn, RowId, Yuan
from shop.orders.states import OrderState, PayMethod

#: An order's number in an address.
OrderNumber = Annotated[str, StringConstraints(pattern=r"^\d{1,32}$")]

#: More different SKUs than this no order has.
MOST_ITEMS = 120


class ItemIn(Schema):
    """So many pieces of one SKU."""

    sku_id: RowId
    count: int = Field(1, ge=1, le=10_000)


class SettlementIn(QueryIn):
    """What to settle: the ticked lines of the cart, or one SKU by "buy now"."""

    address: RowId | None = Field(None, description="an address of mine; else the default one")
    sku_id: RowId | None = Field(None, description="buy now: this SKU instead of the cart")
    count: int = Field(1, ge=1, le=10_000)


class OrderIn(Schema):
    """An order to place."""

    address: RowId = Field(description="an address of mine")
    pay_method: PayMethod = Field(description="1 cash on delivery, 2 Alipay")
    items: list[ItemIn] | None = Field(
        None,
        min_length=1,
        max_length=MOST_ITEMS,
        description="buy now: these instead of the cart, which stays as it is",
    )
    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    payable: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None = Field(
        None, description="the sum that the buyer saw; another one refuses the order"
    )


class OrderCancelIn(Schema):
    """Why."""

    reason: Literal["changed_mind", "wrong_address", "found_cheaper", "other"] = "changed_mind"


class OrdersIn(PageIn):
    """Which orders."""

    status: OrderState | None = Field(
        None,
        description="1 unpaid, 2 to ship, 3 shipped, 4 to review, 5 done, 6 cancelled, 7 refunding, 8 refunded",
    )


class SettlementSkuOut(Schema):
    """A line of the settlement."""

    id: int
    name: str
    default_image_url: str | None
    price: Yuan
    count: int
    amount: Yuan


class SettlementOut(Schema):
    """What an order would cost now."""

    skus: list[SettlementSkuOut]
    goods_amount: Yuan
    freight: Yuan
    discounts: list[dict[str, Any]] = Field(description="none yet; each has a title and an amount")
    payable: Yuan


class OrderPlacedOut(Schema):
    """The new order."""

    order_id: str
    payable: Yuan
    expires_at: Moment | None = Field(description="until when it must be paid; null for cash on delivery")


class OrderSkuOut(Schema):
    id: int
    name: str
    default_image_url: str | None


class OrderLineOut(Schema):
    """Pieces of one SKU at the price of the order's moment."""

    id: int
    sku: OrderSkuOut
    options: str = Field(description="the chosen specs, as `颜色：黑 / 容量：256G`")
    price: Yuan
    count: int
    amount: Yuan = Field(description="the line's share of what is paid for goods")
    shipped_count: int
    refunded_count: int
    refunded_amount: Yuan
    is_reviewed: bool


class OrderOut(Schema):
    """An order in a list."""

    order_id: str
    create_time: str = Field(description="local, `YYYY-MM-DD HH:MM:SS`")
    total_count: int
    total_amount: Yuan = Field(description="payable, freight included")
    freight: Yuan
    pay_method: int
    status: int
    expires_at: Moment | None
    skus: list[OrderLineOut]


class ParcelOut(Schema):
    carrier: str
    waybill: str
    shipped_at: Moment


class OrderEventOut(Schema):
    """One entry of the timeline."""

    kind: str
    status: int | None
    actor: str
    time: Moment


class OrderDetailOut(OrderOut):
    """Everything about one order."""

    goods_amount: Yuan
    discount: Yuan
    adjustment: Yuan
    payable: Yuan
    paid_amount: Yuan
    refunded_amount: Yuan
    paid_at: Moment | None
    shipped_at: Moment | None
    received_at: Moment | None
    closed_at: Moment | None
    remark: str
    cancel_reason: str
    address: dict[str, Any] = Field(description="as it was when the order was placed")
    parcels: list[ParcelOut]
    events: list[OrderEventOut]


class OrderStateOut(Schema):
    """Where the order is now."""

    order_id: str
    status: int


class OrderCountsOut(Schema):
    """How many orders I have in each state."""

    counts: dict[int, int]


def order_out(order: Any, pictures: dict[int, str]) -> dict[str, Any]:
    """An order, with its lines loaded, as ``OrderOut`` wants it."""
    return {
        "order_id": order.number,
        "create_time": f"{timezone.localtime(order.created_at):%Y-%m-%d %H:%M:%S}",
        "total_count": order.total_count,
        "total_amount": order.payable,
        "freight": order.freight,
        "pay_method": order.pay_method,
        "status": order.state,
        "expires_at": order.expires_at,
        "skus": [
            {
                "id": line.pk,
                "sku": {"id": line.sku_id, "name": line.name, "default_image_url": pictures.get(line.image_id or 0)},
                "options": line.options,
                "price": line.price,
                "count": line.count,
                "amount": line.amount,
                "shipped_count": line.shipped_count,
                "refunded_count": line.refunded_count,
                "refunded_amount": line.refunded_amount,
                "is_reviewed": line.reviewed_at is not None,
            }
            for line in order.lines.all()
        ],
    }


def order_detail_out(order: Any, pictures: dict[int, str]) -> dict[str, Any]:
    """An order with parcels and timeline as ``OrderDetailOut`` wants it."""
    same = ("goods_amount", "discount", "adjustment", "payable", "paid_amount", "refunded_amount", "paid_at")
    dates = ("shipped_at", "received_at", "closed_at", "remark", "cancel_reason", "address")
    return order_out(order, pictures) | {
        **{name: getattr(order, name) for name in (*same, *dates)},
        "parcels": [
            {"carrier": parcel.carrier, "waybill": parcel.waybill, "shipped_at": parcel.created_at}
            for parcel in order.parcels.all()
        ],
        "events": [
            {"kind": event.kind, "status": event.to_state, "actor": event.actor, "time": event.created_at}
            for event in order.events.all()
        ],
    }
