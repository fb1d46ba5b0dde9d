"""Rows 11, 13–19 and 22 of the fault list: notices forged, lost, repeated; gateways that hang. Through HTTP."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client

from kernel import clock, events
from shop.audit.selectors import drifts
from shop.orders.models import Order
from shop.orders.services import cancelling, close_expired, paying, reprice
from shop.orders.services.stepping import record
from shop.orders.states import OrderState
from shop.payments.gateways.fake.keys import Keys
from shop.payments.gateways.fake.notices import notice_fields
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.services import settling
from shop.stock.models import StockMovement
from tasks import payments
from tests.accounts.people import get, post, put
from tests.factories.trade import buyer_with_address, buyers_with_addresses, sku_with_stock, unpaid_order
from tests.fakes.alipay import NOTIFY_PATH, keys, running, send_notice
from tests.fakes.parallel import at_once
from tests.faults.trading import order as place

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

State = PaymentAttempt.State


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    """What follows a payment is another test's; here the rows alone must be right."""
    monkeypatch.setattr(events, "deliver", lambda event: None)


@pytest.fixture
def _adds_up():
    yield
    assert list(drifts()) == []


def pay_page(order, **given):
    """GET the pay address as the order's buyer."""
    return get(Client(raise_request_exception=False), f"/orders/{order.number}/payment/", given, who=order.user)


def opened(alipay, order):
    """The buyer stands on the pay page of this order."""
    answer = pay_page(order)
    assert answer.status_code == 200, answer.content
    return alipay.open(answer.json()["alipay_url"])


def status(fields):
    """PUT what the browser brought back."""
    return Client(raise_request_exception=False).put(f"/api/v1/payment/status/?{urlencode(fields)}")


def said(answer):
    return answer.status_code, answer.content.decode()


SUCCESS, FAILURE = (200, "success"), (400, "failure")


def state_of(order):
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


@pytest.mark.usefixtures("_adds_up")
def test_an_order_is_paid_from_the_button_to_the_shelf(alipay):
    (buyer,) = buyers_with_addresses(1)
    placed = place(buyer, sku_with_stock(3))
    order = Order.objects.get(number=placed.json()["order_id"])

    trade = opened(alipay, order)
    page = alipay.press(trade, "pay")
    answers = alipay.gateway.messenger.deliver()

    assert (page.status_code, answers) == (303, ["success"])
    back = status(alipay.returned(alipay.trade(trade.out_trade_no)))
    assert back.json() == {"trade_id": trade.trade_no, "order_id": order.number, "status": "paid"}
    assert state_of(order) == OrderState.TO_SHIP


# -- row 11


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize("first", ["expiry", "notice"])
def test_expire_vs_pay_the_first_wins_and_late_money_goes_back(alipay, first):
    order = unpaid_order(items={sku_with_stock(3): 2})
    trade = opened(alipay, order)
    alipay.gateway.pay(trade)
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now())

    if first == "expiry":
        close_expired()
    assert alipay.gateway.messenger.deliver() == ["success"]
    close_expired()

    if first == "notice":
        assert (state_of(order), Refund.objects.count()) == (OrderState.TO_SHIP, 0)
    else:
        refund = Refund.objects.get()
        assert state_of(order) == OrderState.CANCELLED
        assert (refund.cause, refund.state, refund.amount) == ("late_payment", "queued", order.payable)


@pytest.mark.postgres
@pytest.mark.usefixtures("_adds_up")
def test_expire_vs_pay_fifty_races_have_one_winner_each(alipay):
    buyer, sku = buyer_with_address(), sku_with_stock(100)
    won = {"paid": 0, "closed": 0}

    for round_ in range(50):
        order = unpaid_order(buyer, items={sku: 1})
        trade = opened(alipay, order)
        alipay.gateway.pay(trade)
        Order.objects.filter(pk=order.pk).update(expires_at=clock.now())
        fields = alipay.notice(trade.out_trade_no)

        def expire_or_notify(number, fields=fields, round_=round_):
            return close_expired() if number == round_ % 2 else said(send_notice(fields))

        assert SUCCESS in at_once(2, expire_or_notify)

        closed = state_of(order) == OrderState.CANCELLED
        won["closed" if closed else "paid"] += 1
        assert Refund.objects.filter(order=order).count() == int(closed)
        assert PaymentAttempt.objects.get(order=order).counts is not closed
    assert sum(won.values()) == 50


