"""Paying an order through the API: answers as the document says, errors by their codes."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from shop.payments.models import PaymentAttempt, Refund
from tests.accounts.people import get, put
from tests.factories.trade import buyer_with_address, paid_order, unpaid_order
from tests.fakes.alipay import NOTIFY_PATH, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in


def page(api, order, **query):
    return get(api, f"/orders/{order.number}/payment/", query, who=order.user)


def status(api, fields):
    return api.put(f"/api/v1/payment/status/?{urlencode(fields)}")


@pytest.mark.parametrize(("query", "method"), [({}, "page"), ({"channel": ""}, "page"), ({"channel": "wap"}, "wap")])
def test_my_order_has_a_page_to_pay_on(api, alipay, query, method):
    order = unpaid_order()

    answer = page(api, order, **query)

    assert answer.status_code == 200
    sent = parse_qs(urlsplit(answer.json()["alipay_url"]).query)
    assert sent["method"] == [f"alipay.trade.{method}.pay"]
    assert sent["return_url"] == [f"http://shop.example/pay/{order.number}/result/"]
    assert "private" not in answer.content.decode().lower()


def test_a_paid_order_and_a_strangers_have_none(api, alipay):
    paid, mine = paid_order(), unpaid_order()

    assert page(api, paid).json()["code"] == "payment.not_payable"
    theirs = get(api, f"/orders/{mine.number}/payment/", who=buyer_with_address())
    assert (theirs.status_code, theirs.json()["code"]) == (404, "order.not_found")
    assert get(api, f"/orders/{mine.number}/payment/").status_code == 401
    assert page(api, mine, channel="barcode").json()["errors"][0]["field"] == "channel"


def test_a_shop_without_a_gateway_says_so(api, settings):
    settings.PAY_GATEWAYS = {}

    assert page(api, unpaid_order()).json()["code"] == "payment.no_gateway"
    assert status(api, {"sign": "x"}).json()["code"] == "payment.no_gateway"


def test_what_the_browser_brings_back_is_answered_paid_confirming_or_returned(api, alipay):
    order = unpaid_order()
    trade = alipay.open(page(api, order).json()["alipay_url"])
    fields = alipay.returned(trade)

    assert status(api, fields).json() == {
        "trade_id": trade.trade_no,
        "order_id": order.number,
        "status": "confirming",
    }
    alipay.gateway.pay(trade)
    assert status(api, fields).json()["status"] == "paid"
    PaymentAttempt.objects.update(counts=False)
    assert status(api, fields).json()["status"] == "returned"
    assert Refund.objects.count() == 0


def test_a_return_that_is_sent_all_the_time_is_slowed_down(api, alipay):
    trade = alipay.open(page(api, unpaid_order()).json()["alipay_url"])
    fields = alipay.returned(trade)

    answers = [status(api, fields).status_code for _time in range(22)]

    assert answers == [200] * 20 + [429] * 2


@pytest.mark.parametrize("query", [{}, {"sign": "x"}, {"out_trade_no": "", "sign": ""}, {"sign": ["a", "b"]}])
def test_a_return_that_nobody_signed_is_refused(api, alipay, query):
    answer = api.put(f"/api/v1/payment/status/?{urlencode(query, doseq=True)}")

    assert (answer.status_code, answer.json()["code"]) == (400, "payment.forged")


def test_a_gateway_in_trouble_is_503_when_an_old_payment_stands_in_the_way(api, alipay):
    order = unpaid_order()
    page(api, order)
    PaymentAttempt.objects.update(amount=order.payable + 1)
    alipay.mood("close", "down")

    answer = page(api, order)

    assert (answer.status_code, answer.json()["code"]) == (503, "payment.unknown")


def test_notices_are_answered_in_plain_text(api, alipay):
    order = unpaid_order()
    trade = alipay.pay(page(api, order).json()["alipay_url"], notices=1)

    good = api.post(NOTIFY_PATH, alipay.notice(trade.out_trade_no))
    bad = api.post(NOTIFY_PATH, {"sign": "x"})

    assert (good.status_code, good.content, good["Content-Type"]) == (200, b"success", "text/plain")
    assert (bad.status_code, bad.content) == (400, b"failure")
    assert not good.cookies
    assert put(api, "/payment/alipay/notify/").status_code == 405
