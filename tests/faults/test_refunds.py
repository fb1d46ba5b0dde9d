"""Rows 20 and 21 of the fault list: a gateway that times out on a refund, and refunds that race."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from kernel import events
from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.aftersales.reasons import Reason
from shop.aftersales.services import Kind, accept_after_sale, apply_after_sale, deciding, follow_refund, receive_return
from shop.audit.selectors import drifts
from shop.orders.models import Order
from shop.orders.services import start_refunding
from shop.orders.states import OrderState
from shop.payments.models import Refund
from shop.payments.services import approve_refund, refuse_refund, send_due_refunds, send_refund
from shop.payments.services.refunds import requesting
from shop.payments.services.refunds.sending import BACK_OFF
from shop.stock.models import StockMovement
from tests.accounts.people import get, post
from tests.factories.people import StaffFactory
from tests.factories.refunds import order_with_payment, pieces, received, refund
from tests.factories.trade import sku_with_stock
from tests.fakes.gateways import MemoryGateway, memory_gateway
from tests.fakes.parallel import at_once

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

State = Refund.State


@pytest.fixture(autouse=True)
def books(settings):
    return memory_gateway(settings)


@pytest.fixture(autouse=True)
def _adds_up(request, monkeypatch) -> Iterator[None]:
    # Nobody is told: the test is the worker.
    monkeypatch.setattr(events, "deliver", lambda event: None)
    yield
    if "control" not in request.node.name:
        assert list(drifts()) == []


@pytest.fixture
def staff(db):
    return StaffFactory()


@pytest.fixture
def order(db):
    return received(order_with_payment(items={sku_with_stock(10, price=Decimal("10.00")): 3}))


def now_of(row: Any) -> Any:
    row.refresh_from_db()
    return row


def counted(order: Order) -> Decimal:
    """What the order's refunds take of its money, done or not."""
    live = order.refunds.exclude(state__in=(State.FAILED, State.REFUSED))
    return sum(live.values_list("amount", flat=True), Decimal(0))


def names(results: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in results)


# -- row 20


@pytest.mark.parametrize("fault", ["lost", "unheard"])
def test_refund_timeout_is_unknown_asked_by_the_same_number_and_refunded_once(order, staff, books, fault):
    sku = order.lines.get().sku
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.REFUND, reason=Reason.FAULTY)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, restock={order.lines.get().pk: True})
    asked = Refund.objects.get()
    books.faults.extend([fault, "lost", "lost"])
    with time_machine.travel(timezone.now(), tick=False) as hand:
        for wait in BACK_OFF[:3]:
            assert send_refund(refund_id=asked.pk) == wait
            assert now_of(asked).state == State.UNKNOWN
            told = get(Client(), f"/refunds/{after_sale.number}/", who=order.user).json()
            assert (told["state"], told["money"]["state"]) == ("refunding", "unknown")
            hand.shift(wait)
        assert send_due_refunds() == 1
        # Twice more, by a task and a sweep that come late: nothing moves.
        assert send_refund(refund_id=asked.pk) is None
        assert send_due_refunds() == 0
    follow_refund(refund_id=asked.pk)

    assert {number for _what, number in books.calls} == {asked.out_request_no}
    assert list(books.refunds.values()) == [Decimal("30.00")]
    told = get(Client(), f"/refunds/{after_sale.number}/", who=order.user).json()
    assert (told["state"], told["money"]["state"]) == ("done", "succeeded")
    assert (now_of(order).state, order.refunded_amount, now_of(sku).stock) == (
        OrderState.REFUNDED,
        Decimal("30.00"),
        10,
    )
    assert order.events.filter(kind="refund_booked").count() == 1


def test_no_transaction_is_open_while_the_gateway_is_asked(order, staff, books):
    books.faults.extend(["lost", "", "refused"])
    with time_machine.travel(timezone.now(), tick=False) as hand:
        first = refund(order, staff, counts={order.lines.get().pk: 1})
        send_refund(refund_id=first.pk)
        hand.shift(BACK_OFF[0])
        send_refund(refund_id=first.pk)

    assert books.in_transaction == [False] * len(books.calls)
    assert len(books.calls) == 4
    assert now_of(first).state == State.FAILED


