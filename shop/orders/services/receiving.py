"""From the last parcel to the last review."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Manager, QuerySet

from accounts.models import User
from kernel import clock
from kernel.errors import DomainError
from shop.catalog.services.sales import count_sales
from shop.orders.errors import OrderNotFound, OrderStateConflict
from shop.orders.models import Order, OrderLine
from shop.orders.services.notices import tell_shipped
from shop.orders.services.stepping import Actor, order_locked, step
from shop.orders.states import OrderState, PayMethod

logger = logging.getLogger(__name__)

#: Overdue receipts confirmed in one run of the sweep.
BATCH = 500


@transaction.atomic
def mark_shipped(*, order_id: int, by: User | None) -> Order:
    """Say that the last piece has left; the receipt confirms itself ``ORDER_RECEIPT_DAYS`` later. The buyer is told.

    Raises: OrderNotFound, OrderStateConflict. Emits: SmsQueued, MailQueued, after commit.
    """
    order = order_locked(order_id=order_id)
    now = clock.now()
    step(
        order,
        OrderState.SHIPPED,
        kind="shipped",
        actor=Actor.STAFF,
        by=by,
        shipped_at=now,
        auto_receipt_at=now + timedelta(days=settings.ORDER_RECEIPT_DAYS),
    )
    tell_shipped(order)
    return order


@transaction.atomic
def confirm_receipt(*, number: str, by: User) -> Order:
    """Let the buyer say that the goods are there.

    Raises: OrderNotFound, also for someone else's; OrderStateConflict.
    """
    order = order_locked(number=number, owner=by)
    _receive(order, kind="received", actor=Actor.BUYER, by=by)
    return order


def confirm_overdue_receipts() -> int:
    """Confirm what was sent long enough ago, each in a transaction of its own, and say how many. Safe to run twice."""
    due = Order.objects.filter(state=OrderState.SHIPPED, auto_receipt_at__lte=clock.now()).order_by("auto_receipt_at")
    confirmed = 0
    for order_id in list(due.values_list("pk", flat=True)[:BATCH]):
        try:
            confirmed += _confirm_if_overdue(order_id)
        except (DomainError, DatabaseError):
            # As with expiry: one order that cannot be confirmed now does not hold up the others.
            logger.exception("overdue receipt could not be confirmed", extra={"order_id": order_id})
    if confirmed:
        logger.info("overdue receipts confirmed", extra={"orders": confirmed})
    return confirmed


@transaction.atomic
def _confirm_if_overdue(order_id: int) -> bool:
    order = order_locked(order_id=order_id)
    if order.state != OrderState.SHIPPED or order.auto_receipt_at is None or order.auto_receipt_at > clock.now():
        return False
    _receive(order, kind="received_by_time", actor=Actor.SYSTEM)
    return True


@transaction.atomic
def mark_reviewed(*, line_id: int, by: User) -> Order:
    """Say that a line has its review; with the last one the order is done.

    Locks: the order.
    Raises: OrderNotFound, also for someone else's line; OrderStateConflict for an order not yet received, or a
    line that has its review already.
    """
    order_id = OrderLine.objects.filter(pk=line_id, order__user=by).values_list("order_id", flat=True).first()
    if order_id is None:
        raise OrderNotFound
    order = order_locked(order_id=order_id, owner=by)
    if order.state != OrderState.TO_REVIEW:
        raise OrderStateConflict(state=order.state)
    if not OrderLine.objects.filter(pk=line_id, reviewed_at=None).update(reviewed_at=clock.now()):
        raise OrderStateConflict(state=order.state)
    close_if_reviewed(order, actor=Actor.BUYER, by=by)
    return order


def close_if_reviewed(order: Order, *, actor: str, by: User | None = None) -> bool:
    """The order is done when no line of it waits for a review; False while one does.

    Raises: OrderStateConflict for an order that is not to be reviewed.
    """
    if to_review(order.lines.all()).exists():
        return False
    step(order, OrderState.DONE, kind="done", actor=actor, by=by, closed_at=clock.now())
    return True


def to_review(lines: QuerySet[OrderLine] | Manager[OrderLine]) -> QuerySet[OrderLine]:
    """Those of these lines that wait for a review: what went back whole does not."""
    return lines.filter(reviewed_at=None, refunded_count__lt=F("count"))


def _receive(order: Order, *, kind: str, actor: str, by: User | None = None) -> None:
    now = clock.now()
    columns: dict[str, Any] = {"received_at": now, "auto_receipt_at": None}
    if order.pay_method == PayMethod.CASH_ON_DELIVERY and order.paid_at is None:
        # The carrier took the money at the door.
        columns |= {"paid_amount": order.payable, "paid_at": now}
        count_sales({line.sku_id: line.count for line in order.lines.all()})
    step(order, OrderState.TO_REVIEW, kind=kind, actor=actor, by=by, **columns)
