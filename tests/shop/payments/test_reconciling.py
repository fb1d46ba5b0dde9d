"""Alipay's daily bill against our books, as a file that the stand-in wrote, and as files that people broke."""

import io
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel import clock
from shop.payments.bill import BillUnreadable, read_bill
from shop.payments.models import BillDifference, PaymentAttempt, Refund
from shop.payments.services import reconcile
from shop.payments.services.reconciling import BillDateUnclear
from tests.factories.payment import order_paid_at, started_payment
from tests.fakes.alipay import running

pytestmark = pytest.mark.django_db

Kind = BillDifference.Kind


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in


def today():
    return timezone.localdate()


def bill(alipay, day=None):
    with httpx.Client(trust_env=False) as browser:
        return browser.get(f"{alipay.url}/bill.csv", params={"date": str(day or today())}).content


def differences():
    return sorted(BillDifference.objects.filter(settled_at=None).values_list("kind", "number", "ours", "theirs"))


def refunded(alipay, order, *, number="RF1", amount="1.00", state=Refund.State.SUCCEEDED, there=True):
    payment = order.payments.get()
    if there:
        alipay.adapter().refund(
            out_trade_no=payment.out_trade_no, out_request_no=number, amount=Decimal(amount), reason=""
        )
    return Refund.objects.create(
        payment=payment,
        order=order,
        out_request_no=number,
        amount=Decimal(amount),
        state=state,
        cause=Refund.Cause.STAFF,
        done_at=clock.now() if state == Refund.State.SUCCEEDED else None,
    )


def test_a_day_on_which_both_say_the_same_has_no_differences(alipay):
    order = order_paid_at(alipay)
    refunded(alipay, order)
    raw = bill(alipay)
    assert "支付宝业务明细查询".encode("gbk") in raw

    done = reconcile(gateway="alipay", raw=raw)

    assert (done.day, done.payments, done.refunds, done.paid, done.refunded, done.is_even) == (
        today(),
        1,
        1,
        order.payable,
        Decimal("1.00"),
        True,
    )
    assert reconcile(gateway="alipay", raw=raw.decode("gbk").encode("utf-8-sig")).is_even


def test_all_four_kinds_are_found_for_payments_and_refunds_once(alipay):
    even, other_sum, unpaid_here, unknown_here = (order_paid_at(alipay) for _order in range(4))
    only_here = order_paid_at(alipay)
    refunded(alipay, even, number="OK")
    refunded(alipay, even, number="WAITS", state=Refund.State.UNKNOWN)
    refunded(alipay, even, number="OURS", there=False)
    refunded(alipay, even, number="SUM").delete()
    Refund.objects.filter(out_request_no="OK").update(amount=Decimal("1.01"))
    raw = bill(alipay)
    numbers = {
        name: order.payments.get().out_trade_no
        for name, order in {
            "sum": other_sum,
            "unpaid": unpaid_here,
            "unknown": unknown_here,
            "only": only_here,
        }.items()
    }
    PaymentAttempt.objects.filter(out_trade_no=numbers["sum"]).update(amount=other_sum.payable + 1)
    PaymentAttempt.objects.filter(out_trade_no=numbers["unpaid"]).update(state="pending", counts=False)
    PaymentAttempt.objects.filter(out_trade_no=numbers["unknown"]).delete()
    raw = b"\r\n".join(line for line in raw.split(b"\r\n") if numbers["only"].encode() not in line)

    expected = sorted(
        [
            (Kind.AMOUNT, numbers["sum"], other_sum.payable + 1, other_sum.payable),
            (Kind.STATE, numbers["unpaid"], unpaid_here.payable, unpaid_here.payable),
            (Kind.MISSING_HERE, numbers["unknown"], None, unknown_here.payable),
            (Kind.MISSING_THERE, numbers["only"], only_here.payable, None),
            (Kind.AMOUNT, "OK", Decimal("1.01"), Decimal("1.00")),
            (Kind.STATE, "WAITS", Decimal("1.00"), Decimal("1.00")),
            (Kind.MISSING_HERE, "SUM", None, Decimal("1.00")),
            (Kind.MISSING_THERE, "OURS", Decimal("1.00"), None),
        ]
    )
    for _run in range(2):
        done = reconcile(gateway="alipay", raw=raw)
        assert differences() == expected
        assert done.open == {"amount": 2, "state": 2, "missing_here": 2, "missing_there": 2}


def test_what_was_settled_stays_settled_and_what_no_longer_differs_settles_itself(alipay):
    order_paid_at(alipay)
    order_paid_at(alipay)
    first, second = PaymentAttempt.objects.order_by("pk")
    raw = bill(alipay)
    PaymentAttempt.objects.update(amount=first.amount + 1)
    reconcile(gateway="alipay", raw=raw)
    by_hand = BillDifference.objects.get(number=first.out_trade_no)
    BillDifference.objects.filter(pk=by_hand.pk).update(settled_at=clock.now(), note="已核实")
    PaymentAttempt.objects.filter(pk=second.pk).update(amount=second.amount)

    assert reconcile(gateway="alipay", raw=raw).is_even

    notes = dict(BillDifference.objects.values_list("number", "note"))
    assert notes == {first.out_trade_no: "已核实", second.out_trade_no: "重新对账后已一致"}


