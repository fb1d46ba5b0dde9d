"""A notice is a hint; the query is the truth: what was paid is found even when nobody tells."""

import logging
import time
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet

from kernel import clock
from kernel.errors import DomainError
from shop.orders.states import OrderState
from shop.payments.errors import GatewayUnknown, TradeMismatch
from shop.payments.models import PaymentAttempt
from shop.payments.port import TradeState
from shop.payments.registry import gateway
from shop.payments.services.settling import settle_trade

logger = logging.getLogger(__name__)

State = PaymentAttempt.State

#: Seconds between questions while the order waits for its money: a lost notice is made good within five minutes,
#: the sweep's own minute included.
WAITING_GAPS = (60, 120, 180)
#: Seconds between them once the order is closed: as long again as it has been closed, between these two.
SHORTEST, LONGEST = 60, 6 * 3600
#: A gateway's page may be open a little longer than we think.
GRACE = timedelta(minutes=2)
#: Payments asked for in one run of the sweep, and its seconds: a gateway that hangs must not stretch it.
BATCH, RUN = 200, 50


def query_payment(*, attempt_id: int) -> None:
    """Ask the gateway what became of a payment not yet paid, and make it true here; close it there if nobody wants it.

    No transaction is open while the gateway is called. Safe to run twice and side by side.
    Raises: GatewayMissing; GatewayUnknown, TradeMismatch: the payment is asked for again later.
    Emits: PaymentConfirmed or RefundQueued, after commit.
    """
    unpaid = PaymentAttempt.objects.select_related("order").exclude(state=State.PAID)
    attempt = unpaid.filter(pk=attempt_id).first()
    if attempt is None:
        return
    at = gateway(attempt.gateway)
    try:
        trade = at.query(out_trade_no=attempt.out_trade_no)
        if trade.state is TradeState.WAITING and _is_unwanted(attempt):
            trade = at.close(out_trade_no=attempt.out_trade_no)
        settle_trade(attempt=attempt, trade=trade, at=at)
    except GatewayUnknown as unknown:
        _ask_again(attempt, last_error=str(unknown)[:300])
        raise
    except TradeMismatch:
        # The alarm stands on the row already.
        _ask_again(attempt)
        raise
    if trade.state is TradeState.ABSENT and _page_is_over(attempt):
        _pending(attempt).update(state=State.CLOSED, next_query_at=None)
    elif trade.state in {TradeState.ABSENT, TradeState.WAITING}:
        _ask_again(attempt)


def query_due_payments() -> int:
    """Ask for the open payments whose time has come, and for those of orders just closed; say how many.

    Safe to run twice.
    """
    now = clock.now()
    due = (
        PaymentAttempt.objects.filter(state=State.PENDING, gateway__in=settings.PAY_GATEWAYS)
        # A closed order's page should close as soon as the sweep sees it; two looks, in case one fails.
        .filter(Q(next_query_at__lte=now) | Q(order__closed_at__gte=now - timedelta(seconds=110)))
        .order_by("next_query_at")
    )
    return _query_all(due.values_list("pk", flat=True)[:BATCH])


def query_payments_of(*, order_id: int) -> int:
    """Ask for every open payment of an order, and say how many: a paid one has no use for others. Safe to run twice."""
    open_ones = PaymentAttempt.objects.filter(order_id=order_id, state=State.PENDING, gateway__in=settings.PAY_GATEWAYS)
    return _query_all(open_ones.values_list("pk", flat=True))


def _query_all(attempt_ids: Iterable[int]) -> int:
    until = time.monotonic() + RUN
    asked = 0
    for attempt_id in list(attempt_ids):
        if time.monotonic() > until:
            logger.warning("query sweep out of time", extra={"asked": asked})
            break
        asked += 1
        try:
            query_payment(attempt_id=attempt_id)
        except DomainError as trouble:
            logger.warning("payment could not be asked for", extra={"attempt": attempt_id, "why": str(trouble)})
        except Exception:
            # One that cannot be booked must not keep the money of all others; its time comes again.
            logger.exception("payment could not be booked", extra={"attempt": attempt_id})
    return asked


def _is_unwanted(attempt: PaymentAttempt) -> bool:
    """Whether nobody may pay this any more: its order is closed or paid, or has another price or payment."""
    order = attempt.order
    if order.state != OrderState.UNPAID or attempt.amount != order.payable:
        return True
    return PaymentAttempt.objects.filter(order=order, pk__gt=attempt.pk).exists()


def _page_is_over(attempt: PaymentAttempt) -> bool:
    """Whether the gateway would open no page for this any more, so that nobody can pay what it never heard of."""
    order = attempt.order
    ends = order.expires_at or order.created_at + timedelta(minutes=settings.ORDER_PAY_MINUTES)
    return order.state != OrderState.UNPAID and clock.now() > ends + GRACE


def _ask_again(attempt: PaymentAttempt, **columns: str) -> None:
    order, now = attempt.order, clock.now()
    if order.state == OrderState.UNPAID:
        gap = WAITING_GAPS[min(attempt.queries, len(WAITING_GAPS) - 1)]
    else:
        since = (now - (order.closed_at or order.paid_at or now)).total_seconds()
        gap = int(min(max(since, SHORTEST), LONGEST))
    _pending(attempt).update(next_query_at=now + timedelta(seconds=gap), queries=F("queries") + 1, **columns)


def _pending(attempt: PaymentAttempt) -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(pk=attempt.pk, state=State.PENDING)
