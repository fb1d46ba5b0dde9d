"""Categories over HTTP, with the byte store on and off."""

from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import bytestore, clock, regions
from shop.catalog.models import Sku, Spu
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    LeafCategoryFactory,
    MallImageFactory,
    SkuFactory,
    SpuFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hot_bytes")]


def ids(response):
    assert response.status_code == 200, response.content
    body = response.json()
    return [row["id"] for row in (body["results"] if isinstance(body, dict) else body)]


# -- the tree


def test_the_tree_has_three_levels_in_the_merchants_order(api):
    second = CategoryFactory(name="家电", sort_order=2)
    first = CategoryFactory(name="数码", sort_order=1)
    phones = CategoryFactory(name="手机", parent=first)
    smart = CategoryFactory(name="智能手机", parent=phones)

    tree = api.get("/api/v1/categories/").json()

    assert [node["id"] for node in tree] == [first.pk, second.pk]
    assert tree[0]["children"][0]["name"] == "手机"
    assert tree[0]["children"][0]["children"][0] == {
        "id": smart.pk,
        "name": "智能手机",
        "slug": smart.slug,
        "level": 3,
        "images": None,
        "children": [],
    }


def test_a_hidden_category_takes_everything_under_it_along(api):
    leaf = LeafCategoryFactory(parent__parent__is_shown=False)
    SkuFactory(spu__category=leaf)

    assert api.get("/api/v1/categories/").json() == []
    for category in (leaf, leaf.parent, leaf.parent.parent):
        for path in ("", "skus/", "hotskus/"):
            response = api.get(f"/api/v1/categories/{category.pk}/{path}")
            assert response.status_code == 404
            assert response.json()["code"] == "category.not_found"


def test_the_tree_costs_the_same_for_one_category_and_for_thirty(api, django_assert_num_queries, settings):
    settings.HOT_BYTES = False
    LeafCategoryFactory(image=MallImageFactory())
    api.get("/api/v1/categories/")

    with django_assert_num_queries(3):
        api.get("/api/v1/categories/")
    for _ in range(10):
        LeafCategoryFactory(image=MallImageFactory())
    api.get("/api/v1/categories/")
    with django_assert_num_queries(3):
        assert len(api.get("/api/v1/categories/").json()) == 11


# -- one category


def test_a_category_prints_its_way_as_the_first_clients_read_it(api, settings):
    settings.PUBLIC_URL = "https://mall.example"
    leaf = LeafCategoryFactory(name="智能手机", parent__name="手机", parent__parent__name="数码")
    top = leaf.parent.parent

    body = api.get(f"/api/v1/categories/{leaf.pk}/").json()

    assert body["cat1"] == {
        "url": f"https://mall.example/categories/{top.pk}/",
        "category": {"id": top.pk, "name": "数码"},
    }
    assert body["cat2"] == {"id": leaf.parent.pk, "name": "手机"}
    assert body["cat3"] == {"id": leaf.pk, "name": "智能手机"}
    assert body["name"] == "智能手机"
    upper = api.get(f"/api/v1/categories/{top.pk}/").json()
    assert (upper["cat2"], upper["cat3"]) == ("", "")


def test_a_category_lists_its_shown_children_and_the_brands_that_it_sells(api):
    top = CategoryFactory()
    child = CategoryFactory(parent=top, image=MallImageFactory())
    CategoryFactory(parent=top, is_shown=False)
    leaf = CategoryFactory(parent=child)
    sold = BrandFactory(name="Huawei", logo=MallImageFactory())
    SkuFactory(spu__category=leaf, spu__brand=sold)
    SkuFactory(spu__category=leaf, spu__brand=sold)
    SkuFactory(spu__category=leaf, spu__brand=BrandFactory(name="Ended"), is_on_sale=False)
    SkuFactory(spu__brand=BrandFactory(name="Elsewhere"))

    body = api.get(f"/api/v1/categories/{top.pk}/").json()

    assert [one["id"] for one in body["children"]] == [child.pk]
    assert body["children"][0]["images"]["thumb"].startswith("http")
    assert [one["name"] for one in body["brands"]] == ["Huawei"]
    assert body["brands"][0]["logo"]["card"].endswith(".webp")


