"""A visitor in the built storefront: looking around, searching, choosing, logging in."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cms import building
from meiduo.storefront.built import SOURCE
from shop.catalog.services import skus_changed
from tests.accounts.people import last_code
from tests.browser.storefront import keep_picture
from tests.factories.catalog import (
    BrandFactory,
    LeafCategoryFactory,
    MallImageFactory,
    PictureFactory,
    SkuFactory,
    SpuFactory,
)
from tests.factories.content import make_banner, make_carousel, make_home
from tests.factories.people import PASSWORD, UserFactory

Visit = Callable[..., Page]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phones(mall: str) -> dict[str, Any]:
    """A category of 24 telephones; the first has colours and sizes, one of which is not made and one sold out."""
    leaf = LeafCategoryFactory(name="智能手机", parent__name="手机", parent__parent__name="手机通讯")
    brand = BrandFactory(name="华为")
    spu = SpuFactory(name="华为 Mate 手机", category=leaf, brand=brand, detail="<p>昆仑玻璃</p>")
    PictureFactory(spu=spu)
    made = {
        (colour, size): SkuFactory(
            spu=spu,
            name=f"华为 Mate 手机 {colour} {size}",
            price=price,
            stock=stock,
            options={"颜色": colour, "内存": size},
            default_image=MallImageFactory(),
        )
        for colour, size, price, stock in (
            ("黑色", "256GB", "4999.00", 10),
            ("黑色", "512GB", "5999.00", 10),
            ("白色", "256GB", "4899.00", 0),
        )
    }
    others = [
        SkuFactory(spu__category=leaf, spu__name=f"手机 {n:02}", name=f"手机 {n:02}", price=100 + n) for n in range(23)
    ]
    skus_changed([one.pk for one in (*made.values(), *others)])
    make_home(
        make_carousel(make_banner(title="手机节", image=MallImageFactory().pk)),
        building.products(title="精选", source=[building.picked(made["黑色", "256GB"].pk)]),
    )
    return {"leaf": leaf, "skus": made, "others": others}


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_a_visitor_goes_from_the_homepage_to_a_product_and_puts_it_into_the_cart(
    phones: dict[str, Any], visit: Visit, screen: str
) -> None:
    page = visit("/", screen=screen)
    expect(page.get_by_text("手机节").first).to_be_visible()
    page.get_by_role("link", name="华为 Mate 手机 黑色 256GB").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("华为 Mate 手机 黑色 256GB")
    expect(page).to_have_title(re.compile("华为 Mate"))
    keep_picture(page, f"storefront-sku-{screen}")
    page.get_by_role("button", name="增加一件").click()
    page.get_by_role("button", name="加入购物车").click()

    expect(page.get_by_text("已加入购物车")).to_be_visible()
    expect(page.locator("a[href='/cart/'] .count").locator("visible=true")).to_have_text("2")


def test_choices_switch_the_product_and_say_what_cannot_be_had(phones: dict[str, Any], visit: Visit) -> None:
    black = phones["skus"]["黑色", "256GB"]
    page = visit("/")
    page.get_by_role("link", name=black.name).click()
    size = page.get_by_role("group", name="内存")
    colour = page.get_by_role("group", name="颜色")
    expect(size.get_by_role("button", name="256GB")).to_have_attribute("aria-pressed", "true")

    size.get_by_role("button", name="512GB").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("华为 Mate 手机 黑色 512GB")
    expect(page.locator(".sku-price")).to_contain_text("5,999")
    # White is not made with 512 GB.
    expect(colour.get_by_role("button", name="白色")).to_be_disabled()

    size.get_by_role("button", name="256GB").click()
    colour.get_by_role("button", name="白色").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("华为 Mate 手机 白色 256GB")
    expect(page.get_by_role("button", name="加入购物车")).to_be_disabled()
    expect(page.get_by_text("暂时缺货")).to_be_visible()

    # However much was tried, one step back leaves the product.
    page.go_back()
    expect(page).to_have_url(re.compile(r"/$"))


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_coming_back_finds_the_list_as_it_was_left(phones: dict[str, Any], visit: Visit, screen: str) -> None:
    page = visit(f"/categories/{phones['leaf'].pk}/", screen=screen)
    cards = page.locator(".list-main .card")
    expect(cards).to_have_count(20)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(cards).to_have_count(24)
    last = cards.last.get_by_role("link")
    last.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 300
    last.click()
    expect(page.locator(".sku-name")).to_be_visible()

    page.go_back()

    expect(cards).to_have_count(24)
    page.wait_for_function("before => Math.abs(scrollY - before) < 5", arg=before)


def test_filters_stand_in_the_address_and_narrow_the_list(phones: dict[str, Any], visit: Visit) -> None:
    page = visit(f"/categories/{phones['leaf'].pk}/")
    side = page.get_by_role("complementary", name="筛选")
    side.get_by_label("最低价").fill("4000")
    side.get_by_role("button", name="确定").click()

    expect(page.locator(".list-main .card")).to_have_count(1)
    expect(page).to_have_url(re.compile("min_price=4000"))
    side.get_by_label("最低价").fill("99999")
    side.get_by_role("button", name="确定").click()
    expect(page.get_by_text("没有符合筛选条件的商品")).to_be_visible()
    page.locator(".empty").get_by_role("button", name="清除筛选").click()
    expect(page.locator(".list-main .card")).to_have_count(20)


def test_pinyin_finds_the_telephones_and_marks_them(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/")
    field = page.get_by_role("combobox", name="搜索商品")
    field.fill("shouji")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Enter")

    expect(page).to_have_url(re.compile(r"/search/\?text=shouji"))
    expect(page.locator(".list-main .card").first).to_be_visible()
    expect(page.locator(".card-name em").first).to_have_text("手机")
    keep_picture(page, "storefront-search-desk")


def test_nothing_found_helps_on(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/search/?text=zzqqxxyy", screen="phone")

    expect(page.get_by_text("没有找到合适的商品")).to_be_visible()
    page.locator(".empty").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/categories/$"))


def test_a_guest_who_wants_a_favourite_logs_in_and_is_back_at_the_product(phones: dict[str, Any], visit: Visit) -> None:
    buyer = UserFactory()
    sku = phones["skus"]["黑色", "256GB"]
    page = visit(f"/skus/{sku.pk}/", screen="phone")
    page.get_by_role("button", name="收藏").click()

    page.get_by_label("用户名、手机号或邮箱").fill(buyer.username)
    page.get_by_label("密码", exact=True).fill("wrong password")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()

    expect(page.locator(".sku-name")).to_have_text(sku.name)
    page.get_by_role("button", name="收藏").click()
    expect(page.get_by_role("button", name="取消收藏")).to_be_visible()
    # The login is kept: a new page of the same browser needs none.
    page.reload()
    expect(page.get_by_role("button", name="取消收藏")).to_be_visible()


def test_an_address_that_is_nobodys_leads_on(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/nothing/here/", screen="phone")

    expect(page.get_by_text("没有找到这个页面")).to_be_visible()
    page.get_by_role("link", name="去首页看看").click()
    expect(page.get_by_text("手机节").first).to_be_visible()


def test_without_javascript_the_shop_can_be_read(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_role("link", name="华为 Mate 手机").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("华为 Mate 手机")
    expect(page.get_by_text("昆仑玻璃")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="手机通讯").first.click()
    expect(page.locator(".card")).to_have_count(20)


def test_a_lost_connection_is_told_and_a_list_goes_on_after_it(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/", screen="phone")
    expect(page.get_by_text("手机节").first).to_be_visible()

    page.context.set_offline(True)
    expect(page.get_by_text("网络断开了")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text("网络断开了")).to_be_hidden()


def test_what_was_seen_and_clicked_is_told_to_the_shop(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/livez")
    told: list[Any] = []
    page.on("request", lambda request: told.append(request.post_data) if "/beacons/" in request.url else None)
    page.goto("/")
    expect(page.get_by_text("手机节").first).to_be_visible()
    with page.expect_request("**/api/v1/beacons/") as first:
        page.get_by_role("link", name="华为 Mate 手机 黑色 256GB").click()

    items = first.value.post_data_json["items"]
    assert {"impression", "click"} <= {item["kind"] for item in items}
    assert re.fullmatch(r"[\w-]{16,64}", first.value.post_data_json["visitor"])


def test_the_shop_speaks_english_where_it_is_told_to(phones: dict[str, Any], visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("button", name="EN").click()

    expect(page.get_by_text("All categories")).to_be_visible()
    page.reload()
    expect(page.get_by_text("All categories")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


PAGES = [
    "/",
    "/categories/{leaf}/",
    "/skus/{sku}/",
    "/search/?text=shouji",
    "/login/",
    "/signup/",
    "/nothing/",
    "/categories/",
]


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_no_page_has_a_serious_hindrance(phones: dict[str, Any], visit: Visit, screen: str) -> None:
    axe = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("axe-core is a development package of the storefront: npm ci in site/storefront")
    page = visit("/", screen=screen)
    found = []
    for path in PAGES:
        page.goto(path.format(leaf=phones["leaf"].pk, sku=phones["skus"]["黑色", "256GB"].pk))
        page.wait_for_load_state("networkidle")
        page.evaluate(Path(axe).read_text())
        result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        found += [
            (path, one["id"], one["nodes"][0]["html"][:120])
            for one in result["violations"]
            if one["impact"] in {"serious", "critical"}
        ]

    assert found == []


def test_somebody_signs_up_with_a_code_and_is_logged_in(
    phones: dict[str, Any], visit: Visit, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_VENDORS = ["outbox"]
    settings.SMS_PROVIDERS = {
        **settings.SMS_PROVIDERS,
        "outbox": {"class": "accounts.sms.providers.outbox.OutboxSms", "options": {"path": tmp_path / "sms.jsonl"}},
    }
    page = visit("/signup/?next=/categories/", screen="phone")
    page.get_by_label("用户名").fill("anna_2026")
    page.get_by_label("手机号").fill("13812345678")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.get_by_label("短信验证码").fill(last_code("13812345678"))
    page.get_by_label("设置密码").fill(PASSWORD)
    page.get_by_label("再输一遍密码").fill("something else")
    page.get_by_role("button", name="注册", exact=True).click()
    expect(page.get_by_text("两次输入的密码不一致")).to_be_visible()
    page.get_by_label("再输一遍密码").fill(PASSWORD)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="注册", exact=True).click()

    expect(page).to_have_url(re.compile(r"^[^?]+/categories/$"))
    assert User.objects.get().username == "anna_2026"
