"""Row 20 of the fault list over the wire: a gateway that fails in every way on a refund. Real SDK, HTTP and keys."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from kernel import events
from shop.aftersales.models import AfterSale
from shop.aftersales.services import accept_after_sale, follow_refund
from shop.audit.selectors import drifts
from shop.orders.states import OrderState
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.services import send_due_refunds, send_refund
from shop.payments.services.refunds.sending import BACK_OFF
from tests.accounts.people import get, post
from tests.factories.payment import order_paid_at
from tests.factories.people import StaffFactory
from tests.factories.refunds import received, refund
from tests.factories.trade import sku_with_stock
from tests.fakes.alipay import StandIn, running

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

State = Refund.State

#: Seconds.
PATIENT = 30.0
#: Nothing was done at the gateway.
LOST = ("hang", "down", "system_error")
#: The gateway sent the money, and we cannot know.
UNHEARD = ("hang_after", "done_then_error", "unsigned", "wrong_key")


@pytest.fixture
def alipay(settings) -> Iterator[StandIn]:
    with running() as stand_in:
        options = {**stand_in.options, "patience": 0.4}
        # A busy machine must not look like a gateway that hangs.
        options = {**stand_in.options, "patience": PATIENT}
        settings.PAY_GATEWAYS = {"alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": options}}
        yield stand_in
        # Whoever still hangs goes home before the server does.
        stand_in.gateway.moods.let_go.set()


@pytest.fixture(autouse=True)
def _adds_up(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(events, "deliver", lambda event: None)
    yield
    assert list(drifts()) == []


@pytest.fixture
def order(alipay):
    return received(order_paid_at(alipay, items={sku_with_stock(10, price=Decimal("10.00")): 3}))


def granted(order: Any) -> tuple[AfterSale, Refund]:
    """The buyer asked by HTTP, and staff said yes; the goods come back."""
    answer = post(Client(), f"/orders/{order.number}/refunds/", {"reason": "faulty"}, who=order.user)
    assert answer.status_code == 201, answer.content
    after_sale = AfterSale.objects.get(number=answer.json()["number"])
    line = order.lines.get()
    accept_after_sale(after_sale_id=after_sale.pk, by=StaffFactory(), restock={line.pk: True})
    return after_sale, Refund.objects.get()


def gone_back(alipay: StandIn, order: Any) -> Decimal:
    """What the gateway gave back of the order's payment."""
    payment = PaymentAttempt.objects.get(order=order, counts=True)
    return Decimal(alipay.trade(payment.out_trade_no).refunded)


def shown(order: Any, after_sale: AfterSale) -> tuple[str, str]:
    told = get(Client(), f"/refunds/{after_sale.number}/", who=order.user).json()
    return told["state"], told["money"]["state"]


@pytest.mark.parametrize("mood", [*LOST, *UNHEARD])
def test_refund_timeout_ends_refunded_once_however_the_gateway_failed(alipay, order, mood, settings):
    after_sale, asked = granted(order)
    options = settings.PAY_GATEWAYS["alipay"]["options"]
    if mood.startswith("hang"):
        # Nobody here waits as long as the shop would.
        options["patience"] = 1.0
    alipay.mood("refund", mood)
    # While it lasts nobody answers questions either: what happened is unknown.
    alipay.mood("fastpay.refund.query", "down")
    with time_machine.travel(timezone.now(), tick=False) as hand:
        for wait in BACK_OFF[:2]:
            assert send_refund(refund_id=asked.pk) == wait
            asked.refresh_from_db()
            assert (asked.state, bool(asked.last_error)) == (State.UNKNOWN, True)
            assert shown(order, after_sale) == ("refunding", "unknown")
            hand.shift(wait)
        assert gone_back(alipay, order) == (Decimal("30.00") if mood in UNHEARD else Decimal("0.00"))
        alipay.good_mood()
        alipay.gateway.moods.let_go.set()
        options["patience"] = PATIENT

        assert send_due_refunds() == 1
        assert send_due_refunds() == 0
    follow_refund(refund_id=asked.pk)

    assert gone_back(alipay, order) == Decimal("30.00")
    assert alipay.gateway.asked.count("alipay.trade.refund") == (1 if mood in UNHEARD else 2)
    assert shown(order, after_sale) == ("done", "succeeded")
    order.refresh_from_db()
    line = order.lines.get()
    assert (order.state, order.refunded_amount, line.sku.stock) == (OrderState.REFUNDED, Decimal("30.00"), 10)


def test_garbage_is_no_answer(alipay, order):
    _after_sale, asked = granted(order)
    alipay.mood("refund", "garbage")

    assert send_refund(refund_id=asked.pk) == BACK_OFF[0]

    asked.refresh_from_db()
    assert (asked.state, gone_back(alipay, order)) == (State.UNKNOWN, Decimal("0.00"))


def test_a_refusal_is_a_refusal_and_the_order_waits_for_staff(alipay, order):
    after_sale, asked = granted(order)
    alipay.mood("refund", "refuse")

    assert send_refund(refund_id=asked.pk) is None
    follow_refund(refund_id=asked.pk)

    asked.refresh_from_db()
    assert (asked.state, "SELLER_BALANCE_NOT_ENOUGH" in asked.last_error) == (State.FAILED, True)
    assert shown(order, after_sale) == ("applied", "failed")
    assert gone_back(alipay, order) == Decimal("0.00")


def test_partial_refunds_each_have_their_own_number_and_sum_to_what_was_paid(alipay, order):
    line = order.lines.get()
    for _piece in range(3):
        asked = refund(order, StaffFactory(), counts={line.pk: 1})
        assert send_refund(refund_id=asked.pk) is None
        order.refresh_from_db()
        line.refresh_from_db()

    numbers = set(Refund.objects.values_list("out_request_no", flat=True))
    assert (len(numbers), gone_back(alipay, order)) == (3, Decimal("30.00"))
    assert order.state == OrderState.REFUNDED


@pytest.mark.postgres
def test_while_the_gateway_hangs_no_transaction_and_no_row_lock_is_held(alipay, order):
    _after_sale, asked = granted(order)
    alipay.mood("refund", "hang")
    sent: list[Any] = []

    def send() -> None:
        try:
            sent.append(send_refund(refund_id=asked.pk))
        finally:
            connection.close()

    worker = threading.Thread(target=send)
    worker.start()
    assert alipay.gateway.moods.hanging.wait(10)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
        open_transactions = cursor.fetchone()[0]
    # Nobody waits for the order's row either: the buyer reads, staff write.
    assert get(Client(), f"/orders/{order.number}/", who=order.user).status_code == 200
    alipay.gateway.moods.let_go.set()
    worker.join(20)

    assert (open_transactions, sent) == (0, [BACK_OFF[0]])