@pytest.mark.postgres
def test_workers_that_send_the_same_refund_at_once_ask_once_and_book_once(order, staff, books):
    asked = refund(order, staff)

    results = at_once(6, lambda _number: send_refund(refund_id=asked.pk))

    assert results == [None] * 6
    assert books.calls == [("refund", asked.out_request_no)]
    assert now_of(order).refunded_amount == Decimal("30.00")
    assert StockMovement.objects.filter(cause=StockMovement.Cause.RESTOCKED).count() == 1


@pytest.mark.postgres
def test_control_unclaimed_workers_ask_as_often_as_there_are_workers(order, staff, books, monkeypatch):
    asked = refund(order, staff)
    monkeypatch.setattr("shop.payments.services.refunds.sending._claim", lambda refund: True)
    together = threading.Barrier(4)
    real = MemoryGateway.refund

    def meets_the_others(self, **given):
        together.wait(20)
        return real(self, **given)

    monkeypatch.setattr(MemoryGateway, "refund", meets_the_others)

    at_once(4, lambda _number: send_refund(refund_id=asked.pk))

    assert len(books.calls) == 4
    # Even so: the same number at the gateway, and the guarded UPDATE here, keep it one refund and one booking.
    assert list(books.refunds.values()) == [Decimal("30.00")]
    assert now_of(order).refunded_amount == Decimal("30.00")


@pytest.mark.parametrize("broken", ["book_refund", "end_refunding"])
def test_a_crash_while_booking_books_nothing_and_the_next_asking_books_it_once(
    order, staff, books, monkeypatch, broken
):
    asked = refund(order, staff)

    def crash(**given):
        raise RuntimeError("the process dies here")

    with time_machine.travel(timezone.now(), tick=False) as hand:
        with monkeypatch.context() as dying:
            dying.setattr(f"shop.payments.services.refunds.ending.{broken}", crash)
            with pytest.raises(RuntimeError):
                send_refund(refund_id=asked.pk)
        assert (now_of(asked).state, now_of(order).refunded_amount) == (State.UNKNOWN, Decimal("0.00"))
        hand.shift(60)
        assert send_due_refunds() == 1

    assert (now_of(asked).state, now_of(order).refunded_amount) == (State.SUCCEEDED, Decimal("30.00"))
    assert [what for what, _number in books.calls] == ["refund", "query"]


# -- row 21


@pytest.mark.postgres
def test_refund_race_two_partial_refunds_at_once_never_pass_what_was_paid(order, staff):
    sku = sku_with_stock(100, price=Decimal("10.00"))
    for _round in range(10):
        contested = order_with_payment(order.user, items={sku: 3})
        line = contested.lines.get()

        results = at_once(2, lambda _number, at=contested, line=line: refund(at, staff, counts={line.pk: 2}))

        assert names(results) == ["Refund", "RefundUnderWay"]
        assert counted(contested) == Decimal("20.00")


@pytest.mark.postgres
def test_control_unlocked_two_partial_refunds_at_once_pass_what_was_paid(order, staff, monkeypatch):
    """For an after-sale, whose order is in refund already, the order's lock is the only protection."""
    line = order.lines.get()
    start_refunding(order_id=order.pk, actor="buyer", by=order.user)
    both_have_counted = threading.Barrier(2)
    real = requesting.needs_approval

    def meets_the_other(*given):
        both_have_counted.wait(20)
        return real(*given)

    monkeypatch.setattr(requesting, "order_locked", lambda *, order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(requesting, "needs_approval", meets_the_other)

    results = at_once(2, lambda _number: refund(order, staff, counts={line.pk: 2}, cause=Refund.Cause.AFTER_SALE))

    assert names(results) == ["Refund", "Refund"]
    assert counted(order) == Decimal("40.00") > order.paid_amount


@pytest.mark.postgres
def test_refund_race_two_refunds_for_an_after_sale_at_once_are_one(order, staff):
    line = order.lines.get()
    start_refunding(order_id=order.pk, actor="buyer", by=order.user)

    results = at_once(4, lambda _number: refund(order, staff, counts={line.pk: 2}, cause=Refund.Cause.AFTER_SALE))

    assert names(results) == ["Refund", "RefundUnderWay", "RefundUnderWay", "RefundUnderWay"]
    assert counted(order) == Decimal("20.00")


@pytest.mark.postgres
def test_refund_race_through_http_ten_applications_at_once_are_one(order):
    def ask(number: int) -> Any:
        body = {"reason": "faulty", "lines": [{"sku_id": order.lines.get().sku_id, "count": 2}]}
        client = Client(raise_request_exception=False)
        return post(
            client, f"/orders/{order.number}/refunds/", body, who=order.user, HTTP_IDEMPOTENCY_KEY=f"key-{number}"
        )

    answers = at_once(10, ask)

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"after_sale.open"}
    assert AfterSale.objects.count() == 1


