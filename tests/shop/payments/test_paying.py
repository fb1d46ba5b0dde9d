"""Starting payments, hearing of them, asking for them: the services with the stand-in over HTTP."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django.conf import settings as shop_settings

from kernel import clock
from shop.audit.selectors import drifts
from shop.orders.errors import OrderNotFound
from shop.orders.models import Order
from shop.orders.services import CancelReason, cancel_order, close_expired, mark_paid, reprice
from shop.orders.states import OrderState, PayMethod
from shop.payments.errors import GatewayMissing, GatewayUnknown, OrderNotPayable, TradeMismatch
from shop.payments.events import PaymentConfirmed, RefundQueued
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.port import Channel
from shop.payments.services import (
    accept_notice,
    accept_return,
    query_due_payments,
    query_payment,
    query_payments_of,
    send_refund,
    start_payment,
)
from tests.factories.payment import started_payment
from tests.factories.trade import buyer_with_address, paid_order, unpaid_order
from tests.fakes.alipay import running

pytestmark = pytest.mark.django_db

State = PaymentAttempt.State


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in
    assert list(drifts()) == []


def start(order, **given):
    return start_payment(number=order.number, owner=order.user, channel=Channel.PAGE, **given)


def test_one_order_has_one_open_payment_however_often_the_buyer_asks(alipay):
    order = unpaid_order()

    addresses = [start(order) for _click in range(3)]

    attempt = PaymentAttempt.objects.get()
    assert (attempt.out_trade_no, attempt.amount) == (f"{order.number}P1", order.payable)
    assert len({alipay.open(address).trade_no for address in addresses}) == 1


def test_a_buyer_who_closed_the_page_gets_another_when_they_ask_again(alipay):
    order = unpaid_order()
    closed = alipay.open(start(order))
    alipay.press(closed, "close")

    again = alipay.open(start(order))

    assert again.out_trade_no == f"{order.number}P2"
    assert PaymentAttempt.objects.get(out_trade_no=closed.out_trade_no).state == State.CLOSED


def test_a_buyer_who_paid_and_asks_again_is_told_so(alipay):
    order = unpaid_order()
    alipay.pay(start(order))

    with pytest.raises(OrderNotPayable):
        start(order)

    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP


def test_a_gateway_that_is_away_keeps_nobody_from_their_page(alipay):
    order = unpaid_order()
    first = start(order)
    alipay.mood("query", "down")

    again = [start(order) for _click in range(8)]

    assert {alipay.open(url).trade_no for url in again} == {alipay.open(first).trade_no}
    assert alipay.gateway.asked.count("alipay.trade.query") == 6


def test_only_my_own_unpaid_unexpired_order_for_alipay_can_be_paid(alipay):
    order, stranger = unpaid_order(), buyer_with_address()
    with pytest.raises(OrderNotFound):
        start_payment(number=order.number, owner=stranger, channel=Channel.PAGE)
    expired, on_delivery = unpaid_order(), unpaid_order(pay_method=PayMethod.CASH_ON_DELIVERY)
    Order.objects.filter(pk=expired.pk).update(expires_at=clock.now())

    for refused in (expired, on_delivery, paid_order()):
        with pytest.raises(OrderNotPayable):
            start(refused)
    assert PaymentAttempt.objects.count() == 0


def test_a_shop_without_the_gateway_says_so(alipay, settings):
    settings.PAY_GATEWAYS = {}
    with pytest.raises(GatewayMissing):
        start(unpaid_order())


def test_another_price_closes_the_old_payment_at_the_gateway_and_opens_another(alipay):
    order = unpaid_order()
    old = alipay.open(start(order))
    reprice(order_id=order.pk, by=order.user, adjustment=Decimal("-1.00"), freight=order.freight, note="老顾客")

    new = alipay.open(start(order))

    order.refresh_from_db()
    assert (alipay.trade(old.out_trade_no).state, new.amount) == ("TRADE_CLOSED", str(order.payable))
    states = dict(PaymentAttempt.objects.values_list("out_trade_no", "state"))
    assert states == {f"{order.number}P1": State.CLOSED, f"{order.number}P2": State.PENDING}


def test_a_new_payment_is_not_opened_while_nobody_knows_of_the_old_one(alipay):
    order = unpaid_order()
    start(order)
    alipay.mood("close", "down")

    with pytest.raises(GatewayUnknown):
        start(order, force_new=True)

    assert PaymentAttempt.objects.count() == 1


def test_a_payment_found_while_the_old_one_is_closed_pays_the_order(alipay):
    order = unpaid_order()
    alipay.pay(start(order))

    with pytest.raises(OrderNotPayable):
        start(order, force_new=True)

    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP


def test_money_over_the_old_price_goes_back(alipay):
    order = unpaid_order()
    trade = alipay.pay(start(order))
    reprice(order_id=order.pk, by=order.user, adjustment=Decimal("-1.00"), freight=order.freight, note="老顾客")

    query_payments_of(order_id=order.pk)

    order.refresh_from_db()
    refund = Refund.objects.get()
    assert order.state == OrderState.UNPAID
    assert (str(refund.amount), refund.cause) == (trade.amount, Refund.Cause.LATE_PAYMENT)


def test_a_notice_pays_once_and_says_so_once(alipay, emitted):
    order = unpaid_order()
    trade = alipay.pay(start(order), notices=1)
    fields = alipay.notice(trade.out_trade_no)

    for _send in range(3):
        accept_notice(gateway="alipay", fields=fields)

    order.refresh_from_db()
    attempt = PaymentAttempt.objects.get()
    assert (order.state, order.paid_amount) == (OrderState.TO_SHIP, order.payable)
    assert (attempt.state, attempt.counts, attempt.trade_no) == (State.PAID, True, trade.trade_no)
    assert [event for event in emitted if isinstance(event, PaymentConfirmed)] == [PaymentConfirmed(order_id=order.pk)]


def test_a_second_payment_of_one_order_goes_back_by_itself(alipay, emitted):
    order = unpaid_order()
    first = alipay.open(start(order))
    PaymentAttempt.objects.create(order=order, gateway="alipay", out_trade_no=f"{order.number}P9", amount=order.payable)
    second = alipay.open(
        alipay.adapter().start(
            out_trade_no=f"{order.number}P9",
            amount=order.payable,
            subject="again",
            channel=Channel.PAGE,
            expires_at=None,
        )
    )
    for trade in (first, second):
        alipay.gateway.pay(trade)
        accept_notice(gateway="alipay", fields=alipay.notice(trade.out_trade_no))

    refund = Refund.objects.get()
    assert (refund.payment.out_trade_no, refund.cause) == (second.out_trade_no, Refund.Cause.DOUBLE_PAYMENT)
    assert (refund.state, refund.amount) == (Refund.State.QUEUED, order.payable)
    assert RefundQueued(refund_id=refund.pk) in list(emitted)
    assert PaymentAttempt.objects.filter(counts=True).count() == 1


def test_a_payment_closed_here_counts_when_the_gateway_took_its_money(alipay):
    order = unpaid_order()
    trade = alipay.pay(start(order), notices=1)
    PaymentAttempt.objects.update(state=State.CLOSED, next_query_at=None)

    accept_notice(gateway="alipay", fields=alipay.notice(trade.out_trade_no))

    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP


def test_the_sweep_asks_more_and_more_rarely_but_within_the_promise(alipay):
    order = unpaid_order()
    started_payment(alipay, order)
    began = clock.now()
    asked = []
    for minute in range(1, 16):
        with time_machine.travel(began + timedelta(minutes=minute), tick=False):
            if query_due_payments():
                asked.append(minute)
    assert asked == [1, 2, 4, 7, 10, 13]
    assert max(later - earlier for earlier, later in pairwise(asked)) + 1 <= 5


def test_a_closed_orders_payment_is_closed_at_the_gateway_within_a_minute(alipay):
    order = unpaid_order()
    trade = alipay.open(start(order))
    cancel_order(order_id=order.pk, owner=order.user, by=order.user, reason=CancelReason.OTHER)

    query_due_payments()

    assert alipay.trade(trade.out_trade_no).state == "TRADE_CLOSED"
    assert PaymentAttempt.objects.get().state == State.CLOSED


def test_a_page_nobody_opened_is_asked_for_until_nobody_can_open_it(alipay):
    order = unpaid_order()
    start(order)
    began = clock.now()
    cancel_order(order_id=order.pk, owner=order.user, by=order.user, reason=CancelReason.OTHER)

    query_due_payments()
    assert PaymentAttempt.objects.get().state == State.PENDING
    with time_machine.travel(began + timedelta(minutes=shop_settings.ORDER_PAY_MINUTES + 3), tick=False):
        query_due_payments()
    assert PaymentAttempt.objects.get().state == State.CLOSED


def test_a_gateway_that_is_down_leaves_a_mark_and_another_time(alipay):
    _url, attempt = started_payment(alipay)
    alipay.mood("query", "down")
    with pytest.raises(GatewayUnknown):
        query_payment(attempt_id=attempt.pk)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.queries) == (State.PENDING, 1)
    assert "HTTP 503" in attempt.last_error
    assert attempt.next_query_at > clock.now()


def test_one_payment_that_cannot_be_asked_for_holds_up_no_other(alipay, monkeypatch):
    urls = [started_payment(alipay)[0] for _order in range(3)]
    for url in urls:
        alipay.pay(url)
    PaymentAttempt.objects.update(next_query_at=clock.now())
    broken = PaymentAttempt.objects.earliest("pk")
    from shop.payments.services import settling

    def crash(**given):
        if given["order_id"] == broken.order_id:
            raise RuntimeError("the process trips here")
        return mark_paid(**given)

    monkeypatch.setattr(settling, "mark_paid", crash)

    assert query_due_payments() == 3

    assert PaymentAttempt.objects.filter(state=State.PAID).count() == 2


def test_a_return_asks_the_gateway_and_believes_only_it(alipay):
    order = unpaid_order()
    trade = alipay.open(start(order))
    fields = alipay.returned(trade)

    early = accept_return(gateway="alipay", fields=fields)
    alipay.mood("query", "down")
    alipay.gateway.pay(trade)
    silent = accept_return(gateway="alipay", fields=fields)
    alipay.good_mood()
    told = accept_return(gateway="alipay", fields=fields)

    assert [early.is_paid, silent.is_paid, told.is_paid] == [False, False, True]
    assert (told.order_number, told.trade_no) == (order.number, trade.trade_no)


def test_a_return_from_an_order_that_closed_says_that_the_money_goes_back(alipay):
    order = unpaid_order()
    trade = alipay.open(start(order))
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now())
    close_expired()
    alipay.gateway.pay(trade)

    told = accept_return(gateway="alipay", fields=alipay.returned(trade))

    assert (told.is_paid, told.goes_back) == (False, True)
    assert Refund.objects.get().cause == Refund.Cause.LATE_PAYMENT


def test_a_trade_paid_and_refunded_behind_our_back_is_marked_for_staff(alipay, caplog):
    order = unpaid_order()
    trade = alipay.pay(start(order))
    alipay.adapter().refund(
        out_trade_no=trade.out_trade_no, out_request_no="console", amount=order.payable, reason="by hand"
    )

    query_payments_of(order_id=order.pk)

    attempt = PaymentAttempt.objects.get()
    assert attempt.state == State.CLOSED
    assert "refunded at the gateway without us" in attempt.last_error
    assert "payment needs a person" in caplog.text


def test_a_query_that_tells_of_another_sum_is_an_alarm(alipay, caplog):
    _url, attempt = started_payment(alipay)
    alipay.pay(_url)
    PaymentAttempt.objects.update(amount=attempt.amount + Decimal("0.01"))

    with pytest.raises(TradeMismatch):
        query_payment(attempt_id=attempt.pk)

    attempt.refresh_from_db()
    assert attempt.state == State.PENDING
    assert attempt.last_error.startswith("mismatch: amount")
    assert Order.objects.get().state == OrderState.UNPAID


def test_late_money_is_back_at_the_gateway_and_the_closed_order_stays_as_it_was(alipay):
    order = unpaid_order()
    trade = alipay.pay(start(order))
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now())
    close_expired()
    query_payments_of(order_id=order.pk)
    refund = Refund.objects.get()

    for _run in range(2):
        send_refund(refund_id=refund.pk)

    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, alipay.trade(trade.out_trade_no).refunded) == (Refund.State.SUCCEEDED, trade.amount)
    assert (order.state, order.paid_amount, order.refunded_amount) == (OrderState.CANCELLED, 0, 0)