def without_locks_and_guards(monkeypatch, everybody_has_read):
    """Both sides read the order before either writes, and neither names the state that it starts from."""

    def read(*, order_id=None, number=None, owner=None):
        order = Order.objects.get(pk=order_id) if order_id else Order.objects.get(number=number)
        everybody_has_read.wait(10)
        return order

    def step(order, to, *, kind, actor, by=None, note="", **columns):
        came_from = order.state
        Order.objects.filter(pk=order.pk).update(state=to, **columns)
        record(order, kind=kind, actor=actor, by=by, note=note, from_state=OrderState(came_from), to_state=to)

    monkeypatch.setattr(cancelling, "order_locked", read)
    monkeypatch.setattr(paying, "order_locked", read)
    monkeypatch.setattr(settling, "order_locked", lambda *, order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(cancelling, "step", step)
    monkeypatch.setattr(paying, "step", step)


@pytest.mark.postgres
def test_control_expire_vs_pay_without_lock_and_guard_both_win(alipay, monkeypatch):
    order = unpaid_order(items={sku_with_stock(3): 2})
    trade = opened(alipay, order)
    alipay.gateway.pay(trade)
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now())
    fields = alipay.notice(trade.out_trade_no)
    without_locks_and_guards(monkeypatch, threading.Barrier(2))

    became = at_once(2, lambda number: close_expired() if number else said(send_notice(fields)))

    assert became == [SUCCESS, 1]
    assert list(drifts()) != []


# -- row 13


@pytest.mark.usefixtures("_adds_up")
def test_notify_replay_eight_in_a_row_are_one_payment(alipay):
    order = unpaid_order()
    trade = opened(alipay, order)
    alipay.gateway.pay(trade)

    answers = [said(send_notice(alipay.notice(trade.out_trade_no))) for _send in range(8)]

    assert answers == [SUCCESS] * 8
    _one_payment(order)


@pytest.mark.postgres
@pytest.mark.usefixtures("_adds_up")
def test_notify_replay_eight_at_once_are_one_payment(alipay):
    order = unpaid_order()
    trade = opened(alipay, order)
    alipay.gateway.pay(trade)
    fields = alipay.notice(trade.out_trade_no)

    answers = at_once(8, lambda _number: said(send_notice(fields)))

    assert answers == [SUCCESS] * 8
    _one_payment(order)


def _one_payment(order):
    attempt = PaymentAttempt.objects.get()
    sku = order.lines.get().sku
    assert (attempt.state, attempt.counts) == (State.PAID, True)
    assert order.events.filter(kind="paid").count() == 1
    assert Refund.objects.count() == 0
    assert sku.sales == 1
    assert StockMovement.objects.filter(reference=order.number).count() == 1


@pytest.mark.postgres
def test_control_notify_replay_without_locks_and_guards_pays_more_than_once(alipay, monkeypatch):
    order = unpaid_order()
    trade = opened(alipay, order)
    alipay.gateway.pay(trade)
    fields = alipay.notice(trade.out_trade_no)
    without_locks_and_guards(monkeypatch, threading.Barrier(4))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)

    at_once(4, lambda _number: said(send_notice(fields)))

    assert order.events.filter(kind="paid").count() > 1


# -- row 14


