"""What the gateway vouches for becomes true here, once, whichever way it was heard: notice, query or closing."""

import logging
from decimal import Decimal

from django.db import transaction

from kernel import clock, money
from kernel.events import emit_on_commit
from shop.orders.services import mark_paid, order_locked
from shop.payments.errors import TradeMismatch
from shop.payments.events import PaymentConfirmed
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.port import PaymentGateway, Trade, TradeState
from shop.payments.services.stray import return_stray_money

logger = logging.getLogger(__name__)

State = PaymentAttempt.State

#: How the errors begin that mean no more than: ask again.
_PASSING = "payment.unknown"


def settle_trade(*, attempt: PaymentAttempt, trade: Trade, at: PaymentGateway) -> None:
    """Make this payment what its gateway says. Safe to run twice and side by side.

    Money counts only when app, seller and amount are ours; else the payment is marked for staff.
    Raises: TradeMismatch.
    Emits: PaymentConfirmed, or RefundQueued for money that no order wants; after commit.
    """
    if trade.state is TradeState.ABSENT:
        return
    _must_be_ours(attempt, trade, at)
    if trade.state is TradeState.PAID:
        take_money(attempt_id=attempt.pk, trade=trade)
    elif trade.state is TradeState.CLOSED:
        _close(attempt, trade)


@transaction.atomic
def take_money(*, attempt_id: int, trade: Trade) -> PaymentAttempt:
    """Book the money of a payment and pay its order with it; what the order does not take goes back.

    A payment that was closed here counts too: the gateway has the last word.
    Units: yuan. Locks: the order, the payment, then SKUs in id order.
    Emits: PaymentConfirmed or RefundQueued, after commit.
    """
    order_id = PaymentAttempt.objects.values_list("order_id", flat=True).get(pk=attempt_id)
    order = order_locked(order_id=order_id)
    attempt = PaymentAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    if attempt.state == State.PAID:
        return attempt
    paid_at = min(trade.paid_at or clock.now(), clock.now())
    counts = mark_paid(order_id=order_id, amount=attempt.amount, at=paid_at)
    attempt.order = order
    attempt.state, attempt.counts, attempt.next_query_at = State.PAID, counts, None
    attempt.trade_no, attempt.paid_at = trade.trade_no, paid_at
    if attempt.last_error.startswith(_PASSING):
        attempt.last_error = ""
    attempt.save(update_fields=["state", "counts", "next_query_at", "trade_no", "paid_at", "last_error"])
    if counts:
        emit_on_commit(PaymentConfirmed(order_id=order_id))
        return attempt
    twice = PaymentAttempt.objects.filter(order_id=order_id, counts=True).exists()
    return_stray_money(attempt=attempt, cause=Refund.Cause.DOUBLE_PAYMENT if twice else Refund.Cause.LATE_PAYMENT)
    return attempt


def mark_wrong(attempt: PaymentAttempt, why: str) -> None:
    """Raise the alarm: in the log, and on the payment's row where staff see it."""
    logger.error("payment needs a person", extra={"payment": attempt.out_trade_no, "why": why})
    PaymentAttempt.objects.filter(pk=attempt.pk).update(last_error=why[:300])


def _must_be_ours(attempt: PaymentAttempt, trade: Trade, at: PaymentGateway) -> None:
    """Raises: TradeMismatch, after the alarm."""
    wrong = []
    if trade.app_id is not None and trade.app_id != at.app_id:
        wrong.append(f"app_id {trade.app_id}")
    if at.seller_id and trade.seller_id is not None and trade.seller_id != at.seller_id:
        wrong.append(f"seller_id {trade.seller_id}")
    if trade.amount is not None and money.yuan(trade.amount) != attempt.amount:
        wrong.append(f"amount {money.text(trade.amount)} instead of {money.text(attempt.amount)}")
    if trade.amount is None and trade.state is TradeState.PAID:
        wrong.append("no amount")
    if wrong:
        mark_wrong(attempt, f"mismatch: {', '.join(wrong)}")
        raise TradeMismatch


def _close(attempt: PaymentAttempt, trade: Trade) -> None:
    """An unpaid trade ended; one that was paid and went back whole is another thing, and not ours to undo."""
    came_and_went = bool(trade.refunded) or trade.paid_at is not None
    ended = PaymentAttempt.objects.filter(pk=attempt.pk, state=State.PENDING)
    if not ended.update(state=State.CLOSED, next_query_at=None, trade_no=trade.trade_no) or not came_and_went:
        return
    back = trade.refunded if trade.refunded is not None else Decimal(attempt.amount)
    mark_wrong(attempt, f"paid and refunded at the gateway without us: {money.text(back)}")
