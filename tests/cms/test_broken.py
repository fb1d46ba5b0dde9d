"""What points to nothing is found, in words that lead to it, by a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms import building
from cms.models import Menu
from cms.selectors.broken import findings
from cms.selectors.references import uses_of
from cms.services import save_site_settings
from media.models import MallImage
from shop.catalog.models import Sku, Spu
from tests.factories.catalog import BrandFactory, LeafCategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import (
    CategoryAdFactory,
    everything,
    make_banner,
    make_carousel,
    make_home,
    make_index,
    make_page,
)
from tests.factories.people import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(StaffFactory(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def big():
    image = MallImageFactory()
    # Only the numbers count; drawing so large a picture takes long.
    MallImage.objects.filter(pk=image.pk).update(width=1600, height=800)
    return image.pk


def said(losses_only=True):
    return [(one.reference.place, one.subject, one.problem) for one in findings() if one.is_loss or not losses_only]


def test_a_shop_in_order_has_nothing_to_mend():
    make_home(*everything(1))

    assert [one for one in said() if "没有在售" not in one[2]] == []


def test_products_that_left_the_shelf_or_are_gone_are_found():
    off, gone = SkuFactory(name="下架机", is_on_sale=False), SkuFactory()
    make_home(
        make_carousel(make_banner(title="双11", image=big(), to=building.link(sku=off.pk))),
        building.products(title="网格", source=[building.picked(gone.pk, off.pk)]),
    )
    number = gone.pk
    Sku.objects.filter(pk=number).delete()

    assert said() == [
        ("轮播图 › 横幅“双11” › 链接到", "下架机", "商品已下架"),
        ("商品网格“网格” › 商品来源 › 手工挑选 › 商品 1", f"#{number}", "商品已删除"),
        ("商品网格“网格” › 商品来源 › 手工挑选 › 商品 2", "下架机", "商品已下架"),
    ]


def test_a_sold_out_product_is_a_loss_only_where_it_hides():
    sku = SkuFactory(name="卖光了", stock=0)
    make_home(
        building.products(title="藏", source=[building.picked(sku.pk)]),
        building.products(title="留", source=[building.picked(sku.pk)], when_gone="show"),
    )

    found = findings()

    assert [(one.problem, one.is_loss) for one in found] == [
        ("已售罄，按设置隐藏", True),
        ("已售罄，标记为售罄展示", False),
    ]


def test_the_public_answer_follows_the_setting(client):
    sku = SkuFactory(name="卖光了", stock=0)
    make_home(
        building.products(title="藏", source=[building.picked(sku.pk)]),
        building.products(title="留", source=[building.picked(sku.pk)], when_gone="show"),
    )

    blocks = client.get("/api/v1/home/").json()["blocks"]

    assert [one["title"] for one in blocks] == ["留"]
    assert blocks[0]["products"][0]["stock_state"] == "sold_out"


def test_pages_that_nobody_may_see_are_found_in_links_and_in_texts():
    page = make_page()
    make_home(
        make_carousel(make_banner(title="说明", image=big(), to=building.link(page=page.pk))),
        building.rich_text(f'<p><a linktype="page" id="{page.pk}">说明</a></p>'),
    )
    page.unpublish()

    assert [(one[1], one[2]) for one in said()] == [("配送说明", "页面未发布、已过期或不公开")] * 2


def test_an_empty_category_and_a_rule_that_finds_nothing_are_found():
    empty = LeafCategoryFactory(name="空分类")
    make_home(
        make_carousel(make_banner(title="分类", image=big(), to=building.link(category=empty.pk))),
        building.products(title="规则", source=[building.rule(category=empty.pk)]),
    )

    assert [one[2] for one in said()] == ["分类里没有在售商品", "按规则找不到商品"]


def test_a_category_with_products_below_it_is_not_empty():
    top = SkuFactory().spu.category.parent.parent
    make_home(make_carousel(make_banner(title="分类", image=big(), to=building.link(category=top.pk))))

    assert said() == []


def test_missing_and_small_pictures_are_found():
    small, gone = MallImageFactory(title="小图"), MallImageFactory()
    make_home(make_carousel(make_banner(title="小", image=small.pk), make_banner(title="没", image=gone.pk)))
    number = gone.pk
    gone.delete()

    assert said(losses_only=False) == [
        ("轮播图 › 横幅“小” › 图片", "小图", "图片只有 64 × 64，建议不小于 1200 × 400 像素"),
        ("轮播图 › 横幅“没” › 图片", f"#{number}", "图片已删除"),
    ]


def test_ads_menus_and_the_footer_are_looked_at():
    off = SkuFactory(is_on_sale=False)
    ad = CategoryAdFactory(title="旧广告", link=[("sku", off)])
    Menu.objects.create(
        key="header",
        title="页头",
        items=Menu.items.field.stream_block.to_python([building.menu_item(to=building.link(sku=off.pk))]),
    )
    save_site_settings(
        footer=[
            building.footer_column(
                title="关于", links=[building.footer_link(title="坏链接", to=building.link(sku=off.pk))]
            )
        ]
    )

    where = {one.reference.where.kind for one in findings() if one.problem == "商品已下架"}

    assert where == {"分类广告", "菜单", "商城信息"}
    assert ad.title in {one.reference.where.title for one in findings()}


def queries():
    findings()
    with CaptureQueriesContext(connection) as counted:
        findings()
    return len(counted)


def test_one_of_every_block_and_thirty_pages_cost_the_same():
    make_home(*everything(1))
    one = queries()
    make_home(*everything(15))
    make_index()
    for number in range(15):
        make_page(parent_slug="help", slug=f"more-{number}")
    CategoryAdFactory.create_batch(15)

    assert queries() == one <= 24


def test_the_report_lists_them_with_ways_to_the_editor(staff):
    off = SkuFactory(name="下架机", is_on_sale=False)
    home = make_home(building.products(title="网格", source=[building.picked(off.pk)]))

    html = staff.get(reverse("broken_blocks")).content.decode()

    assert "下架机" in html
    assert reverse("wagtailadmin_pages:edit", args=[home.pk]) in html
    assert reverse("broken_blocks") in staff.get(reverse("wagtailadmin_home")).content.decode()


def test_the_report_is_for_those_who_may_see_ads(client):
    client.force_login(StaffFactory(is_superuser=False), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("broken_blocks")).status_code in (302, 403)


# -- deleting what is in use


def test_deleting_a_product_in_use_names_the_places(staff):
    sku = SkuFactory()
    home = make_home(building.products(title="网格", source=[building.picked(sku.pk)]))

    for name, row in (("sku", sku), ("spu", sku.spu)):
        url = reverse(f"{name}:delete", args=[row.pk])
        html = staff.get(url).content.decode()
        assert "正在被以下内容使用" in html
        assert "商品网格“网格”" in html
        assert reverse("wagtailadmin_pages:edit", args=[home.pk]) in html
    assert Spu.objects.filter(pk=sku.spu_id).exists()


def test_deleting_a_brand_or_category_of_a_rule_names_the_places(staff):
    brand, category = BrandFactory(), LeafCategoryFactory()
    make_home(building.products(title="规则", source=[building.rule(brand=brand.pk, category=category.pk)]))

    for name, row in (("brand", brand), ("category", category)):
        assert "商品网格“规则”" in staff.get(reverse(f"{name}:delete", args=[row.pk])).content.decode()


def test_deleting_a_page_that_is_linked_names_the_places(staff):
    page = make_page()
    make_home(make_carousel(make_banner(title="说明", to=building.link(page=page.pk))))

    html = staff.get(reverse("wagtailadmin_pages:delete", args=[page.pk])).content.decode()

    assert "横幅“说明”" in html


def test_deleting_what_nobody_uses_says_nothing(staff):
    sku = SkuFactory()

    assert "正在被以下内容使用" not in staff.get(reverse("sku:delete", args=[sku.pk])).content.decode()
    assert uses_of("sku", [sku.pk]) == []