@pytest.mark.postgres
def test_refund_race_through_http_a_double_click_asks_once(order):
    def ask(_number: int) -> Any:
        client = Client(raise_request_exception=False)
        body = {"reason": "faulty"}
        return post(client, f"/orders/{order.number}/refunds/", body, who=order.user, HTTP_IDEMPOTENCY_KEY="click")

    answers = at_once(6, ask)

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert AfterSale.objects.count() == 1


@pytest.mark.postgres
def test_two_staff_who_accept_at_once_make_one_refund(order):
    people = [StaffFactory(), StaffFactory()]
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.REFUND, reason=Reason.OTHER)

    results = at_once(2, lambda number: accept_after_sale(after_sale_id=after_sale.pk, by=people[number]))

    assert names(results) == ["AfterSale", "AfterSaleStateConflict"]
    assert Refund.objects.count() == 1


@pytest.mark.postgres
def test_goods_received_by_two_at_once_are_paid_back_once(order, staff):
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.RETURN, reason=Reason.OTHER)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="地址")

    results = at_once(3, lambda _number: receive_return(after_sale_id=after_sale.pk, by=staff))

    assert names(results) == ["AfterSale", "AfterSaleStateConflict", "AfterSaleStateConflict"]
    assert Refund.objects.count() == 1


@pytest.mark.postgres
def test_approved_and_refused_at_once_one_of_them_counts(staff):
    order = received(order_with_payment(items={sku_with_stock(5, price=Decimal("600.00")): 1}))
    asked = refund(order, staff, lines=pieces(order))
    second, third = StaffFactory(), StaffFactory()

    results = at_once(
        2,
        lambda number: (
            approve_refund(refund_id=asked.pk, by=second)
            if number
            else refuse_refund(refund_id=asked.pk, by=third, note="不")
        ),
    )

    assert names(results) == ["Refund", "RefundStateConflict"]
    state = now_of(asked).state
    assert state in (State.QUEUED, State.REFUSED)
    assert now_of(order).state == (OrderState.REFUNDING if state == State.QUEUED else OrderState.TO_REVIEW)


@pytest.mark.postgres
def test_control_unguarded_approved_and_refused_at_once_both_count(staff):
    order = received(order_with_payment(items={sku_with_stock(5, price=Decimal("600.00")): 1}))
    asked = refund(order, staff)
    both_have_read = threading.Barrier(2)

    def decide_unguarded(number: int) -> str:
        with transaction.atomic():
            found = Refund.objects.get(pk=asked.pk)
            both_have_read.wait(20)
            if found.state != State.AWAITING_APPROVAL:
                return "too late"
            Refund.objects.filter(pk=found.pk).update(state=State.QUEUED if number else State.REFUSED)
            return "decided"

    assert at_once(2, decide_unguarded) == ["decided"] * 2


@pytest.mark.postgres
def test_control_unlocked_two_staff_who_accept_at_once_make_two_refunds(order, staff, monkeypatch):
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.REFUND, reason=Reason.OTHER)
    both_have_counted = threading.Barrier(2)
    real = requesting.needs_approval

    def meets_the_other(*given):
        both_have_counted.wait(20)
        return real(*given)

    def unlocked(*, after_sale_id):
        found = AfterSale.objects.get(pk=after_sale_id)
        return found.order, found

    monkeypatch.setattr(deciding, "both_locked", unlocked)
    monkeypatch.setattr(deciding, "move", lambda after_sale, to, **columns: None)
    # Writing the lines would lock them, and so keep the two apart as well.
    monkeypatch.setattr(AfterSaleLine.objects, "bulk_update", lambda rows, fields: 0)
    monkeypatch.setattr(requesting, "order_locked", lambda *, order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(requesting, "needs_approval", meets_the_other)

    results = at_once(2, lambda _number: accept_after_sale(after_sale_id=after_sale.pk, by=staff))

    assert names(results) == ["AfterSale", "AfterSale"]
    assert counted(order) == Decimal("60.00") > order.paid_amount
