"""After the database was put back to an earlier moment: what the gateway knows better.

Payments that were open at that moment, and those started later for orders that are still known, can be named and
asked for. What was paid for orders that are not known any more stands in the gateway's bill alone: ``reconcile``.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from kernel import clock
from kernel.errors import DomainError
from shop.orders.models import Order
from shop.orders.states import OrderState, PayMethod
from shop.payments.errors import GatewayUnknown
from shop.payments.models import PaymentAttempt
from shop.payments.numbers import lost_numbers, number_after_gap
from shop.payments.port import Trade, TradeState
from shop.payments.registry import gateway
from shop.payments.services.querying import query_payment
from shop.payments.services.starting import GATEWAYS

logger = logging.getLogger(__name__)

State = PaymentAttempt.State

#: Questions without an answer, one after the other, after which no more are asked: each takes some seconds.
PATIENCE = 3


@dataclass(frozen=True)
class Found:
    """One payment that is not here what it is at its gateway, or that the gateway would not speak of. Units: yuan."""

    order: str
    payment: str
    #: ``unpaid``, or ``unknown`` where the payment was started in the lost time.
    here: str
    #: ``paid``; ``sent back`` for what was paid and went back whole; ``waiting``; ``no answer``.
    there: str
    amount: Decimal | None = None
    trade_no: str = ""
    paid_at: datetime | None = None
    #: What became of it here, once settled.
    became: str = ""

    @property
    def is_money(self) -> bool:
        """Whether money lies at the gateway that is not booked here."""
        return self.there in {"paid", "sent back"} and not self.became


@transaction.atomic
def part_from_lost_time() -> int:
    """No payment to come has a number of the lost time, and unpaid orders wait long enough to be asked for.

    Call it once, in the database that was put back, before anybody else works there. Returns how many orders.
    """
    now = clock.now()
    until = now + timedelta(minutes=settings.ORDER_PAY_MINUTES)
    unpaid = Order.objects.filter(state=OrderState.UNPAID)
    # Paid in time at the gateway, perhaps; closed here first, its money would go back.
    unpaid.filter(expires_at__lt=until).update(expires_at=until)
    orders = list(unpaid.filter(pay_method__in=GATEWAYS, payable__gt=0).order_by("pk"))
    names = _names(orders)
    PaymentAttempt.objects.bulk_create(
        PaymentAttempt(
            order=order,
            gateway=GATEWAYS[PayMethod(order.pay_method)],
            out_trade_no=number_after_gap(order, names[order.pk]),
            amount=order.payable,
            state=State.CLOSED,
        )
        for order in orders
    )
    PaymentAttempt.objects.filter(state=State.PENDING, gateway__in=settings.PAY_GATEWAYS).update(next_query_at=now)
    return len(orders)


def differing_payments() -> Iterator[Found]:
    """Ask the gateway for every open payment and every number of a lost time. Nothing is changed.

    No transaction is open while the gateway is called.
    """
    silent = 0
    for one, name in [*_open(), *_lost()]:
        found = _asked(one, name) if silent < PATIENCE else replace(one, there="no answer")
        silent = silent + 1 if found is not None and found.there == "no answer" else 0
        # What waits for its buyer is right here already; of the lost time it has no row yet.
        if found is not None and (found.there, found.here) != ("waiting", "unpaid"):
            yield found


def settle_found(found: Found) -> Found:
    """Make this payment here what it is at its gateway, by the same way as any other; says what became of it.

    A payment of the lost time gets its row back first. Safe to run twice.
    Emits: PaymentConfirmed or RefundQueued, after commit.
    """
    if found.there == "no answer":
        return found
    attempt = PaymentAttempt.objects.filter(out_trade_no=found.payment).first()
    if attempt is None:
        order = Order.objects.get(number=found.order)
        attempt = _brought_back(order, found.payment, found.amount or order.payable)
    try:
        query_payment(attempt_id=attempt.pk)
    except DomainError as trouble:
        logger.warning("lost payment not settled", extra={"payment": found.payment, "why": str(trouble)})
        return found
    attempt.refresh_from_db()
    if attempt.state == State.PAID:
        return replace(found, became="paid" if attempt.counts else "goes back")
    return replace(found, became="" if found.is_money else attempt.state)


def known_again(*, name: str, trade: Trade) -> PaymentAttempt | None:
    """The row of a payment of a lost time that its gateway vouches for; None where it cannot be one."""
    order = Order.objects.filter(number=trade.out_trade_no.rpartition("P")[0]).first()
    if order is None or not trade.amount or GATEWAYS.get(PayMethod(order.pay_method)) != name:
        return None
    if trade.out_trade_no not in lost_numbers(order, _names([order])[order.pk]):
        return None
    return _brought_back(order, trade.out_trade_no, trade.amount)


def _brought_back(order: Order, number: str, amount: Decimal) -> PaymentAttempt:
    attempt, made = PaymentAttempt.objects.get_or_create(
        out_trade_no=number,
        defaults={
            "order": order,
            "gateway": GATEWAYS[PayMethod(order.pay_method)],
            # What the gateway took, not what the order costs now: where they differ, the money goes back.
            "amount": amount,
            "next_query_at": clock.now(),
        },
    )
    if made:
        logger.warning("payment of a lost time is back", extra={"payment": number})
    return attempt


def _asked(found: Found, name: str) -> Found | None:
    """What the gateway says of it; None where it has no such trade, or one that nobody paid."""
    try:
        trade = gateway(name).query(out_trade_no=found.payment)
    except GatewayUnknown:
        return replace(found, there="no answer")
    there = _there(trade)
    if not there:
        return None
    return replace(found, there=there, amount=trade.amount, trade_no=trade.trade_no, paid_at=trade.paid_at)


def _there(trade: Trade) -> str:
    if trade.state is TradeState.PAID:
        return "paid"
    if trade.state is TradeState.CLOSED:
        return "sent back" if trade.refunded or trade.paid_at is not None else ""
    return "waiting" if trade.state is TradeState.WAITING else ""


def _open() -> Iterator[tuple[Found, str]]:
    pending = PaymentAttempt.objects.filter(state=State.PENDING, gateway__in=settings.PAY_GATEWAYS)
    for number, payment, name in pending.order_by("pk").values_list("order__number", "out_trade_no", "gateway"):
        yield Found(order=number, payment=payment, here="unpaid", there=""), name


def _lost() -> Iterator[tuple[Found, str]]:
    marked = PaymentAttempt.objects.filter(
        out_trade_no__endswith="000", state=State.CLOSED, gateway__in=settings.PAY_GATEWAYS
    )
    orders = list(Order.objects.filter(pk__in=marked.values("order_id")).order_by("pk"))
    names = _names(orders)
    for order in orders:
        for number in lost_numbers(order, names[order.pk]):
            name = GATEWAYS[PayMethod(order.pay_method)]
            yield Found(order=order.number, payment=number, here="unknown", there=""), name


def _names(orders: list[Order]) -> dict[int, list[str]]:
    """The numbers of the orders' payments; one query."""
    names: dict[int, list[str]] = defaultdict(list)
    of = PaymentAttempt.objects.filter(order__in=orders).order_by("pk")
    for order_id, number in of.values_list("order_id", "out_trade_no"):
        names[order_id].append(number)
    return names