def test_a_category_without_seo_texts_is_called_by_its_name(api):
    plain = CategoryFactory(name="图书")
    told = CategoryFactory(seo_title="图书低价", seo_description="正版")

    assert api.get(f"/api/v1/categories/{plain.pk}/").json()["seo"] == {"title": "图书", "description": ""}
    assert api.get(f"/api/v1/categories/{told.pk}/").json()["seo"] == {"title": "图书低价", "description": "正版"}


def test_an_unknown_category_is_404_and_an_impossible_number_names_its_field(api):
    missing = api.get("/api/v1/categories/999999/")
    huge = api.get(f"/api/v1/categories/{2**63}/")

    assert (missing.status_code, missing.json()["code"]) == (404, "category.not_found")
    assert huge.status_code == 400
    assert huge.json()["errors"][0]["field"] == "category_id"


# -- its products


def test_a_list_shows_what_is_on_sale_at_any_level_below(api):
    leaf = LeafCategoryFactory()
    here = SkuFactory(spu__category=leaf)
    sibling = SkuFactory(spu__category=CategoryFactory(parent=leaf.parent))
    above = SkuFactory(spu__category=leaf.parent.parent)
    SkuFactory()
    SkuFactory(spu__category=leaf, is_on_sale=False)
    SkuFactory(spu__category=leaf, spu__status=Spu.Status.DRAFT)
    SkuFactory(spu__category=CategoryFactory(parent=leaf.parent, is_shown=False))

    assert ids(api.get(f"/api/v1/categories/{leaf.pk}/skus/")) == [here.pk]
    assert ids(api.get(f"/api/v1/categories/{leaf.parent.pk}/skus/?ordering=create_time")) == [here.pk, sibling.pk]
    top = f"/api/v1/categories/{leaf.parent.parent.pk}/skus/?ordering=create_time"
    assert ids(api.get(top)) == [here.pk, sibling.pk, above.pk]


def test_a_card_says_what_lists_print(api):
    sku = SkuFactory(
        name="华为 Mate 60 黑色",
        spu__caption="限时直降",
        price=Decimal("6499"),
        market_price=Decimal("6999.5"),
        default_image=MallImageFactory(),
        sales=7,
        comments=3,
        stock=5,
    )

    body = api.get(f"/api/v1/categories/{sku.spu.category_id}/skus/").json()

    assert (body["count"], body["next"], body["previous"]) == (1, None, None)
    card = body["results"][0]
    assert card.pop("default_image_url") == card["images"]["card"]
    assert set(card.pop("images")) == {"thumb", "card", "full"}
    assert card == {
        "id": sku.pk,
        "name": "华为 Mate 60 黑色",
        "caption": "限时直降",
        "price": "6499.00",
        "market_price": "6999.50",
        "sales": 7,
        "comments": 3,
        "stock_state": "low",
    }


def test_a_card_without_a_picture_of_its_own_shows_its_products_and_none_is_null(api):
    leaf = LeafCategoryFactory()
    borrowed = SkuFactory(spu=SpuFactory(category=leaf, default_image=MallImageFactory()))
    bare = SkuFactory(spu__category=leaf)

    cards = {card["id"]: card for card in api.get(f"/api/v1/categories/{leaf.pk}/skus/").json()["results"]}

    assert cards[borrowed.pk]["default_image_url"].startswith("http")
    assert (cards[bare.pk]["default_image_url"], cards[bare.pk]["images"]) == (None, None)


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("", "cba"),
        ("create_time", "abc"),
        ("-create_time", "cba"),
        ("price", "bca"),
        ("-price", "acb"),
        ("sales", "cab"),
        ("-sales", "bac"),
        ("comments", "bca"),
        ("-comments", "acb"),
    ],
)
def test_every_ordering_goes_both_ways(api, ordering, expected):
    leaf = LeafCategoryFactory()
    made = {
        "a": SkuFactory(spu__category=leaf, price=30, sales=2, comments=9),
        "b": SkuFactory(spu__category=leaf, price=10, sales=3, comments=1),
        "c": SkuFactory(spu__category=leaf, price=20, sales=1, comments=5),
    }
    for hour, sku in enumerate(made.values()):
        Sku.objects.filter(pk=sku.pk).update(created_at=f"2026-01-01T0{hour}:00:00Z")

    shown = ids(api.get(f"/api/v1/categories/{leaf.pk}/skus/", {"ordering": ordering}))

    assert shown == [made[name].pk for name in expected]


