"""The Alipay adapter through the real SDK, against the stand-in over HTTP."""

import time
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from kernel import clock
from shop.payments.errors import GatewayUnknown, NoticeForged
from shop.payments.gateways.fake.keys import SELLER_ID, Keys, sign, signed_text
from shop.payments.port import Channel, RefundOutcome, TradeState
from tests.fakes.alipay import APP_ID, keys, running


@pytest.fixture
def alipay():
    with running() as stand_in:
        yield stand_in


def start(adapter, number="T1", amount="19.90", channel=Channel.PAGE, expires_at=None):
    return adapter.start(
        out_trade_no=number, amount=Decimal(amount), subject="手机=A&B/C", channel=channel, expires_at=expires_at
    )


@pytest.mark.parametrize("channel", Channel)
def test_the_pay_address_is_signed_and_opens_a_page_of_that_sum(alipay, channel):
    trade = alipay.open(start(alipay.adapter(), channel=channel))

    assert (trade.amount, trade.subject, trade.wap) == ("19.90", "手机 A B C", int(channel is Channel.WAP))


def test_the_page_ends_before_the_order_does_on_beijings_clock(alipay):
    ends = clock.now() + timedelta(minutes=30)
    query = dict(parse_qsl(urlsplit(start(alipay.adapter(), expires_at=ends)).query))

    from zoneinfo import ZoneInfo

    shanghai = ends.astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(minutes=1)
    assert f'"time_expire":"{shanghai:%Y-%m-%d %H:%M:%S}"' in query["biz_content"]
    assert query["timestamp"][:13] == f"{clock.now().astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H}"
    assert "?" not in query["notify_url"]


def test_a_query_tells_absent_waiting_paid_and_closed(alipay):
    adapter = alipay.adapter()
    url = start(adapter)

    assert adapter.query(out_trade_no="T1").state is TradeState.ABSENT
    trade = alipay.open(url)
    assert adapter.query(out_trade_no="T1").state is TradeState.WAITING
    alipay.gateway.pay(trade)
    paid = adapter.query(out_trade_no="T1")
    assert (paid.state, paid.amount, bool(paid.trade_no)) == (TradeState.PAID, Decimal("19.90"), True)
    assert abs(paid.paid_at - clock.now()) < timedelta(seconds=10)
    alipay.open(start(adapter, "T2"))
    assert adapter.close(out_trade_no="T2").state is TradeState.CLOSED
    assert adapter.query(out_trade_no="T2").state is TradeState.CLOSED


def test_closing_says_what_stands_in_the_way(alipay):
    adapter = alipay.adapter()
    assert adapter.close(out_trade_no="T1").state is TradeState.ABSENT
    alipay.pay(start(adapter))
    assert adapter.close(out_trade_no="T1").state is TradeState.PAID


def test_refunds_go_by_their_own_numbers_and_never_twice(alipay):
    adapter = alipay.adapter()
    alipay.pay(start(adapter))
    part = {"out_trade_no": "T1", "amount": Decimal("5.00"), "reason": "质量问题"}

    assert adapter.query_refund(out_trade_no="T1", out_request_no="R1").outcome is RefundOutcome.ABSENT
    first = adapter.refund(**part, out_request_no="R1")
    again = adapter.refund(**part, out_request_no="R1")
    other = adapter.refund(**part, out_request_no="R2")

    assert [answer.outcome for answer in (first, again, other)] == [RefundOutcome.DONE] * 3
    assert [answer.amount for answer in (first, again, other)] == [Decimal("5.00")] * 3
    assert alipay.trade("T1").refunded == "10.00"
    found = adapter.query_refund(out_trade_no="T1", out_request_no="R2")
    assert (found.outcome, found.amount) == (RefundOutcome.DONE, Decimal("5.00"))


def test_a_refund_of_more_than_was_paid_is_refused_with_the_gateways_code(alipay):
    adapter = alipay.adapter()
    alipay.pay(start(adapter))

    answer = adapter.refund(out_trade_no="T1", out_request_no="R1", amount=Decimal("19.91"), reason="")

    assert answer.outcome is RefundOutcome.REFUSED
    assert "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL" in answer.detail


@pytest.mark.parametrize(
    "mood", ["down", "garbage", "system_error", "done_then_error", "unsigned", "wrong_key", "hang_after", "hang"]
)
def test_whatever_nobody_vouches_for_is_unknown_and_ends_in_time(alipay, mood):
    adapter = alipay.adapter(patience=0.4)
    alipay.pay(start(adapter))
    alipay.mood("", mood)
    began = time.monotonic()

    for ask in (
        lambda: adapter.query(out_trade_no="T1"),
        lambda: adapter.close(out_trade_no="T1"),
        lambda: adapter.refund(out_trade_no="T1", out_request_no="R1", amount=Decimal("1.00"), reason=""),
        lambda: adapter.query_refund(out_trade_no="T1", out_request_no="R1"),
    ):
        with pytest.raises(GatewayUnknown):
            ask()
    assert time.monotonic() - began < 4


def test_a_gateway_that_nobody_runs_is_unknown(alipay):
    adapter = alipay.adapter(url="http://127.0.0.1:9/gateway.do")

    with pytest.raises(GatewayUnknown, match="ConnectError"):
        adapter.query(out_trade_no="T1")