def forged_notices(alipay, trade):
    """Name → a notice that proves nothing."""
    alipay.gateway.pay(trade)
    good = alipay.notice(trade.out_trade_no)
    stranger = Keys.made()
    return {
        "wrong_key": notice_fields(trade, stranger, status="TRADE_SUCCESS"),
        "our_own_key": notice_fields(
            trade, replace(stranger, gateway_private=keys().app_private), status="TRADE_SUCCESS"
        ),
        "sign_type_rsa": good | {"sign_type": "RSA"},
        "sign_type_absent": {name: value for name, value in good.items() if name != "sign_type"},
        "sign_absent": {name: value for name, value in good.items() if name != "sign"},
        "sign_empty": good | {"sign": ""},
        "sign_chinese": good | {"sign": "签名"},
        "sign_short": good | {"sign": "QUJD"},
        "sum_changed": good | {"total_amount": "0.01"},
        "field_added": good | {"passback_params": "x"},
        "a_return": alipay.returned(trade),
        "nothing": {},
    }


FORGERIES = [
    "wrong_key",
    "our_own_key",
    "sign_type_rsa",
    "sign_type_absent",
    "sign_absent",
    "sign_empty",
    "sign_chinese",
    "sign_short",
    "sum_changed",
    "field_added",
    "a_return",
    "nothing",
]


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_notify_forge_is_refused_and_changes_nothing(alipay, forgery):
    order = unpaid_order()
    trade = opened(alipay, order)
    forged = forged_notices(alipay, trade)
    assert sorted(forged) == sorted(FORGERIES)

    answer = send_notice(forged[forgery])

    assert said(answer) == FAILURE
    assert answer["Content-Type"].startswith("text/plain")
    assert not answer.cookies
    assert (state_of(order), PaymentAttempt.objects.get().state) == (OrderState.UNPAID, State.PENDING)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00=%zz", "application/x-www-form-urlencoded"),
        (b'{"sign": "x"}', "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"sign=a&sign=b&sign_type=RSA2", "application/x-www-form-urlencoded"),
    ],
)
def test_notify_forge_bodies_that_are_no_notice_are_refused_and_never_500(alipay, body, kind):
    answer = Client(raise_request_exception=False).post(NOTIFY_PATH, body, content_type=kind)

    assert answer.status_code == 400
    assert answer.content != b"success"


def test_a_notice_needs_no_cookie_no_csrf_token_and_opens_no_session(alipay):
    order = unpaid_order()
    trade = opened(alipay, order)
    alipay.gateway.pay(trade)

    answer = Client(enforce_csrf_checks=True).post(NOTIFY_PATH, alipay.notice(trade.out_trade_no))

    assert said(answer) == SUCCESS
    assert not answer.cookies


# -- rows 15 and 16


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"total_amount": "short"}, "amount"),
        ({"total_amount": "long"}, "amount"),
        ({"app_id": "2021000000009999"}, "app_id"),
        ({"seller_id": "2088999999999999"}, "seller_id"),
        ({"app_id": ""}, "app_id"),
    ],
)
def test_notify_mismatch_is_refused_with_an_alarm_and_the_order_is_untouched(alipay, caplog, changed, field):
    order = unpaid_order()
    trade = opened(alipay, order)
    off = {"short": Decimal("-0.01"), "long": Decimal("0.01")}
    if "total_amount" in changed:
        changed = {"total_amount": str(order.payable + off[changed["total_amount"]])}
    alipay.gateway.tell(trade, "TRADE_SUCCESS", **changed)

    answer = send_notice(alipay.notice(trade.out_trade_no))

    attempt = PaymentAttempt.objects.get()
    assert said(answer) == FAILURE
    assert (state_of(order), attempt.state) == (OrderState.UNPAID, State.PENDING)
    assert attempt.last_error.startswith(f"mismatch: {field}")
    assert [entry.levelname for entry in caplog.records if entry.message == "payment needs a person"] == ["ERROR"]


