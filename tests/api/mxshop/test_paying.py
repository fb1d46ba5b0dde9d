"""The second contract's way to Alipay and back, through the real SDK and the stand-in gateway."""

import pytest

from shop.audit.selectors import drifts
from tests.api.mxshop.client import ask
from tests.factories.areas import install_areas
from tests.factories.people import UserFactory
from tests.factories.trade import sku_with_stock
from tests.fakes.alipay import running

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = {"address": "广东省广州市天河区体育西路1号", "signer_name": "张三", "singer_mobile": "13912345678"}


@pytest.fixture
def alipay(settings):
    with running() as stand_in:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": stand_in.options}
        }
        yield stand_in


@pytest.fixture
def buyer():
    install_areas()
    return UserFactory()


def placed(api, buyer):
    ask(api, "post", "/shopcarts/", {"goods": sku_with_stock(3).spu_id, "nums": 2}, who=buyer)
    answer = ask(api, "post", "/orders/", ORDER, who=buyer)
    assert answer.status_code == 201, answer.content
    return answer.json()


def status(api, buyer, order):
    return ask(api, "get", f"/orders/{order['id']}/", who=buyer).json()["pay_status"]


def test_the_notice_pays_and_is_answered_with_success_however_often_it_comes(api, buyer, alipay):
    order = placed(api, buyer)
    trade = alipay.pay(order["alipay_url"], notices=1)
    fields = alipay.notice(trade.out_trade_no)

    answers = [api.post("/api/mxshop/alipay/return/", fields) for _time in range(3)]

    assert [(one.status_code, one.content) for one in answers] == [(200, b"success")] * 3
    assert status(api, buyer, order) == "TRADE_SUCCESS"
    assert list(drifts()) == []


def test_the_browsers_return_is_confirmed_at_the_gateway_before_it_counts(api, buyer, alipay):
    order = placed(api, buyer)
    trade = alipay.pay(order["alipay_url"])

    back = api.get("/api/mxshop/alipay/return/", alipay.returned(trade))

    assert back.status_code == 302
    assert back.cookies["nextPath"].value == "pay"
    assert status(api, buyer, order) == "TRADE_SUCCESS"


def test_a_return_without_money_behind_it_pays_nothing(api, buyer, alipay):
    order = placed(api, buyer)
    trade = alipay.open(order["alipay_url"])

    back = api.get("/api/mxshop/alipay/return/", alipay.returned(trade))

    assert back.status_code == 302
    assert status(api, buyer, order) == "paying"


def test_an_order_stands_without_its_page_while_the_gateway_is_missing(api, buyer, settings):
    settings.PAY_GATEWAYS = {}

    order = placed(api, buyer)

    assert order["alipay_url"] == ""
    assert status(api, buyer, order) == "paying"
