"""Orders on their way and received, made the way staff and buyers make them."""

from itertools import count
from typing import Any

from accounts.models import User
from shop.catalog.models import Sku
from shop.fulfilment.services import ParcelIn, ship
from shop.orders.models import Order
from shop.orders.services import confirm_receipt
from shop.reviews.models import Review
from shop.reviews.services import write_review
from tests.factories.trade import paid_order

_waybills = count(1)


def new_waybill() -> str:
    """A waybill that no other parcel has."""
    return f"SF{next(_waybills):012d}"


def shipped_order(user: User | None = None, *, items: dict[Sku, int] | None = None) -> Order:
    """An order whose one parcel holds everything."""
    order = paid_order(user, items=items)
    ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill())], by=None)
    order.refresh_from_db()
    return order


def received_order(user: User | None = None, *, items: dict[Sku, int] | None = None) -> Order:
    """An order that waits for its reviews."""
    order = shipped_order(user, items=items)
    confirm_receipt(number=order.number, by=order.user)
    order.refresh_from_db()
    return order


def review(user: User | None = None, *, sku: Sku | None = None, **changed: Any) -> Review:
    """A review of a SKU by somebody who bought it."""
    order = received_order(user, items={sku: 1} if sku else None)
    values: dict[str, Any] = {
        "number": order.number,
        "sku_id": order.lines.get().sku_id,
        "by": order.user,
        "score": 5,
        "text": "很好用，推荐购买",
    }
    return write_review(**values | changed)
