"""What a block refers to may go away under it; the homepage goes on without that part."""

import pytest

from cms import building
from cms.models import HomePage
from cms.selectors import home_now
from shop.catalog.models import Sku, Spu
from tests.factories.catalog import CategoryFactory, MallImageFactory, SkuFactory, SpuFactory
from tests.factories.content import make_banner, make_carousel, make_home, make_page

pytestmark = pytest.mark.django_db


def products(home=None) -> list[int]:
    home = home or home_now()
    return [card.id for block in home.of_type("products") for card in block["products"]]


def test_a_deleted_product_leaves_its_blocks_and_the_banners_that_led_to_it(api):
    gone, left = SkuFactory(), SkuFactory()
    make_home(
        make_carousel(
            make_banner(to=building.link(sku=gone.pk)), make_banner(title="还在", to=building.link(sku=left.pk))
        ),
        building.products(title="精选", source=[building.picked(gone.pk, left.pk)]),
    )

    gone.delete()

    answer = api.get("/api/v1/home/")
    assert answer.status_code == 200
    assert [banner["title"] for banner in answer.json()["banners"]] == ["还在"]
    assert [card["id"] for card in answer.json()["blocks"][1]["products"]] == [left.pk]


def test_a_deleted_picture_takes_its_banner_along(api):
    image = MallImageFactory()
    make_home(make_carousel(make_banner(image=image.pk), make_banner(title="还在")))

    image.delete()

    assert [banner["title"] for banner in api.get("/api/v1/home/").json()["banners"]] == ["还在"]


def test_a_picture_whose_file_cannot_be_read_takes_its_banner_along_and_nothing_else(api, caplog):
    image = MallImageFactory()
    make_home(make_carousel(make_banner(image=image.pk), make_banner(title="还在")))
    image.file.storage.delete(image.file.name)

    answer = api.get("/api/v1/home/")

    assert answer.status_code == 200
    assert [banner["title"] for banner in answer.json()["banners"]] == ["还在"]
    assert "picture cannot be read" in caplog.text


def test_a_deleted_or_hidden_category_leaves_a_floor_without_its_name_and_links(api):
    category = CategoryFactory()
    sku = SkuFactory()
    make_home(
        building.floor(
            title="手机",
            category=category.pk,
            channels=[building.text_link(title="整机", to=building.link(category=category.pk))],
            tabs=[building.tab(title="新", source=[building.picked(sku.pk)])],
        )
    )
    category.is_shown = False
    category.save()
    hidden = api.get("/api/v1/home/").json()["floors"][0]
    category.delete()

    floor = home_now().floors[0]

    assert (hidden["category"], hidden["channels"]) == (None, [])
    assert (floor["category"], floor["channels"]) == (None, [])
    assert [card.id for card in floor["tabs"][0]["products"]] == [sku.pk]


def test_a_link_to_an_unpublished_page_is_no_link():
    page = make_page()
    make_home(
        building.notices(lines=[building.notice(title="配送", to=building.link(page=page.pk))]),
        building.rich_text(f'<p>见 <a linktype="page" id="{page.pk}">配送</a></p>'),
    )
    page.unpublish()

    home = home_now()

    assert home.notices[0]["link"] is None
    assert "href" not in home.of_type("rich_text")[0]["html"]


@pytest.mark.parametrize(("when_gone", "shown"), [("hide", False), ("show", True)])
@pytest.mark.parametrize("how", ["sold out", "off the shelf", "its product off the shelf"])
def test_a_product_that_is_gone_is_hidden_or_marked_sold_out_by_the_setting(when_gone, shown, how):
    sku = SkuFactory()
    make_home(building.products(title="精选", source=[building.picked(sku.pk)], when_gone=when_gone))
    if how == "sold out":
        Sku.objects.update(stock=0)
    elif how == "off the shelf":
        Sku.objects.update(is_on_sale=False)
    else:
        Spu.objects.update(status=Spu.Status.OFF_SALE)

    blocks = home_now().of_type("products")

    assert bool(blocks) is shown
    if shown:
        assert blocks[0]["products"][0].stock_state == "sold_out"


def test_a_banner_to_a_product_off_the_shelf_is_hidden_until_it_is_back():
    sku = SkuFactory(is_on_sale=False)
    make_home(make_carousel(make_banner(to=building.link(sku=sku.pk))))
    before = home_now().banners
    Sku.objects.update(is_on_sale=True)

    assert before == []
    assert len(home_now().banners) == 1


def test_content_of_kinds_and_shapes_that_are_no_longer_defined_is_passed_over(api):
    home = make_home(make_carousel())
    stored = home.body.get_prep_value()
    stored[0]["value"]["schedule"] = {"go_live_at": "not a time"}
    odd = [
        {"type": "lottery", "value": {"x": 1}, "id": "1"},
        {"type": "products", "value": {}, "id": "2"},
        {"type": "products", "value": None, "id": "3"},
        {"type": "notices", "value": {"notices": ["old form", 7, None]}, "id": "4"},
        {"type": "hotspots", "value": {"image": "x", "spots": [{"type": "item", "value": {"x": "NaN"}}]}, "id": "5"},
    ]
    import json

    HomePage.objects.update(body=json.dumps(stored + odd))

    answer = api.get("/api/v1/home/")

    assert answer.status_code == 200
    assert len(answer.json()["banners"]) == 1


def test_without_a_homepage_there_is_an_empty_answer_and_no_error(api):
    make_home(make_carousel()).unpublish()
    unpublished = api.get("/api/v1/home/")
    HomePage.objects.all().delete()
    deleted = api.get("/api/v1/home/")

    for answer in (unpublished, deleted):
        assert answer.status_code == 200
        assert answer.json()["blocks"] == []
    assert api.get("/api/v1/pages/").json()["count"] == 0
    assert api.get("/api/v1/pages/delivery/").status_code == 404


def test_one_product_stands_once_in_a_block_and_one_sku_of_each_product_comes_by_rule():
    spu = SpuFactory()
    best = SkuFactory(spu=spu, sales=9)
    SkuFactory(spu=spu, sales=1)
    other = SkuFactory(sales=5)
    make_home(
        building.products(
            title="精选", source=[building.picked(other.pk, other.pk), building.rule(order="best_selling")]
        )
    )

    assert products() == [other.pk, best.pk]
