"""Asking for money to go back: how much of which lines, counted under the order's lock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from kernel import clock, money
from kernel.events import emit_on_commit
from shop.orders.errors import OrderStateConflict, RefundTooHigh, RefundTooManyPieces
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.numbers import new_number
from shop.orders.services import RefundedPieces, order_locked, record, start_refunding
from shop.orders.states import OrderState, PayMethod
from shop.payments.events import RefundQueued
from shop.payments.models import PaymentAttempt, Refund, RefundLine
from shop.payments.refund_errors import (
    NothingPaid,
    RefundEmpty,
    RefundLineUnknown,
    RefundUnderWay,
    RestBeforeShipping,
)
from shop.payments.refunds import CASH, OPEN, freight_left, needs_approval, takes_all_unsent

Actor = OrderEvent.Actor


@transaction.atomic
def request_refund(
    *,
    order_id: int,
    lines: Sequence[RefundedPieces],
    freight: Decimal = money.ZERO,
    reason: str,
    by: User | None,
    cause: Refund.Cause = Refund.Cause.STAFF,
    approved: bool = False,
) -> Refund:
    """Make a refund of these pieces and so much freight; it is sent at once, or waits for a second person.

    One refund of an order at a time: sums are counted on what is booked, and the order stands in REFUNDING
    until it ended. A refund for an after-sale finds the order there already. A line may give money back for
    no piece; it may give pieces back for no money where another line does.
    ``approved`` is for callers that had a second person look already.
    Units: yuan; whole pieces. Locks: the order.
    Raises: OrderNotFound, OrderStateConflict, NothingPaid, RefundUnderWay, RefundEmpty, RefundLineUnknown,
    RefundTooHigh, RefundTooManyPieces, RestBeforeShipping.
    Emits: RefundQueued, after commit, unless it waits.
    """
    order = order_locked(order_id=order_id)
    payment = _payment_of(order)
    under_way = Refund.objects.filter(order=order, payment__counts=True, state__in=OPEN).first()
    if under_way is not None:
        raise RefundUnderWay(number=under_way.out_request_no)
    if cause == Refund.Cause.AFTER_SALE:
        if order.state != OrderState.REFUNDING:
            raise OrderStateConflict(state=order.state)
    else:
        start_refunding(order_id=order.pk, actor=Actor.STAFF, by=by, note=reason)
    amount = _counted(order, lines, money.yuan(freight))
    waits = not approved and needs_approval(order, amount)
    refund = Refund.objects.create(
        payment=payment,
        order=order,
        out_request_no=f"R{new_number()}",
        amount=amount,
        freight_amount=money.yuan(freight),
        state=Refund.State.AWAITING_APPROVAL if waits else Refund.State.QUEUED,
        cause=cause,
        reason=reason[:200],
        requested_by=by,
        next_try_at=None if waits else first_try(payment),
    )
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            order_line_id=part.line_id,
            count=part.count,
            amount=money.yuan(part.amount),
            restock=part.restock,
        )
        for part in lines
    )
    data = {"refund": refund.out_request_no, "amount": money.text(amount), "waits": waits}
    record(order, kind="refund_requested", actor=Actor.STAFF, by=by, note=reason, data=data)
    if not waits:
        emit_on_commit(RefundQueued(refund_id=refund.pk))
    return refund


def first_try(payment: PaymentAttempt) -> datetime | None:
    """When a refund of this payment is sent: now; cash never, a person gives that back."""
    return None if payment.gateway == CASH else clock.now()


def _payment_of(order: Order) -> PaymentAttempt:
    """The payment that paid the order. Cash that the carrier took gets its row now, the first time it matters.

    Raises: NothingPaid.
    """
    if order.paid_amount <= order.refunded_amount:
        raise NothingPaid
    payment = PaymentAttempt.objects.filter(order=order, counts=True).first()
    if payment is None and order.pay_method == PayMethod.CASH_ON_DELIVERY:
        payment = PaymentAttempt.objects.create(
            order=order,
            gateway=CASH,
            out_trade_no=f"{CASH}-{order.number}",
            amount=order.paid_amount,
            state=PaymentAttempt.State.PAID,
            counts=True,
            paid_at=order.paid_at,
        )
    if payment is None:
        raise NothingPaid
    return payment


def _counted(order: Order, parts: Sequence[RefundedPieces], freight: Decimal) -> Decimal:
    """The refund's whole sum, after everything that limits it was looked at. Raises: as ``request_refund``."""
    lines = {line.pk: line for line in order.lines.all()}
    if len({part.line_id for part in parts}) < len(parts):
        raise RefundLineUnknown
    for part in parts:
        _check_part(lines, part)
    most_freight = freight_left(order)
    if not 0 <= freight <= most_freight:
        raise RefundTooHigh(field="freight", most=money.text(most_freight))
    amount = sum((money.yuan(part.amount) for part in parts), freight)
    if amount <= 0:
        raise RefundEmpty
    rest = order.paid_amount - order.refunded_amount
    if amount > rest:
        raise RefundTooHigh(most=money.text(rest))
    if takes_all_unsent(lines.values(), {part.line_id: part.count for part in parts}) and amount < rest:
        raise RestBeforeShipping(rest=money.text(rest))
    return amount


def _check_part(lines: Mapping[int, OrderLine], part: RefundedPieces) -> None:
    line = lines.get(part.line_id)
    if line is None:
        raise RefundLineUnknown
    if not 0 <= part.count <= line.count - line.refunded_count:
        raise RefundTooManyPieces(most=line.count - line.refunded_count)
    most = line.amount - line.refunded_amount
    if not 0 <= part.amount <= most:
        raise RefundTooHigh(most=money.text(most))