def test_equals_keep_one_order_so_that_pages_never_overlap(api):
    leaf = LeafCategoryFactory()
    made = [SkuFactory(spu__category=leaf, price=10).pk for _ in range(7)]
    url = f"/api/v1/categories/{leaf.pk}/skus/"

    seen = [
        sku_id
        for page in (1, 2, 3)
        for sku_id in ids(api.get(url, {"ordering": "price", "page": page, "page_size": 3}))
    ]

    assert seen == made


def test_filters_narrow_the_list(api):
    leaf = LeafCategoryFactory()
    brand = BrandFactory()
    cheap = SkuFactory(spu__category=leaf, price=10, stock=0)
    middle = SkuFactory(spu__category=leaf, spu__brand=brand, price=20)
    dear = SkuFactory(spu__category=leaf, price=30)
    url = f"/api/v1/categories/{leaf.pk}/skus/"

    def shown(**query):
        return set(ids(api.get(url, query)))

    assert shown(min_price="20") == {middle.pk, dear.pk}
    assert shown(max_price="20.00") == {cheap.pk, middle.pk}
    assert shown(min_price="10", max_price="10") == {cheap.pk}
    assert shown(brand=brand.pk) == {middle.pk}
    assert shown(brand=999_999) == set()
    assert shown(in_stock="true") == {middle.pk, dear.pk}
    assert shown(in_stock="false") == {cheap.pk, middle.pk, dear.pk}
    assert shown(min_price="", max_price="", brand="", in_stock="", spec="", page="") == {cheap.pk, middle.pk, dear.pk}


def test_options_of_one_spec_are_alternatives_and_different_specs_must_all_fit(api):
    leaf = LeafCategoryFactory()
    black_big = SkuFactory(spu__category=leaf, options={"颜色": "黑色", "内存": "256GB"})
    black_small = SkuFactory(spu=black_big.spu, options={"颜色": "黑色", "内存": "128GB"})
    white_big = SkuFactory(spu=black_big.spu, options={"颜色": "白色", "内存": "256GB"})
    other = SkuFactory(spu__category=leaf, options={"颜色": "黑色"})
    url = f"/api/v1/categories/{leaf.pk}/skus/"

    def shown(*specs):
        return set(ids(api.get(url, {"spec": specs})))

    assert shown("颜色:黑色") == {black_big.pk, black_small.pk, other.pk}
    assert shown("颜色：黑色") == {black_big.pk, black_small.pk, other.pk}
    assert shown("颜色:黑色", "颜色:白色") == {black_big.pk, black_small.pk, white_big.pk, other.pk}
    assert shown("颜色:黑色", "内存:256GB") == {black_big.pk}
    assert shown("颜色:黑色", "颜色:白色", "内存:256GB") == {black_big.pk, white_big.pk}
    assert shown("颜色:绿色") == set()


def test_a_reversed_price_range_is_refused_at_its_field(api):
    leaf = LeafCategoryFactory()

    response = api.get(f"/api/v1/categories/{leaf.pk}/skus/", {"min_price": "20", "max_price": "10"})

    assert response.status_code == 400
    assert response.json()["code"] == "price_range.reversed"
    assert response.json()["errors"][0]["field"] == "min_price"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_price", "abc"),
        ("min_price", "-1"),
        ("min_price", "NaN"),
        ("max_price", "Infinity"),
        ("max_price", "1.234"),
        ("max_price", "9" * 40),
        ("brand", "0"),
        ("brand", "x"),
        ("brand", "9" * 30),
        ("in_stock", "maybe"),
        ("ordering", "id"),
        ("ordering", "-stock"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "1.5"),
        ("page", "9" * 5000),
        ("page_size", "101"),
        ("page_size", "0"),
        ("spec", "黑色"),
        ("spec", ":黑色"),
        ("spec", "颜色:"),
        ("spec", "颜色:" + "长" * 31),
        ("spec", "颜色:\x00"),
    ],
)
def test_a_wrong_query_value_is_400_and_names_its_field(api, name, value):
    leaf = LeafCategoryFactory()

    response = api.get(f"/api/v1/categories/{leaf.pk}/skus/", {name: value})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"].split(".")[0] == name
    assert response.json()["message"]