def test_notify_mismatch_the_same_sum_written_otherwise_is_the_same_sum(alipay):
    order = unpaid_order(items={sku_with_stock(price="99.00"): 1})
    assert str(order.payable) == "99.00"
    trade = opened(alipay, order)
    alipay.gateway.tell(trade, "TRADE_SUCCESS", total_amount="99.0")

    assert said(send_notice(alipay.notice(trade.out_trade_no))) == SUCCESS
    assert state_of(order) == OrderState.TO_SHIP


def test_notify_unknown_is_logged_and_never_500(alipay, caplog):
    order = unpaid_order()
    trade = opened(alipay, order)
    alipay.gateway.tell(trade, "TRADE_SUCCESS", out_trade_no="SOMEBODYELSES1")

    assert said(send_notice(alipay.notice("SOMEBODYELSES1"))) == FAILURE

    assert "payment of an unknown trade" in caplog.text
    assert state_of(order) == OrderState.UNPAID


# -- row 17


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize(
    ("status_", "refund", "paid", "attempt_state", "alarm"),
    [
        ("WAIT_BUYER_PAY", False, False, State.PENDING, False),
        ("TRADE_SUCCESS", False, True, State.PAID, False),
        ("TRADE_FINISHED", False, True, State.PAID, False),
        ("TRADE_SUCCESS", True, True, State.PAID, False),
        ("TRADE_CLOSED", False, False, State.CLOSED, False),
        ("TRADE_CLOSED", True, False, State.CLOSED, True),
    ],
)
def test_notify_status_each_means_what_alipay_means(alipay, status_, refund, paid, attempt_state, alarm):
    order = unpaid_order()
    trade = opened(alipay, order)
    back = {"refund_fee": str(order.payable if status_ == "TRADE_CLOSED" else Decimal("1.00"))} if refund else {}
    alipay.gateway.tell(trade, status_, refund=refund, **back)

    assert said(send_notice(alipay.notice(trade.out_trade_no))) == SUCCESS

    attempt = PaymentAttempt.objects.get()
    assert (state_of(order) == OrderState.TO_SHIP, attempt.state) == (paid, attempt_state)
    assert ("refunded at the gateway without us" in attempt.last_error) is alarm


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize("refund", [True, False])
def test_notify_status_a_closing_notice_takes_nothing_from_a_paid_order(alipay, refund):
    order = unpaid_order()
    trade = opened(alipay, order)
    paid = alipay.gateway.pay(trade)
    send_notice(alipay.notice(trade.out_trade_no))
    alipay.gateway.tell(paid, "TRADE_CLOSED", refund=refund, **({"refund_fee": paid.amount} if refund else {}))

    assert said(send_notice(alipay.notice(trade.out_trade_no))) == SUCCESS

    assert (state_of(order), PaymentAttempt.objects.get().state) == (OrderState.TO_SHIP, State.PAID)


# -- row 18


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize("paid_after", [0, 3, 7, 15, 25])
def test_notify_lost_the_sweep_finds_the_money_within_five_minutes(alipay, paid_after):
    began = clock.now()
    order = unpaid_order()
    trade = opened(alipay, order)
    found = None
    for minute in range(30):
        with time_machine.travel(began + timedelta(minutes=minute, seconds=30), tick=False):
            if minute == paid_after:
                alipay.press(trade, "lost")
            payments.query_payments.call_local()
            if state_of(order) == OrderState.TO_SHIP:
                found = minute
                break

    assert found is not None
    assert found - paid_after <= 5


# -- row 19


@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize(
    "forge",
    [
        lambda fields: {},
        lambda fields: {"out_trade_no": fields["out_trade_no"], "trade_no": "1", "total_amount": "0.01"},
        lambda fields: fields | {"sign": "AAAA"},
        lambda fields: fields | {"total_amount": "0.01"},
        lambda fields: fields | {"trade_status": "TRADE_SUCCESS"},
        lambda fields: fields | {"sign_type": "RSA"},
    ],
)
def test_return_forge_is_refused(alipay, forge):
    order = unpaid_order()
    trade = opened(alipay, order)

    answer = status(forge(alipay.returned(trade)))

    assert (answer.status_code, answer.json()["code"]) == (400, "payment.forged")
    assert state_of(order) == OrderState.UNPAID


