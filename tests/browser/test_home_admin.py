"""The marketer at the homepage's editor, in a real browser."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cms import building
from cms.models import HomePage
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.content import make_banner, make_carousel, make_home
from tests.factories.people import StaffFactory

SignedIn = Callable[[User], Page]


def _picture(page: Page, name: str) -> None:
    """Keep a picture of the screen where SCREENSHOTS says, for a person to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def editor(live_server: Any, signed_in: SignedIn, transactional_db: None) -> Page:
    """The homepage's editor with a carousel of one banner, all of it unfolded."""
    sku = SkuFactory(name="手机甲")
    image = MallImageFactory(title="主会场图")
    make_home(
        make_carousel(make_banner(image=image.pk, title="旧标题")),
        building.products(title="精选", source=[building.picked(sku.pk)]),
    )
    page = signed_in(StaffFactory(is_superuser=True))
    page.goto(f"{live_server.url}/admin/home/")
    expect(page.locator(".c-sf-block__type", has_text="轮播图")).to_be_visible()
    return page


def _unfold_banner(page: Page) -> None:
    carousel = HomePage.objects.get().body.get_prep_value()[0]
    banner = carousel["value"]["banners"][0]
    for block in (carousel, banner):
        page.locator(f"button[aria-controls='block-{block['id']}-content']").click()


def _publish(page: Page) -> None:
    # By structure rather than by words: most words of these screens are Wagtail's, and translated.
    page.locator("footer .w-dropdown__toggle").click()
    page.locator("button[name='action-publish']").click()
    page.wait_for_load_state("networkidle")


def _titles(api: Any) -> list[str]:
    return [banner["title"] for banner in api.get("/api/v1/home/").json()["banners"]]


def test_a_marketer_renames_a_banner_publishes_and_the_public_homepage_shows_it(editor: Page, api: Any) -> None:
    assert _titles(api) == ["旧标题"]
    _unfold_banner(editor)
    field = editor.locator("input[name='body-0-value-banners-0-value-title']")
    expect(field).to_have_value("旧标题")
    _picture(editor, "home-editor")

    field.fill("新标题")
    _publish(editor)

    expect(editor.locator(".messages .success")).to_be_visible()
    _picture(editor, "home-published")
    assert _titles(api) == ["新标题"]


def test_a_reversed_schedule_is_refused_at_its_field_and_nothing_is_published(editor: Page, api: Any) -> None:
    _unfold_banner(editor)
    editor.locator("button[aria-controls='block_group-body-0-value-banners-0-value-settings']").click()
    for name, moment in (("go_live_at", "2026-11-11 12:00"), ("expire_at", "2026-11-11 11:00")):
        field = editor.locator(f"input[name='body-0-value-banners-0-value-schedule-{name}']")
        # Written without the focus, which opens a calendar over the buttons that come next.
        field.evaluate("(field, text) => { field.value = text; field.dispatchEvent(new Event('change')) }", moment)
    _picture(editor, "home-schedule")

    _publish(editor)

    expect(editor.get_by_text("下线时间必须晚于上线时间")).to_be_visible()
    _picture(editor, "home-schedule-refused")
    assert _titles(api) == ["旧标题"]


def test_the_preview_beside_the_editor_shows_the_draft(editor: Page, api: Any) -> None:
    _unfold_banner(editor)
    editor.locator("input[name='body-0-value-banners-0-value-title']").fill("还没发布")
    editor.get_by_role("button", name="预览开关").click()

    preview = editor.frame_locator("iframe[title='预览']").last

    expect(preview.locator("img[alt='还没发布']")).to_be_attached(timeout=20_000)
    _picture(editor, "home-preview")
    assert _titles(api) == ["旧标题"]


def test_products_are_picked_from_a_list_that_can_be_searched(editor: Page) -> None:
    SkuFactory(name="平板乙", code="PAD-2")
    grid = HomePage.objects.get().body.get_prep_value()[1]
    editor.locator(f"button[aria-controls='block-{grid['id']}-content']").click()
    chooser = editor.locator(".chooser:visible", has_text="手机甲")
    chooser.locator(".w-dropdown__toggle").click()
    editor.get_by_text("换一个商品").click()

    modal = editor.locator(".modal")
    expect(modal.get_by_text("平板乙")).to_be_visible()
    modal.get_by_label("搜索").fill("PAD-2")

    expect(modal.get_by_role("link", name="平板乙")).to_be_visible()
    expect(modal.get_by_text("手机甲")).to_be_hidden()
    _picture(editor, "sku-chooser")
    modal.get_by_role("link", name="平板乙").click()
    expect(editor.locator(".chooser:visible", has_text="平板乙")).to_be_visible()
