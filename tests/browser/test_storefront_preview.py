"""The editor's preview, a preview link and the screen of any moment, in the built storefront before a browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, FrameLocator, Page, expect

from accounts.models import User
from cms import building
from cms.models import BlockFigure, HomePage
from cms.services import passes
from tests.browser.storefront import keep_picture
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.content import make_banner, make_carousel, make_home
from tests.factories.people import StaffFactory

SignedIn = Callable[[User], Page]


@pytest.fixture
def shop(mall: str) -> HomePage:
    """A homepage with a banner, one that comes tomorrow, and products."""
    tomorrow = timezone.now() + timedelta(days=1)
    image = MallImageFactory(title="主会场图").pk
    skus = [SkuFactory(name=f"极光手机 {number} 代") for number in range(1, 5)]
    return make_home(
        make_carousel(
            make_banner(image=image, title="旧标题", text="第一天"),
            make_banner(image=image, title="明日开抢", times=building.schedule(tomorrow)),
        ),
        building.products(title="精选", source=[building.picked(*(sku.pk for sku in skus))]),
    )


@pytest.fixture
def asked() -> list[str]:
    """What the API was asked by pages that were watched."""
    return []


@pytest.fixture
def editor(mall: str, shop: HomePage, signed_in: SignedIn, asked: list[str]) -> Page:
    """The homepage's editor."""
    page = signed_in(StaffFactory(is_superuser=True))
    page.set_default_timeout(30_000)
    _watch(page, asked)
    page.goto(f"{mall}/admin/pages/{shop.pk}/edit/")
    return page


def _watch(page: Page, asked: list[str]) -> None:
    """Remember what the shop's API is asked, and what a policy refuses."""
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    page.on("console", lambda said: asked.append(said.text) if "Content Security Policy" in said.text else None)


def _unfold_banner(page: Page, shop: HomePage) -> None:
    carousel = shop.body.get_prep_value()[0]
    banner = carousel["value"]["banners"][0]
    for block in (carousel, banner):
        page.locator(f"button[aria-controls='block-{block['id']}-content']").click()


def _in_storefront(frame: FrameLocator) -> None:
    """The application has taken over from the server's HTML."""
    expect(frame.locator(".blocks .block").first).to_be_visible(timeout=30_000)


def test_an_edit_shows_in_the_preview_as_buyers_will_see_it_on_a_phone_and_a_desk(
    editor: Page, shop: HomePage, asked: list[str]
) -> None:
    _unfold_banner(editor, shop)
    editor.locator("input[name='body-0-value-banners-0-value-title']").fill("还没发布")
    editor.get_by_role("button", name="预览开关").click()
    frame = editor.frame_locator("#w-preview-iframe")
    expect(frame.locator(".banner b", has_text="还没发布").first).to_be_visible(timeout=30_000)
    _in_storefront(frame)
    # And again, with the preview open: typed as people type.
    field = editor.locator("input[name='body-0-value-banners-0-value-text']")
    field.press("Control+a")
    field.press_sequentially("全场包邮", delay=200)
    field.blur()
    expect(frame.locator(".banner", has_text="全场包邮").first).to_be_attached(timeout=30_000)
    _in_storefront(frame)

    widths = {}
    for size in ("mobile", "desktop"):
        editor.locator(f"input[name='preview-size'][value='{size}']").check(force=True)
        widths[size] = editor.locator("#w-preview-iframe").evaluate("frame => frame.contentWindow.innerWidth")
        expect(frame.locator("nav.bar")).to_be_visible(visible=size == "mobile")
        keep_picture(editor, f"preview-{size}")
    assert widths["mobile"] < 500 < 1000 < widths["desktop"]

    # The later moment, by the field beside Wagtail's own.
    expect(frame.locator(".banner b", has_text="明日开抢")).to_have_count(0)
    later = timezone.localtime() + timedelta(days=2)
    editor.locator("#preview-moment").fill(later.strftime("%Y-%m-%dT%H:%M"))
    expect(frame.locator(".banner b", has_text="明日开抢").first).to_be_attached(timeout=30_000)

    assert asked == [], "the preview asks nothing, and nothing of it is refused by its policy"
    assert not BlockFigure.objects.exists()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_preview_link_shows_the_draft_to_a_guest_and_its_links_open_the_shop_beside_it(
    browser: Browser, mall: str, shop: HomePage, asked: list[str], width: str
) -> None:
    shop.title = "草稿"
    shop.body[0].value["banners"][0]["title"] = "还没发布"
    shop.save_revision()
    given = passes.make_page_pass(page=shop, by=StaffFactory(is_superuser=True), lasts=timedelta(hours=1))
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(30_000)
    _watch(page, asked)
    page.goto(f"{mall}{reverse('cms_preview')}#{given}")
    page.wait_for_url("**/preview/page/")
    page.locator(f"input[value='{width}']").check(force=True)

    frame = page.frame_locator("iframe")
    _in_storefront(frame)
    expect(frame.locator(".banner b", has_text="还没发布").first).to_be_visible()
    expect(frame.locator("nav.bar")).to_be_visible(visible=width == "phone")
    keep_picture(page, f"preview-link-{width}")
    before = list(asked)
    with context.expect_page() as beside:
        frame.locator(".card a", has_text="极光手机 1 代").first.click()
    beside.value.wait_for_url("**/skus/*/")
    expect(frame.locator(".banner b", has_text="还没发布").first).to_be_visible()

    assert before == []
    beside.value.goto(mall)
    expect(beside.value.locator(".banner b", has_text="旧标题").first).to_be_visible()
    context.close()


def test_the_screen_of_any_moment_shows_both_widths_in_the_storefront(
    mall: str, shop: HomePage, signed_in: SignedIn, asked: list[str]
) -> None:
    page = signed_in(StaffFactory(is_superuser=True))
    page.set_default_timeout(30_000)
    _watch(page, asked)
    later = timezone.localtime() + timedelta(days=2)

    page.goto(f"{mall}{reverse('cms_moment')}?at={later:%Y-%m-%dT%H:%M}")

    for title in ("手机上的首页", "电脑上的首页"):
        frame = page.frame_locator(f"iframe[title='{title}']")
        _in_storefront(frame)
        expect(frame.locator(".banner b", has_text="明日开抢").first).to_be_attached()
    keep_picture(page, "preview-moment")
    assert asked == []