@pytest.mark.usefixtures("_adds_up")
def test_return_forge_even_a_good_signature_pays_nothing_before_the_gateway_says_so(alipay):
    order = unpaid_order()
    trade = opened(alipay, order)
    fields = alipay.returned(trade)

    answer = status(fields)

    assert answer.json() == {"trade_id": trade.trade_no, "order_id": order.number, "status": "confirming"}
    assert state_of(order) == OrderState.UNPAID
    alipay.press(trade, "lost")
    assert status(fields).json()["status"] == "paid"


def test_return_forge_somebody_elses_payment_is_not_found(alipay):
    order = unpaid_order()
    trade = opened(alipay, order)
    fields = alipay.returned(trade)
    PaymentAttempt.objects.all().delete()

    assert status(fields).json()["code"] == "payment.trade_unknown"


# -- row 22


def _waiting_transactions():
    """How many other sessions of this database sit in a transaction and do nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        )
        return cursor.fetchone()[0]


@pytest.mark.postgres
@pytest.mark.usefixtures("_adds_up")
@pytest.mark.parametrize(
    ("asks", "answered"),
    [("return", (200, "confirming")), ("new_price", (503, "payment.unknown")), ("sweep", None)],
)
def test_gateway_hang_ends_in_five_seconds_and_holds_no_transaction_and_no_lock(alipay, asks, answered):
    order = unpaid_order()
    trade = opened(alipay, order)
    fields = alipay.returned(trade)
    if asks == "new_price":
        reprice(order_id=order.pk, by=order.user, adjustment=Decimal("-1.00"), freight=order.freight, note="")
    alipay.mood("", "hang")

    def ask():
        if asks == "sweep":
            return payments.close_other_payments.call_local(order.pk)
        answer = status(fields) if asks == "return" else pay_page(order)
        body = answer.json()
        return answer.status_code, body["status"] if answer.status_code == 200 else body["code"]

    def ask_or_look(number):
        if number == 0:
            began = time.monotonic()
            return ask(), time.monotonic() - began
        assert alipay.gateway.moods.hanging.wait(10)
        with transaction.atomic():
            # Nobody holds a row.
            Order.objects.select_for_update(nowait=True).get(pk=order.pk)
            list(PaymentAttempt.objects.select_for_update(nowait=True))
        return _waiting_transactions()

    (answer, seconds), waiting = at_once(2, ask_or_look)

    assert answer == answered
    assert waiting == 0
    assert 2 < seconds < 5


@pytest.mark.postgres
def test_control_gateway_hang_a_transaction_around_the_call_is_seen(alipay):
    order = unpaid_order()
    fields = alipay.returned(opened(alipay, order))
    alipay.mood("", "hang")
    seen = []

    def ask_or_look(number):
        if number:
            assert alipay.gateway.moods.hanging.wait(10)
            seen.append(_waiting_transactions())
            alipay.gateway.moods.let_go.set()
            return None
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            return status(fields).status_code

    at_once(2, ask_or_look)

    assert seen == [1]


def test_bad_channels_and_strangers_are_refused_by_name(alipay):
    order, stranger = unpaid_order(), buyer_with_address()

    bad = pay_page(order, channel="cash")
    theirs = get(Client(), f"/orders/{order.number}/payment/", who=stranger)
    nobody = get(Client(), f"/orders/{order.number}/payment/")
    posted = post(Client(), f"/orders/{order.number}/payment/", who=stranger)
    moved = put(Client(), "/payment/alipay/notify/", who=stranger)

    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (400, "channel")
    assert [answer.status_code for answer in (theirs, nobody, posted, moved)] == [404, 401, 405, 405]
