"""The moment an order's money has come. Who says so is none of an order's business."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kernel import clock, money
from shop.catalog.services.sales import count_sales
from shop.orders.errors import OrderStateConflict
from shop.orders.models import Order
from shop.orders.services.notices import tell_paid
from shop.orders.services.stepping import Actor, order_locked, step
from shop.orders.states import OrderState


@transaction.atomic
def mark_paid(*, order_id: int, amount: Decimal, at: datetime, note: str = "") -> bool:
    """Make an unpaid order one that can be sent; False when it is not unpaid any more, or the sum is not its own.

    The caller keeps the money's own row either way, and gives money back that no order took. The buyer is told.
    Units: yuan. Locks: the order, then its SKUs. Emits: SmsQueued, MailQueued, after commit.
    """
    order = order_locked(order_id=order_id)
    if order.state != OrderState.UNPAID or money.yuan(amount) != order.payable:
        return False
    try:
        _settle(order, amount=money.yuan(amount), at=at, actor=Actor.GATEWAY, note=note)
    except OrderStateConflict:
        return False
    return True


def settle_free_order(order: Order) -> None:
    """An order with nothing to pay is paid as soon as that is known."""
    _settle(order, amount=money.ZERO, at=clock.now(), actor=Actor.SYSTEM, note="")


def _settle(order: Order, *, amount: Decimal, at: datetime, actor: str, note: str) -> None:
    step(
        order, OrderState.TO_SHIP, kind="paid", actor=actor, note=note, paid_amount=amount, paid_at=at, expires_at=None
    )
    count_sales({line.sku_id: line.count for line in order.lines.all()})
    if amount:
        tell_paid(order)
