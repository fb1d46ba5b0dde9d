"""Refunds, payments and bills at the desk."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from wagtail.models import ModelLogEntry

from kernel import clock
from shop.orders.models import Order
from shop.orders.services import confirm_receipt
from shop.orders.states import OrderState, PayMethod
from shop.payments import registry
from shop.payments.errors import GatewayUnknown
from shop.payments.models import BillDifference, PaymentAttempt, Refund
from shop.payments.port import RefundAnswer, RefundOutcome, Trade, TradeState
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import flat_freight, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db

REQUEST = ("shop.view_order", "shop.add_refund")
APPROVE = ("shop.view_refund", "shop.approve_refund")


@pytest.fixture
def desk():
    return logged_in(superuser())


def attempt_of(order: Order, **changed) -> PaymentAttempt:
    """The payment row behind a paid order."""
    values = {
        "order": order,
        "gateway": "alipay",
        "out_trade_no": f"P{order.number}",
        "amount": order.payable,
        "state": PaymentAttempt.State.PAID,
        "counts": True,
        "paid_at": clock.now(),
    }
    return PaymentAttempt.objects.create(**values | changed)


def paid(count: int = 2, price: str = "99") -> Order:
    order = paid_order(items={sku_with_stock(price=Decimal(price)): count})
    attempt_of(order)
    return order


def ask(browser, order, **data):
    return browser.post(reverse("order:refund", args=[order.pk]), {"freight": "0", "reason": "客户投诉", **data})


class Answering:
    """A gateway that says what it is told to say."""

    name = "alipay"
    app_id = seller_id = ""

    def __init__(self, *, refund=None, trade=None):
        self.said, self.trade = refund, trade
        self.asked = 0

    def refund(self, **names):
        self.asked += 1
        if self.said is None:
            raise GatewayUnknown("timeout")
        return self.said

    def query_refund(self, **names):
        return self.refund()

    def query(self, **names):
        self.asked += 1
        if self.trade is None:
            raise GatewayUnknown("timeout")
        return self.trade

    def close(self, **names):
        return self.query()


@pytest.fixture
def gateway(monkeypatch, settings):
    """From now on this gateway answers."""

    def put(answering: Answering) -> Answering:
        settings.PAY_GATEWAYS = {"alipay": {}}
        for module in ("shop.payments.services.refunds.sending", "shop.payments.services.querying"):
            monkeypatch.setattr(f"{module}.gateway", lambda name: answering)
        return answering

    assert registry.gateway
    return put


# -- asking for a refund


def test_pieces_cost_what_was_paid_for_them_and_go_back_to_the_shelf_if_ticked(desk):
    order = paid(count=2)
    line = order.lines.get()

    done = ask(desk, order, **{f"count_{line.pk}": "1", f"restock_{line.pk}": "on"})

    refund = Refund.objects.get()
    assert done.url == reverse("order:inspect", args=[order.pk])
    assert (refund.amount, refund.state, refund.cause) == (Decimal("99"), "queued", "staff")
    assert (refund.lines.get().count, refund.lines.get().restock) == (1, True)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDING
    assert ModelLogEntry.objects.get(action="shop.request_refund").data["amount"] == "99.00"


def test_money_for_no_piece_and_freight_go_back_too(desk):
    flat_freight("8.00")
    order = paid(count=2)
    line = order.lines.get()

    ask(desk, order, freight="8", **{f"amount_{line.pk}": "10.50"})

    refund = Refund.objects.get()
    assert (refund.amount, refund.freight_amount) == (Decimal("18.50"), Decimal("8"))
    assert (refund.lines.get().count, refund.lines.get().amount) == (0, Decimal("10.50"))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"count": "3"}, "count"),
        ({"count": "-1"}, "count"),
        ({"amount": "198.01"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"freight": "0.01"}, "freight"),
        ({"count": "1", "reason": ""}, "reason"),
        ({}, "__all__"),
    ],
)
def test_a_wrong_refund_is_told_at_its_field_and_nothing_is_asked_for(desk, data, field):
    order = paid(count=2)
    line = order.lines.get()
    said = {f"{name}_{line.pk}" if name in ("count", "amount") else name: value for name, value in data.items()}

    answer = ask(desk, order, **said)

    errors = answer.context["form"].errors
    assert (f"{field}_{line.pk}" if field in ("count", "amount") else field) in errors
    assert not Refund.objects.exists()


def test_the_form_says_when_a_second_person_must_look(desk, settings):
    settings.REFUND_APPROVAL_FROM = Decimal("150")
    order = paid(count=2)
    line = order.lines.get()

    assert "¥150.00" in desk.get(reverse("order:refund", args=[order.pk])).content.decode()
    told = desk.post(
        reverse("order:refund", args=[order.pk]),
        {"freight": "0", "reason": "x", f"count_{line.pk}": "2"},
        follow=True,
    )

    assert "须由另一位员工复核" in told.content.decode()
    assert Refund.objects.get().state == Refund.State.AWAITING_APPROVAL


def test_an_order_under_refund_takes_no_second_one(desk):
    order = paid(count=2)
    line = order.lines.get()
    ask(desk, order, **{f"count_{line.pk}": "1"})

    answer = ask(desk, order, **{f"count_{line.pk}": "1"})

    assert Refund.objects.count() == 1
    assert answer.context["form"].non_field_errors()


# -- the second person


@pytest.fixture
def waiting(settings):
    """A refund that one clerk asked for, the clerk's browser, and another's who may approve."""
    settings.REFUND_APPROVAL_FROM = Decimal("1")
    order = paid()
    first, second = clerk(*REQUEST, *APPROVE), clerk(*APPROVE)
    ask(logged_in(first), order, **{f"count_{order.lines.get().pk}": "1"})
    return Refund.objects.get(), logged_in(first), logged_in(second)


def test_another_person_approves_and_both_logs_say_who(waiting):
    refund, _first, second = waiting

    second.post(reverse("refund:approve", args=[refund.pk]))

    refund.refresh_from_db()
    assert refund.state == Refund.State.QUEUED
    assert refund.approved_by is not None
    assert refund.approved_by != refund.requested_by
    assert ModelLogEntry.objects.filter(action="shop.approve_refund").count() == 2
    assert (
        "退款复核通过" in logged_in(superuser()).get(reverse("order:inspect", args=[refund.order_id])).content.decode()
    )


def test_who_asked_does_not_approve(waiting):
    refund, first, _second = waiting

    answer = first.post(reverse("refund:approve", args=[refund.pk]))

    assert "申请人以外" in answer.content.decode()
    refund.refresh_from_db()
    assert refund.state == Refund.State.AWAITING_APPROVAL


def test_a_refusal_needs_a_reason_and_lets_the_order_go_on(waiting):
    refund, _first, second = waiting

    assert second.post(reverse("refund:refuse", args=[refund.pk]), {"note": ""}).status_code == 200
    second.post(reverse("refund:refuse", args=[refund.pk]), {"note": "金额不对"})

    refund.refresh_from_db()
    assert (refund.state, refund.last_error) == (Refund.State.REFUSED, "金额不对")
    assert refund.order.state == OrderState.TO_SHIP


def test_a_refund_is_decided_once(waiting):
    refund, _first, second = waiting
    second.post(reverse("refund:approve", args=[refund.pk]))

    answer = second.post(reverse("refund:refuse", args=[refund.pk]), {"note": "x"})

    assert "不允许该操作" in answer.content.decode()


# -- asking the gateway


@pytest.mark.parametrize(
    ("said", "state", "text"),
    [
        (RefundAnswer(RefundOutcome.DONE), "succeeded", "退款已到账"),
        (RefundAnswer(RefundOutcome.REFUSED, detail="余额不足"), "failed", "余额不足"),
        (None, "unknown", "还没有结果"),
    ],
)
def test_a_refund_is_asked_for_at_once(desk, gateway, said, state, text):
    order = paid()
    ask(desk, order, **{f"count_{order.lines.get().pk}": "1"})
    refund = Refund.objects.get()
    Refund.objects.update(state="unknown", next_try_at=clock.now() + timedelta(hours=1))
    answering = gateway(Answering(refund=said))

    told = desk.post(reverse("refund:ask", args=[refund.pk]), follow=True)

    refund.refresh_from_db()
    assert refund.state == state
    assert text in told.content.decode()
    assert answering.asked == 1


def test_a_refund_that_somebody_asks_for_now_is_left_alone(desk, gateway):
    order = paid()
    ask(desk, order, **{f"count_{order.lines.get().pk}": "1"})
    Refund.objects.update(state="unknown", next_try_at=clock.now() + timedelta(seconds=50))
    answering = gateway(Answering(refund=RefundAnswer(RefundOutcome.DONE)))

    desk.post(reverse("refund:ask", args=[Refund.objects.get().pk]))

    assert answering.asked == 0


def test_cash_is_given_back_by_hand_and_booked(desk):
    order = unpaid_order(pay_method=PayMethod.CASH_ON_DELIVERY, items={sku_with_stock(): 2})
    line = order.lines.get()
    desk.post(
        reverse("order:ship", args=[order.pk]),
        {"parcels": "1", "carrier_0": "SF", "waybill_0": "SF1234567890", f"count_0_{line.pk}": "2"},
    )
    confirm_receipt(number=order.number, by=order.user)
    ask(desk, order, **{f"count_{line.pk}": "1"})
    refund = Refund.objects.get()

    assert "确认已退现金" in desk.get(reverse("refund:inspect", args=[refund.pk])).content.decode()
    desk.post(reverse("refund:cash", args=[refund.pk]))

    order.refresh_from_db()
    assert order.refunded_amount == Decimal("99")


def test_a_payment_is_asked_for_and_the_order_becomes_paid(desk, gateway):
    order = unpaid_order()
    attempt = attempt_of(order, state="pending", counts=False, paid_at=None)
    trade = Trade(attempt.out_trade_no, TradeState.PAID, "2026", order.payable, paid_at=clock.now())
    gateway(Answering(trade=trade))

    told = desk.post(reverse("paymentattempt:ask", args=[attempt.pk]), follow=True)

    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP
    assert "已更新为“已支付”" in told.content.decode()
    assert ModelLogEntry.objects.filter(action="shop.ask_payment").exists()


def test_a_gateway_that_does_not_answer_is_told_and_nothing_changes(desk, gateway):
    attempt = attempt_of(unpaid_order(), state="pending", counts=False, paid_at=None)
    gateway(Answering())

    answer = desk.post(reverse("paymentattempt:ask", args=[attempt.pk]))

    assert "没有响应" in answer.content.decode()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.last_error) == ("pending", "payment.unknown (timeout)")


def test_a_new_price_closes_the_page_with_the_old_one(desk, gateway):
    order = unpaid_order()
    attempt = attempt_of(order, state="pending", counts=False, paid_at=None)
    answering = gateway(Answering(trade=Trade(attempt.out_trade_no, TradeState.CLOSED)))

    desk.post(reverse("order:reprice", args=[order.pk]), {"adjustment": "-1", "freight": "0", "note": "x"})

    attempt.refresh_from_db()
    assert attempt.state == "closed"
    assert answering.asked == 1


# -- bills

BILL = (
    "#支付宝业务明细查询\n#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]\n"
    "支付宝交易号,商户订单号,业务类型,商家实收（元）,退款批次号/请求号\n"
    "2026112022001,UNKNOWN-1\t,交易,12.30,\n#合计\n"
)


def upload(browser, text=BILL, name="bill.csv", **changed):
    file = SimpleUploadedFile(name, text.encode("gb18030"))
    return browser.post(reverse("billdifference:upload"), {"file": file, "gateway": "alipay", **changed})


@pytest.fixture
def bills(settings):
    settings.PAY_GATEWAYS = {"alipay": {}}


def test_a_bill_is_compared_and_its_difference_settled_with_a_note(desk, bills):
    done = upload(desk)

    assert done.url == reverse("billdifference:index") + "?bill_date_from=2026-11-20&bill_date_to=2026-11-20"
    row = BillDifference.objects.get()
    assert (row.kind, row.number, row.theirs) == ("missing_here", "UNKNOWN-1", Decimal("12.30"))
    assert ModelLogEntry.objects.filter(action="shop.reconcile").exists()
    assert "1 条差异待处理" in desk.get(done.url).content.decode()

    desk.post(reverse("billdifference:settle", args=[row.pk]), {"note": "线下收款"})
    row.refresh_from_db()
    assert row.settled_by is not None
    assert row.note.endswith("线下收款")
    again = desk.post(reverse("billdifference:settle", args=[row.pk]), {"note": "x"})
    assert "该差异已处理" in again.content.decode()
    assert desk.get(reverse("billdifference:index"), {"open": "yes"}).context["items_count"] == 0


@pytest.mark.parametrize(
    ("text", "changed", "field"),
    [
        ("nothing", {}, "file"),
        (BILL, {"gateway": "moon"}, "gateway"),
        (BILL, {"date": "x"}, "date"),
        (BILL, {"date": "2026-11-19"}, "date"),
        (BILL.replace("起始日期", "开始"), {}, "date"),
    ],
)
def test_a_bill_that_cannot_be_is_told_at_its_field(desk, bills, text, changed, field):
    answer = upload(desk, text, **changed)

    assert field in answer.context["form"].errors
    assert not BillDifference.objects.exists()


# -- lists


@pytest.mark.parametrize("name", ["refund", "paymentattempt", "billdifference"])
@pytest.mark.parametrize("verb", ["add", "edit", "delete"])
def test_no_address_types_over_money(name, verb):
    with pytest.raises(NoReverseMatch):
        reverse(f"{name}:{verb}", args=[] if verb == "add" else [1])


def _refund_rows(count: int) -> None:
    for number in range(count):
        order = paid()
        Refund.objects.create(
            payment=order.payments.get(),
            order=order,
            out_request_no=f"R{order.number}{number}",
            amount=1,
            cause="staff",
            requested_by=superuser(),
        )


def _bill_rows(count: int) -> None:
    start = BillDifference.objects.count()
    for number in range(count):
        BillDifference.objects.create(
            bill_date=clock.now().date(),
            gateway="alipay",
            kind="missing_here",
            number=f"N{start + number}",
            theirs=1,
            settled_by=superuser(),
            settled_at=clock.now(),
        )


@pytest.mark.parametrize(
    ("listing", "make"),
    [("refund:index", _refund_rows), ("paymentattempt:index", _refund_rows), ("billdifference:index", _bill_rows)],
)
@pytest.mark.parametrize("export", ["", "csv"])
def test_the_lists_cost_the_same_for_1_and_for_30(desk, listing, make, export):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = desk.get(reverse(listing), {"export": export} if export else {})
            assert answer.getvalue() if export else answer.content
        return len(captured)

    make(1)
    queries()
    few = queries()
    make(29)

    assert queries() == few


@pytest.mark.parametrize(
    "query",
    [
        {"q": "R2"},
        {"state": "queued"},
        {"state": "nonsense"},
        {"cause": "staff"},
        {"trouble": "error"},
        {"trouble": "stray"},
        {"open": "no"},
        {"kind": "amount"},
        {"q": "\x00"},
    ],
)
def test_every_filter_answers(desk, query):
    _refund_rows(1)

    for listing in ("refund:index", "paymentattempt:index", "billdifference:index"):
        assert desk.get(reverse(listing), query).status_code == 200


def test_stray_money_is_found_and_the_page_says_so(desk):
    order = paid()
    stray = attempt_of(order, out_trade_no="STRAY-1", counts=False)

    found = desk.get(reverse("paymentattempt:index"), {"trouble": "stray"}).context["object_list"]
    assert list(found) == [stray]
    assert "未计入订单" in desk.get(reverse("order:inspect", args=[order.pk])).content.decode()
    assert "STRAY-1" in desk.get(reverse("paymentattempt:inspect", args=[stray.pk])).content.decode()
