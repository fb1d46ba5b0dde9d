"""A buyer in the built storefront: from a guest's cart to a paid order, and what comes after."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import OAuthBinding, User
from meiduo.storefront.built import SOURCE
from shop.aftersales.models import AfterSale
from shop.catalog.models import Sku
from shop.catalog.services import skus_changed
from shop.orders.models import Order
from shop.orders.states import OrderState
from tests.accounts.people import last_code
from tests.browser.storefront import keep_picture
from tests.factories.catalog import MallImageFactory
from tests.factories.content import make_home
from tests.factories.payment import order_paid_at
from tests.factories.people import PASSWORD
from tests.factories.sending import received_order, shipped_order
from tests.factories.trade import buyer_with_address, flat_freight, sku_with_stock, unpaid_order
from tests.fakes.alipay import StandIn, running

Visit = Callable[..., Page]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sku(mall: str) -> Sku:
    """Something on sale, of which ten pieces are there; the shop sends it for ten yuan."""
    make_home()
    flat_freight("10.00")
    sku = sku_with_stock(10, name="手冲咖啡壶", price="199.00", default_image=MallImageFactory())
    skus_changed([sku.pk])
    return sku


@pytest.fixture
def alipay(mall: str, settings: Any) -> Iterator[StandIn]:
    """The stand-in for Alipay, whose pay page leads back into this shop."""
    with running() as stand_in:
        options = {**stand_in.options, "return_url": f"{mall}/pay/{{order_id}}/result/"}
        settings.PAY_GATEWAYS = {"alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": options}}
        yield stand_in


def _log_in(page: Page, buyer: User) -> None:
    page.get_by_label("用户名、手机号或邮箱").fill(buyer.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def _visit_as(visit: Visit, buyer: User, path: str, *, screen: str = "phone") -> Page:
    page = visit(f"/login/?next={quote(path)}", screen=screen)
    _log_in(page, buyer)
    expect(page).to_have_url(re.compile(f"^[^?]+{re.escape(path)}"))
    return page


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_guest_fills_the_cart_logs_in_orders_and_pays(sku: Sku, alipay: StandIn, visit: Visit, screen: str) -> None:
    buyer = buyer_with_address()
    page = visit(f"/skus/{sku.pk}/", screen=screen)
    page.get_by_role("button", name="加入购物车").click()
    expect(page.get_by_text("已加入购物车")).to_be_visible()
    page.goto("/cart/")
    line = page.locator(f"[data-sku='{sku.pk}']")
    line.get_by_role("button", name="增加一件").click()
    expect(page.locator(".cart-sum")).to_contain_text("398")
    keep_picture(page, f"storefront-cart-{screen}")
    page.locator("[data-checkout]").click()

    # A guest's cart comes along through the login.
    _log_in(page, buyer)
    expect(page.get_by_role("heading", name="确认订单")).to_be_visible()
    expect(page.locator(".sums")).to_contain_text("¥10.00")
    expect(page.locator(".sums-all .price")).to_contain_text("408")
    keep_picture(page, f"storefront-checkout-{screen}")
    page.get_by_role("button", name="提交订单").click()

    page.get_by_role("button", name=re.compile("支付成功 扣款")).click()
    expect(page.locator("[data-result='paid']")).to_be_visible()
    expect(page.get_by_role("heading", name="付款成功")).to_be_visible()
    order = Order.objects.get()
    assert (order.state, order.total_count, str(order.paid_amount)) == (OrderState.TO_SHIP, 2, "408.00")
    page.get_by_role("link", name="查看订单").click()
    expect(page.locator("[data-status='2']")).to_be_visible()
    keep_picture(page, f"storefront-order-{screen}")
    expect(page.locator("a[href='/cart/'] .count")).to_have_count(0)


def test_a_connection_that_drops_while_ordering_places_one_order(sku: Sku, alipay: StandIn, visit: Visit) -> None:
    """The shop got the order, the buyer never got the answer: pressed again, it is the same order."""
    buyer = buyer_with_address()
    page = _visit_as(visit, buyer, f"/checkout/?sku_id={sku.pk}&count=1")
    expect(page.locator(".sums")).to_be_visible()
    keys: list[str | None] = []

    def lose_the_answer(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            route.fetch()
        route.abort() if len(keys) <= 4 else route.continue_()

    page.route("**/api/v1/orders/", lose_the_answer)
    page.get_by_label("货到付款").check()
    page.get_by_label("备注").fill("请放门卫")
    page.get_by_role("button", name="提交订单").click()
    # It is tried three times more by itself before it is told: some five seconds.
    expect(page.get_by_role("alert")).to_contain_text("不会重复下单", timeout=20_000)
    assert Order.objects.count() == 1
    page.get_by_role("button", name="提交订单").click()

    expect(page.get_by_role("heading", name="下单成功")).to_be_visible()
    assert len(keys) == 5
    assert len(set(keys)) == 1
    assert keys[0]
    assert Order.objects.get().remark == "请放门卫"


def test_what_sells_out_at_the_checkout_is_said_and_nothing_is_lost(sku: Sku, alipay: StandIn, visit: Visit) -> None:
    buyer = buyer_with_address()
    page = _visit_as(visit, buyer, f"/checkout/?sku_id={sku.pk}&count=3")
    expect(page.locator(".sums")).to_be_visible()
    page.get_by_label("备注").fill("送礼")
    unpaid_order(buyer, items={sku: 8})

    page.get_by_role("button", name="提交订单").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("库存只剩 2 件")
    page.get_by_role("button", name="买 2 件").click()

    expect(page.locator(".sums-all .price")).to_contain_text("408")
    expect(page.get_by_label("备注")).to_have_value("送礼")


def test_an_address_is_pasted_and_a_picker_fills_the_rest(sku: Sku, alipay: StandIn, visit: Visit) -> None:
    buyer = buyer_with_address()
    buyer.addresses.all().delete()
    page = _visit_as(visit, buyer, f"/checkout/?sku_id={sku.pk}&count=1")
    page.get_by_role("button", name="添加收货地址").click()
    page.get_by_label("粘贴一整行，自动填写").fill("李雷 13912345678 广东省广州市天河区体育西路 5 号")
    page.get_by_role("button", name="识别", exact=True).click()
    expect(page.get_by_label("收货人")).to_have_value("李雷")
    expect(page.get_by_label("区 / 县")).to_have_value("440106")

    # A municipality has one city: it is chosen by itself.
    page.get_by_label("省 / 直辖市").select_option(label="北京市")
    expect(page.get_by_label("城市")).to_have_value("110100")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请选到区县")).to_be_visible()
    page.get_by_label("区 / 县").select_option(label="朝阳区")
    page.get_by_role("button", name="保存").click()

    expect(page.locator(".address-now")).to_contain_text("北京市 朝阳区 体育西路 5 号")
    expect(page.locator(".sums-all .price")).to_contain_text("209")
    assert buyer.addresses.get().district_id == 110105


def test_a_login_that_ends_in_the_middle_of_the_checkout_loses_nothing(sku: Sku, alipay: StandIn, visit: Visit) -> None:
    buyer = buyer_with_address()
    page = _visit_as(visit, buyer, f"/checkout/?sku_id={sku.pk}&count=2")
    page.get_by_label("备注").fill("工作日送")
    page.get_by_label("货到付款").check()
    # As if it had been ended elsewhere: nothing that this browser holds counts any more.
    page.route("**/api/v1/orders/", lambda route: route.fulfill(status=401, json={"code": "auth.required"}))
    page.route("**/api/v1/authorizations/refresh/", lambda route: route.fulfill(status=401, json={}))
    page.get_by_role("button", name="提交订单").click()

    expect(page).to_have_url(re.compile(r"/login/\?next="))
    page.unroute_all()
    _log_in(page, buyer)
    expect(page.locator(".sums-all .price")).to_contain_text("408")
    expect(page.get_by_label("备注")).to_have_value("工作日送")
    expect(page.get_by_label("货到付款")).to_be_checked()
    page.get_by_role("button", name="提交订单").click()
    expect(page.get_by_role("heading", name="下单成功")).to_be_visible()
    assert Order.objects.get().total_count == 2


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_money_is_asked_back_and_the_application_withdrawn(
    sku: Sku, alipay: StandIn, visit: Visit, screen: str
) -> None:
    buyer = buyer_with_address()
    order = order_paid_at(alipay, buyer, items={sku: 2})
    page = _visit_as(visit, buyer, f"/user/orders/{order.number}/", screen=screen)
    page.get_by_role("button", name="申请售后").click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("请选择原因")).to_be_visible()
    page.get_by_label("原因", exact=True).select_option(label="拍错或多拍")
    page.get_by_label("补充说明").fill("多拍了一件")
    keep_picture(page, f"storefront-refund-{screen}")
    page.get_by_role("button", name="提交申请").click()

    expect(page.locator("[data-state='applied']")).to_be_visible()
    after_sale = AfterSale.objects.get()
    assert (str(after_sale.amount), after_sale.text) == ("408.00", "多拍了一件")
    page.get_by_role("button", name="撤回申请").click()
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.locator("[data-state='withdrawn']")).to_be_visible()
    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP


def test_an_order_is_followed_received_and_reviewed(sku: Sku, alipay: StandIn, visit: Visit) -> None:
    buyer = buyer_with_address()
    order = shipped_order(buyer, items={sku: 1})
    page = _visit_as(visit, buyer, "/user/orders/?status=3")
    card = page.locator(f"[data-order='{order.number}']")
    card.get_by_role("button", name="查看物流").click()
    expect(page.get_by_role("dialog")).to_contain_text(order.parcels.get().waybill)
    page.get_by_role("button", name="关闭").click()
    card.get_by_role("button", name="确认收货").click()
    page.get_by_role("dialog").get_by_role("button", name="确认收货").click()
    expect(page.get_by_text("这里还没有订单")).to_be_visible()

    page.goto(f"/user/orders/{order.number}/review/")
    page.locator("label").filter(has_text="4 星").click()
    page.get_by_label("评价", exact=True).fill("水流很稳，手柄不烫")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您的评价")).to_be_visible()
    order.refresh_from_db()
    assert order.state == OrderState.DONE
    assert order.lines.get().review.score == 4


def test_somebody_comes_from_qq_and_binds_once(
    sku: Sku, mall: str, visit: Visit, settings: Any, tmp_path: Path
) -> None:
    settings.ROOT_URLCONF = "tests.browser.oauth_urls"
    settings.OAUTH_CLIENTS = {"qq": {"redirect_uri": f"{mall}/oauth/qq/callback/"}}
    settings.SMS_VENDORS = ["outbox"]
    settings.SMS_PROVIDERS = {
        **settings.SMS_PROVIDERS,
        "outbox": {"class": "accounts.sms.providers.outbox.OutboxSms", "options": {"path": tmp_path / "sms.jsonl"}},
    }
    page = visit("/login/?next=/user/bindings/", screen="phone")
    page.get_by_role("button", name="QQ").click()
    page.locator("#agree").click()
    expect(page.get_by_role("heading", name="绑定手机号")).to_be_visible()
    # A code and its state must not stay in the address bar or the history.
    assert urlsplit(page.url).query == ""
    page.get_by_label("手机号").fill("13812345678")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.get_by_label("短信验证码").fill(last_code("13812345678"))
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="绑定并登录").click()

    expect(page).to_have_url(re.compile("/user/bindings/$"))
    expect(page.get_by_text("小美")).to_be_visible()
    assert OAuthBinding.objects.get().user.mobile == "13812345678"

    second = visit("/login/?next=/user/", screen="desk")
    second.get_by_role("button", name="QQ").click()
    second.locator("#agree").click()
    expect(second).to_have_url(re.compile("/user/$"))
    assert User.objects.count() == 1


PAGES = [
    "/cart/",
    "/checkout/?sku_id={sku}&count=1",
    "/user/",
    "/user/orders/",
    "/user/orders/{order}/",
    "/user/orders/{order}/review/",
    "/user/orders/{order}/refund/",
    "/user/refunds/",
    "/user/favorites/",
    "/user/history/",
    "/user/messages/",
    "/user/profile/",
    "/user/email/",
    "/user/addresses/",
    "/user/bindings/",
    "/user/security/",
    "/password/",
]


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_no_page_of_the_buyers_own_has_a_serious_hindrance(
    sku: Sku, alipay: StandIn, visit: Visit, screen: str
) -> None:
    axe = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("axe-core is a development package of the storefront: npm ci in site/storefront")
    buyer = buyer_with_address()
    order = received_order(buyer, items={sku: 1})
    page = _visit_as(visit, buyer, f"/skus/{sku.pk}/", screen=screen)
    page.get_by_role("button", name="加入购物车").click()
    expect(page.get_by_text("已加入购物车")).to_be_visible()
    found = []
    for path in PAGES:
        page.goto(path.format(sku=sku.pk, order=order.number))
        page.wait_for_load_state("networkidle")
        page.evaluate(Path(axe).read_text())
        result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        found += [
            (path, one["id"], one["nodes"][0]["html"][:120])
            for one in result["violations"]
            if one["impact"] in {"serious", "critical"}
        ]

    assert found == []