def test_the_day_must_be_clear(alipay):
    raw = bill(alipay)
    nameless = b"\r\n".join(line for line in raw.split(b"\r\n") if "起始日期".encode("gbk") not in line)

    with pytest.raises(BillDateUnclear):
        reconcile(gateway="alipay", raw=nameless)
    with pytest.raises(BillDateUnclear):
        reconcile(gateway="alipay", raw=raw, day=today() - timedelta(days=1))
    assert reconcile(gateway="alipay", raw=nameless, day=today()).day == today()


def test_yesterdays_payments_are_not_missed_in_todays_bill(alipay):
    order_paid_at(alipay)
    PaymentAttempt.objects.update(paid_at=clock.now() - timedelta(days=1))
    nothing = bill(alipay, today() - timedelta(days=30))

    assert reconcile(gateway="alipay", raw=nothing).is_even
    assert not reconcile(gateway="alipay", raw=bill(alipay, today() - timedelta(days=1))).is_even


def test_as_many_queries_for_thirty_rows_as_for_one(alipay, django_assert_max_num_queries):
    from django.db import connection

    def queries(rows):
        while PaymentAttempt.objects.count() < rows:
            url, _attempt = started_payment(alipay)
            alipay.pay(url)
        raw = bill(alipay)
        BillDifference.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as done:
            reconcile(gateway="alipay", raw=raw)
        assert BillDifference.objects.count() == rows
        return len(done)

    assert queries(1) == queries(30)


HEADER = "支付宝交易号,商户订单号,业务类型,商家实收（元）,退款批次号/请求号"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, "支付宝交易号"),
        ("#起始日期：[2026年11月21日 00:00:00]\n", 1, "支付宝交易号"),
        ("#起始日期：[2026年13月41日 00:00:00]\n" + HEADER, 1, "起始日期"),
        ("# x\n支付宝交易号,商户订单号,业务类型,退款批次号/请求号", 2, "商家实收（元）"),
        (HEADER + "\n1,2,转账,1.00,", 2, "业务类型"),
        (HEADER + "\n1,2,交易,1.00,\n1,3,交易,一元,", 3, "商家实收（元）"),
        (HEADER + "\n1,2,交易,NaN,", 2, "商家实收（元）"),
        (HEADER + "\n1,2,交易,1e5,", 2, "商家实收（元）"),
        (HEADER + "\n1,2,交易", 2, "商家实收（元）"),
        (HEADER + "\n1,,交易,1.00,", 2, "商户订单号"),
        (HEADER + "\n1," + "x" * 65 + ",交易,1.00,", 2, "商户订单号"),
        (HEADER + '\n1,2,交易,1.00,"' + "x" * 140_000, 2, "-"),
    ],
)
def test_what_is_no_bill_is_refused_by_line_and_column(text, line, column):
    with pytest.raises(BillUnreadable) as refused:
        read_bill(text.encode("gbk"))

    assert (refused.value.params["line"], refused.value.params["column"]) == (line, column)


def test_bytes_that_are_no_text_are_refused_by_line():
    with pytest.raises(BillUnreadable) as refused:
        read_bill(b"abc\n\xff\xff\xff")

    assert refused.value.params["line"] == 2


def test_tabs_behind_numbers_and_half_width_brackets_are_read():
    text = HEADER.replace("（元）", "(元)") + "\n2026\t, 2611P1\t,交易, 19.9 ,\n2027\t,2611P1\t,退款,-5.00,2611P1S\t"

    rows = read_bill(text.encode("gbk")).rows

    assert [(row.number, row.amount, row.is_refund) for row in rows] == [
        ("2611P1", Decimal("19.90"), False),
        ("2611P1S", Decimal("5.00"), True),
    ]


def run(path, *options):
    out = io.StringIO()
    try:
        call_command("reconcile_alipay", str(path), *options, stdout=out)
    except CommandError as failed:
        return failed.returncode, f"{out.getvalue()}{failed}"
    return 0, out.getvalue()


def test_the_command_prints_a_summary_and_exits_by_what_it_found(alipay, tmp_path):
    order = order_paid_at(alipay)
    path = tmp_path / "bill.csv"
    path.write_bytes(bill(alipay))
    assert run(path) == (0, f"{today()}: 1 payments ¥{order.payable}, 0 refunds ¥0.00\nno differences\n")

    PaymentAttempt.objects.update(amount=order.payable + 1)
    status, said = run(path, "--date", str(today()))
    assert status == 1
    assert f"金额不一致  {order.number}P1  ours ¥{order.payable + 1}, theirs ¥{order.payable}" in said
    assert "1 differences: 金额不一致 1" in said

    path.write_text("nonsense")
    status, said = run(path)
    assert (status, "第 1 行" in said) == (2, True)
    assert run(tmp_path / "nowhere.csv")[0] == 2
