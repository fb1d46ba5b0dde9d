"""Whatever is refunded in whatever order: never more than was paid, and the books say exactly what went back."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import DomainError
from shop.audit.selectors import drifts
from shop.orders.models import Order, OrderLine
from shop.orders.services import RefundedPieces, mark_paid, reprice
from shop.orders.states import OrderState
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.refunds import VOID, freight_left, proposed_amount
from shop.payments.services import request_refund, send_refund
from tests.factories.people import StaffFactory
from tests.factories.refunds import attempt, received
from tests.factories.trade import buyer_with_address, flat_freight, sku_with_stock, unpaid_order
from tests.fakes.gateways import memory_gateway

pytestmark = pytest.mark.django_db

cents = st.integers(0, 4000).map(lambda number: Decimal(number) / 100)


@dataclass(frozen=True)
class Asked:
    """One refund that staff try: pieces by line (None: none of it), an amount or what the pieces cost, freight."""

    counts: tuple[int | None, int | None]
    amount: Decimal | None
    freight: Decimal
    fails: bool
    restock: bool


ask = st.builds(
    Asked,
    counts=st.tuples(*[st.one_of(st.none(), st.integers(0, 4))] * 2),
    amount=st.one_of(st.none(), cents),
    freight=st.one_of(st.just(Decimal("0.00")), cents),
    fails=st.booleans(),
    restock=st.booleans(),
)


@pytest.fixture
def world(settings):
    flat_freight("8.00")
    return (
        memory_gateway(settings),
        buyer_with_address(),
        [sku_with_stock(100_000, price=Decimal(price)) for price in ("9.99", "0.01")],
        StaffFactory(),
    )


def part_of(line, count, asked):
    left = line.count - line.refunded_count
    amount = asked.amount if asked.amount is not None else proposed_amount(line, min(count, left))
    return RefundedPieces(line.pk, count, amount, asked.restock)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bought=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    adjustment=st.integers(-3, 3).map(lambda number: Decimal(number) / 100),
    sent=st.booleans(),
    asks=st.lists(ask, max_size=7),
)
def test_any_sequence_of_partial_refunds_stays_within_what_was_paid_and_is_booked_exactly(
    world, bought, adjustment, sent, asks
):
    books, buyer, skus, staff = world
    with transaction.atomic():
        order = unpaid_order(buyer, items=dict(zip(skus, bought, strict=True)))
        reprice(order_id=order.pk, by=staff, adjustment=adjustment, freight=Decimal("8.00"), note="")
        order.refresh_from_db()
        attempt(order)
        assert mark_paid(order_id=order.pk, amount=order.payable, at=order.created_at)
        order.refresh_from_db()
        if sent:
            received(order)
        for asked in asks:
            _try(books, order, staff, asked)
            _check(books, order)
        order.refresh_from_db()
        # What is left goes back to the last cent, in one piece.
        if order.refunded_amount < order.paid_amount:
            lines = list(order.lines.order_by("pk"))
            rest = [part_of(line, line.count - line.refunded_count, _REST) for line in lines]
            rest = [
                RefundedPieces(one.line_id, one.count, line.amount - line.refunded_amount, one.restock)
                for one, line in zip(rest, lines, strict=True)
            ]
            last = request_refund(
                order_id=order.pk, lines=rest, freight=freight_left(order), reason="", by=staff, approved=True
            )
            send_refund(refund_id=last.pk)
        _check(books, order)
        order.refresh_from_db()
        assert (order.refunded_amount, order.state) == (order.paid_amount, OrderState.REFUNDED)
        transaction.set_rollback(True)


_REST = Asked((None, None), None, Decimal("0.00"), fails=False, restock=True)


def _try(books, order, staff, asked):
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    parts = [part_of(line, count, asked) for line, count in zip(lines, asked.counts, strict=True) if count is not None]
    try:
        made = request_refund(order_id=order.pk, lines=parts, freight=asked.freight, reason="", by=staff, approved=True)
    except DomainError:
        return
    if asked.fails:
        books.faults.append("refused")
    assert send_refund(refund_id=made.pk) is None


def _check(books, order):
    order = Order.objects.get(pk=order.pk)
    payment = PaymentAttempt.objects.get(order=order)
    went = sum(books.refunds[number] for number, trade in books.trades.items() if trade == payment.out_trade_no)
    live = sum(Refund.objects.filter(order=order).exclude(state__in=VOID).values_list("amount", flat=True))
    assert went == live == order.refunded_amount <= order.paid_amount
    assert order.state != OrderState.REFUNDING
    assert list(drifts()) == []