def test_more_spec_filters_than_anybody_ticks_are_refused(api):
    leaf = LeafCategoryFactory()

    response = api.get(f"/api/v1/categories/{leaf.pk}/skus/", {"spec": [f"规格:{n}" for n in range(21)]})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "spec"


def test_a_page_past_the_end_is_404_and_the_first_page_of_nothing_is_empty(api):
    leaf = LeafCategoryFactory()

    past = api.get(f"/api/v1/categories/{leaf.pk}/skus/?page=2")

    assert (past.status_code, past.json()["code"]) == (404, "page.not_found")
    assert api.get(f"/api/v1/categories/{leaf.pk}/skus/").json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


def test_a_list_costs_the_same_for_one_sku_and_for_thirty(api, settings):
    settings.HOT_BYTES = False
    leaf = LeafCategoryFactory()
    url = f"/api/v1/categories/{leaf.pk}/skus/?page_size=100&spec=颜色:黑色&in_stock=true&min_price=1"

    def cost():
        api.get(url)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            count = api.get(url).json()["count"]
        return count, len(captured)

    SkuFactory(spu__category=leaf, default_image=MallImageFactory(), options={"颜色": "黑色"})
    assert cost() == (1, 5)
    for _ in range(29):
        SkuFactory(spu__category=leaf, default_image=MallImageFactory(), options={"颜色": "黑色"})
    assert cost() == (30, 5)


def test_a_sale_begins_and_ends_at_its_second(api):
    leaf = LeafCategoryFactory()
    opens, closes = "2026-11-11T00:00:00+08:00", "2026-11-12T00:00:00+08:00"
    sku = SkuFactory(spu__category=leaf, spu__on_sale_at=opens, spu__off_sale_at=closes)
    url = f"/api/v1/categories/{leaf.pk}/skus/"

    with time_machine.travel("2026-11-10T23:59:59+08:00", tick=False) as now:
        assert ids(api.get(url)) == []
        now.shift(1)
        assert ids(api.get(url)) == [sku.pk]
        now.move_to("2026-11-11T23:59:59+08:00", tick=False)
        assert ids(api.get(url)) == [sku.pk]
        now.shift(1)
        assert ids(api.get(url)) == []


def test_the_shop_seen_at_another_moment_is_kept_by_nobody(api):
    leaf = LeafCategoryFactory()
    SkuFactory(spu__category=leaf, spu__on_sale_at="2036-01-01T00:00:00Z")
    url = f"/api/v1/categories/{leaf.pk}/skus/"
    assert ids(api.get(url)) == []

    with clock.seen_at(clock.now().replace(year=2036, month=6)):
        preview = api.get(url)

    assert len(ids(preview)) == 1
    assert "no-store" in preview["Cache-Control"]
    assert ids(api.get(url)) == []


# -- best sellers


def test_best_sellers_are_two_unless_more_are_asked_for(api):
    leaf = LeafCategoryFactory()
    made = [SkuFactory(spu__category=leaf, sales=sales).pk for sales in (3, 9, 1, 9)]
    url = f"/api/v1/categories/{leaf.parent.pk}/hotskus/"

    assert ids(api.get(url)) == [made[3], made[1]]
    assert ids(api.get(url, {"limit": "3"})) == [made[3], made[1], made[0]]
    for wrong in ("0", "21", "x"):
        assert api.get(url, {"limit": wrong}).status_code == 400


# -- what a change does to kept bytes


def test_a_dropped_region_shows_the_new_price_at_once(api):
    sku = SkuFactory(price=10)
    url = f"/api/v1/categories/{sku.spu.category_id}/skus/"
    assert api.get(url).json()["results"][0]["price"] == "10.00"

    Sku.objects.filter(pk=sku.pk).update(price=20)
    bytestore.drop(regions.CATALOG)

    assert api.get(url).json()["results"][0]["price"] == "20.00"