def test_a_refund_that_happened_before_the_error_is_found_by_its_number(alipay):
    adapter = alipay.adapter()
    alipay.pay(start(adapter))
    alipay.mood("refund", "done_then_error")
    part = {"out_trade_no": "T1", "out_request_no": "R1"}

    with pytest.raises(GatewayUnknown):
        adapter.refund(**part, amount=Decimal("5.00"), reason="")

    assert adapter.query_refund(**part).outcome is RefundOutcome.DONE
    alipay.good_mood()
    assert adapter.refund(**part, amount=Decimal("5.00"), reason="").outcome is RefundOutcome.DONE
    assert alipay.trade("T1").refunded == "5.00"


def test_a_notice_says_who_paid_how_much_for_which_trade(alipay):
    adapter = alipay.adapter()
    alipay.pay(start(adapter), notices=1)
    fields = alipay.notice("T1")
    kept = dict(fields)

    trade = adapter.parse_notice(fields)

    assert (trade.out_trade_no, trade.state, trade.amount) == ("T1", TradeState.PAID, Decimal("19.90"))
    assert (trade.app_id, trade.seller_id, trade.refunded) == (APP_ID, SELLER_ID, Decimal("0.00"))
    assert fields == kept


@pytest.mark.parametrize(
    "change",
    [
        {"total_amount": "0.01"},
        {"extra": "1"},
        {"sign": ""},
        {"sign": "不是签名"},
        {"sign": "AAAA"},
        {"sign": "\ud800"},
        {"sign_type": "RSA"},
        {"sign_type": ""},
        {"subject": "\ud800"},
    ],
)
def test_a_changed_notice_is_forged(alipay, change):
    alipay.pay(start(alipay.adapter()), notices=1)

    with pytest.raises(NoticeForged):
        alipay.adapter().parse_notice(alipay.notice("T1") | change)


@pytest.mark.parametrize("missing", ["sign", "sign_type", "total_amount", "trade_status"])
def test_a_notice_with_a_field_less_is_forged(alipay, missing):
    alipay.pay(start(alipay.adapter()), notices=1)
    fields = alipay.notice("T1")
    del fields[missing]

    with pytest.raises(NoticeForged):
        alipay.adapter().parse_notice(fields)


def test_the_shops_own_key_signs_no_notice(alipay):
    trade = alipay.open(start(alipay.adapter()))
    alipay.gateway.tell_forged(trade)

    with pytest.raises(NoticeForged):
        alipay.adapter().parse_notice(alipay.notice("T1"))


def test_a_return_proves_nothing_and_is_no_notice(alipay):
    adapter = alipay.adapter()
    trade = alipay.pay(start(adapter))
    fields = alipay.returned(trade)

    assert adapter.parse_return(fields).state is TradeState.WAITING
    with pytest.raises(NoticeForged):
        adapter.parse_notice(fields)
    with pytest.raises(NoticeForged):
        adapter.parse_return(fields | {"total_amount": "1.00"})


@pytest.mark.parametrize("amount", ["1e3", "-1.00", "NaN", "1.234", "", "１.00"])
def test_a_well_signed_amount_that_is_none_is_refused(alipay, amount):
    trade = alipay.open(start(alipay.adapter()))
    alipay.gateway.tell(trade, "TRADE_SUCCESS", total_amount=amount)

    with pytest.raises(NoticeForged):
        alipay.adapter().parse_notice(alipay.notice("T1"))


def test_the_stand_in_answers_only_the_app_that_it_knows(alipay):
    stranger = Keys.made()

    with pytest.raises(GatewayUnknown, match=r"isv\.invalid-signature"):
        alipay.adapter(private_key=stranger.app_private).query(out_trade_no="T1")
    with pytest.raises(GatewayUnknown, match=r"isv\.invalid-app-id"):
        alipay.adapter(app_id="1").query(out_trade_no="T1")


def test_keys_may_be_paths_or_bare_base64_and_bad_ones_are_named_but_not_shown(alipay, tmp_path):
    path = tmp_path / "app.pem"
    path.write_text(keys().app_private)
    bare = "".join(keys().gateway_public.splitlines()[1:-1])
    bare_private = "".join(keys().app_private.splitlines()[1:-1])

    assert alipay.adapter(private_key=str(path), public_key=bare).query(out_trade_no="T").state is TradeState.ABSENT
    assert alipay.adapter(private_key=bare_private).query(out_trade_no="T").state is TradeState.ABSENT
    with pytest.raises(ImproperlyConfigured, match="ALIPAY_PRIVATE_KEY") as wrong:
        alipay.adapter(private_key="secret nonsense")
    assert "nonsense" not in str(wrong.value)
    with pytest.raises(ImproperlyConfigured, match="query"):
        alipay.adapter(notify_url="https://shop.example/notify/?a=1")


def test_what_the_sdk_signs_another_implementation_verifies(alipay):
    query = dict(parse_qsl(urlsplit(start(alipay.adapter())).query))

    assert sign(signed_text(query), keys().app_private) == query["sign"]
