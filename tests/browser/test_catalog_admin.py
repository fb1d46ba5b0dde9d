"""A merchant makes a product in a real browser: form, specs, SKU matrix, stock."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shop.catalog.models import Sku, Spu
from tests.factories.catalog import LeafCategoryFactory, MallImageFactory, SpuFactory
from tests.factories.staff import superuser


def _picture(page: Page, name: str) -> None:
    """Keep a picture of the screen where SCREENSHOTS says, for a person to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def desk(live_server: Any, transactional_db: None, page: Page) -> Page:
    """The back office after a login by name and password, with a category and a picture to choose."""
    LeafCategoryFactory(name="智能手机")
    MallImageFactory(title="正面照")
    user = superuser()
    page.goto(f"{live_server.url}/admin/login/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill("a good pass phrase")
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{live_server.url}/admin/")
    return page


def _add(page: Page, prefix: str) -> None:
    page.locator(f"#id_{prefix}-ADD").click()


def _fill_product(page: Page, server: str) -> None:
    """The product's form with two specs of two options each."""
    page.goto(f"{server}/admin/spu/new/")
    page.locator("[name=name]").fill("华为 Mate 60")
    page.locator("[name=code]").fill("M60")
    page.locator("[name=category]").select_option(label="智能手机")
    page.get_by_role("tab", name="规格", exact=True).click()
    for number, (spec, values) in enumerate({"颜色": ["黑色", "白色"], "存储": ["256GB", "512GB"]}.items()):
        _add(page, "specs")
        page.locator(f"[name=specs-{number}-name]").fill(spec)
        for place, value in enumerate(values):
            option = page.locator(f"[name=specs-{number}-options-{place}-value]")
            if not option.count():
                _add(page, f"specs-{number}-options")
            option.fill(value)
    _picture(page, "spu-specs")


def _save_matrix(page: Page) -> None:
    page.get_by_role("button", name="保存：生成勾选的 SKU").click()
    page.wait_for_load_state("load")


def test_a_merchant_makes_a_product_its_matrix_and_its_stock_and_finds_it_in_the_list(
    live_server: Any, desk: Page
) -> None:
    _fill_product(desk, live_server.url)
    desk.get_by_role("button", name="保存，下一步生成 SKU").click()

    expect(desk.locator("#header-title")).to_have_text("华为 Mate 60")
    rows = desk.locator("table.matrix tbody tr")
    expect(rows).to_have_count(4)
    desk.get_by_label("批量填写售价").fill("6499")
    desk.get_by_label("批量填写初始库存").fill("20")
    rows.nth(3).get_by_role("checkbox").first.uncheck()
    desk.get_by_role("button", name="填入各行").click()
    rows.nth(1).get_by_label("售价").fill("6999")
    _picture(desk, "matrix-new")
    _save_matrix(desk)

    expect(desk.locator(".messages")).to_contain_text("新生成 3 个 SKU")
    assert list(Sku.objects.values_list("name", "price", "stock")) == [
        ("华为 Mate 60 黑色 256GB", 6499, 20),
        ("华为 Mate 60 黑色 512GB", 6999, 20),
        ("华为 Mate 60 白色 256GB", 6499, 20),
    ]

    rows.nth(0).get_by_role("link", name="调整").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("变动数量").fill("-21")
    dialog.get_by_label("原因").fill("盘亏")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_role("alert").first).to_have_text("库存不足，现有 20 件")
    _picture(desk, "matrix-adjust")
    dialog.get_by_label("变动数量").fill("-5")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    expect(rows.nth(0).locator("[data-stock]")).to_have_text("15")

    desk.goto(f"{live_server.url}/admin/spu/")
    row = desk.locator("table.listing tbody tr", has_text="华为 Mate 60")
    expect(row).to_contain_text("¥6,499.00 – ¥6,999.00")
    expect(row).to_contain_text("55")
    expect(row).to_contain_text("草稿")
    row.get_by_role("checkbox").check()
    _picture(desk, "spu-list")
    desk.get_by_role("link", name="上架", exact=True).click()
    desk.get_by_role("button", name="确定").click()
    expect(row).to_contain_text("上架")
    spu = Spu.objects.get()
    assert (spu.status, spu.detail, spu.packing) == (Spu.Status.ON_SALE, "", "")


def test_a_picture_is_chosen_for_a_row_and_a_wrong_price_is_marked_with_everything_kept(
    live_server: Any, desk: Page
) -> None:
    _fill_product(desk, live_server.url)
    desk.get_by_role("button", name="保存，下一步生成 SKU").click()
    rows = desk.locator("table.matrix tbody tr")
    desk.get_by_label("批量填写售价").fill("6499")
    desk.get_by_role("button", name="填入各行").click()
    rows.nth(2).get_by_label("售价").fill("-1")
    rows.nth(0).get_by_role("button", name="选择").click()
    desk.locator(".modal").get_by_text("正面照").click()
    expect(rows.nth(0).locator("img[data-chooser-image]")).to_be_visible()

    _save_matrix(desk)

    expect(desk.locator("tr.matrix-wrong")).to_have_count(1)
    expect(rows.nth(2).locator(".error-message")).to_be_visible()
    _picture(desk, "matrix-wrong")
    assert not Sku.objects.exists()

    rows.nth(2).get_by_label("售价").fill("5999")
    _save_matrix(desk)
    expect(desk.locator(".messages")).to_contain_text("新生成 4 个 SKU")
    assert Sku.objects.order_by("sort_order").first().default_image.title == "正面照"


def test_sibling_categories_are_moved_by_their_handle(live_server: Any, desk: Page) -> None:
    leaf = LeafCategoryFactory(name="第一")
    LeafCategoryFactory(name="第二", parent=leaf.parent)
    desk.goto(f"{live_server.url}/admin/category/?ordering=sort_order&parent={leaf.parent_id}")
    names = desk.locator("table.listing tbody tr .title-wrapper")
    expect(names).to_have_count(2)
    _picture(desk, "category-drag")

    handle = desk.locator("[data-w-orderable-target=handle]").nth(1)
    handle.focus()
    with desk.expect_response(lambda answer: "/reorder/" in answer.url):
        desk.keyboard.press("ArrowUp")
        desk.keyboard.press("Enter")

    desk.reload()
    expect(names.nth(0)).to_contain_text("第二")


def test_a_picture_is_put_into_the_text_of_a_product(live_server: Any, desk: Page) -> None:
    spu = SpuFactory(detail="<p>好手机</p>")
    desk.goto(f"{live_server.url}/admin/spu/edit/{spu.pk}/")
    desk.get_by_role("tab", name="图文详情", exact=True).click()
    editor = desk.locator(".public-DraftEditor-content").first
    editor.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.press("Enter")
    desk.keyboard.type("/")
    desk.get_by_role("option", name="图片").first.click()
    desk.locator(".modal").get_by_text("正面照").click()
    desk.get_by_label("全屏宽度").check()
    desk.locator(".modal").get_by_role("button", name="插入图片").click()
    # The editor hands its text to the form a moment later.
    expect(desk.locator("[name=detail]")).to_have_value(re.compile('"IMAGE"'))
    _picture(desk, "spu-text")
    desk.get_by_role("button", name="保存", exact=True).click()

    expect(desk.locator(".messages")).to_contain_text("已更新")
    spu.refresh_from_db()
    assert spu.detail.startswith('<p>好手机</p><img src="/media/')
    assert 'data-image-id="' in spu.detail
