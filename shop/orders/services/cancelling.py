"""Closing an order before it is sent; its pieces return exactly once."""

import logging
from enum import StrEnum

from django.db import DatabaseError, transaction

from accounts.models import User
from kernel import clock
from kernel.errors import DomainError
from shop.catalog.services.sales import count_sales
from shop.orders.errors import OrderNotCancellable, OrderStateConflict
from shop.orders.models import Order
from shop.orders.services.stepping import Actor, order_locked, step
from shop.orders.states import OrderState, PayMethod
from shop.stock.models import StockMovement
from shop.stock.services import give_back_pieces

logger = logging.getLogger(__name__)

#: Expired orders closed in one run of the sweep.
BATCH = 500


class CancelReason(StrEnum):
    """Why an order was closed."""

    CHANGED_MIND = "changed_mind"
    WRONG_ADDRESS = "wrong_address"
    FOUND_CHEAPER = "found_cheaper"
    OTHER = "other"
    EXPIRED = "expired"
    STAFF = "staff"


@transaction.atomic
def cancel_order(
    *,
    order_id: int | None = None,
    number: str | None = None,
    owner: User | None,
    by: User | None,
    reason: CancelReason,
    note: str = "",
) -> Order:
    """Close an order for which no money came (unpaid, cash on delivery, nothing to pay) and that has not left.

    Its pieces return to stock, and what its settling counted as sold is counted back.

    ``owner`` is given when a buyer asks: only their own orders are found then.
    Units: whole pieces; no money moves.
    Locks: the order, then its SKUs in id order.
    Raises: OrderNotFound; OrderNotCancellable once money came, or it was sent or closed.
    """
    order = order_locked(order_id=order_id, number=number, owner=owner)
    on_delivery = order.pay_method == PayMethod.CASH_ON_DELIVERY
    waits_unpaid = order.state == OrderState.TO_SHIP and (on_delivery or order.payable == 0)
    if order.state != OrderState.UNPAID and not (waits_unpaid and not order.parcels.exists()):
        raise OrderNotCancellable(state=order.state)
    was_counted = order.state == OrderState.TO_SHIP and not on_delivery
    actor = Actor.BUYER if owner is not None else Actor.STAFF
    try:
        _close(order, reason=reason, actor=actor, by=by, note=note)
    except OrderStateConflict as lost:
        raise OrderNotCancellable(state=order.state) from lost
    if was_counted:
        count_sales({line.sku_id: -line.count for line in order.lines.all()})
    return order


def close_expired() -> int:
    """Close the unpaid orders whose time is over, each in a transaction of its own, and say how many.

    Safe to run twice and side by side: a payment or cancel that comes first wins.
    """
    due = Order.objects.filter(state=OrderState.UNPAID, expires_at__lte=clock.now()).order_by("expires_at")
    closed = 0
    for order_id in list(due.values_list("pk", flat=True)[:BATCH]):
        try:
            closed += _close_if_expired(order_id)
        except (DomainError, DatabaseError):
            # One order that is locked or broken must not keep the pieces of all others; the next run tries it again.
            logger.exception("expired order could not be closed", extra={"order_id": order_id})
    if closed:
        logger.info("expired orders closed", extra={"orders": closed})
    return closed


@transaction.atomic
def _close_if_expired(order_id: int) -> bool:
    order = order_locked(order_id=order_id)
    if order.state != OrderState.UNPAID or order.expires_at is None or order.expires_at > clock.now():
        return False
    _close(order, reason=CancelReason.EXPIRED, actor=Actor.SYSTEM)
    return True


def _close(order: Order, *, reason: CancelReason, actor: str, by: User | None = None, note: str = "") -> None:
    step(
        order,
        OrderState.CANCELLED,
        kind="expired" if reason is CancelReason.EXPIRED else "cancelled",
        actor=actor,
        by=by,
        note=note,
        cancel_reason=reason.value,
        closed_at=clock.now(),
        expires_at=None,
    )
    give_back_pieces(
        pieces={line.sku_id: line.count for line in order.lines.all()},
        cause=StockMovement.Cause.RETURNED,
        reference=order.number,
    )
