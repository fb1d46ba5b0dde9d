"""Goods, categories and the homepage as the second contract's client reads them."""

from decimal import Decimal

import pytest

from cms import building
from search.models import HotWord
from shop.catalog.models import Spu
from shop.catalog.services.views import flush_views
from tests.api.mxshop.client import ask
from tests.factories.catalog import MallImageFactory, PictureFactory, SkuFactory, SpuFactory
from tests.factories.content import make_banner, make_carousel, make_home

pytestmark = pytest.mark.django_db


def test_goods_are_products_with_their_cheapest_variant(api, hot_bytes):
    spu = SpuFactory(name="奶油草莓", caption="鲜甜", default_image=MallImageFactory(), is_new=True)
    SkuFactory(spu=spu, price=Decimal("30.00"), market_price=Decimal("45.00"), sales=4)
    SkuFactory(spu=spu, price=Decimal("19.90"), market_price=Decimal("29.00"), sales=3)
    SkuFactory(spu=spu, price=Decimal("1.00"), is_on_sale=False, sales=100)
    SkuFactory(spu__status=Spu.Status.OFF_SALE)

    answer = ask(api, "get", "/goods/").json()

    assert answer["count"] == 1
    goods = answer["results"][0]
    assert (goods["id"], goods["name"], goods["goods_brief"]) == (spu.pk, "奶油草莓", "鲜甜")
    assert (goods["shop_price"], goods["market_price"], goods["sold_num"]) == (19.9, 29.0, 7)
    assert goods["goods_front_image"].endswith(".webp")
    assert goods["is_new"] is True


def of_the_shop(asked):
    """Without those of the byte store, which the embedded size keeps in the same database."""
    return [query["sql"] for query in asked.captured_queries if "shop_" in query["sql"]]


def test_a_list_takes_four_queries_on_a_miss_and_none_on_a_hit(api, settings, django_assert_max_num_queries):
    settings.HOT_BYTES = True
    for _number in range(15):
        SkuFactory(spu__default_image=MallImageFactory())
    ask(api, "get", "/goods/", {"page_size": 100})  # makes the renditions
    first = ask(api, "get", "/goods/", {"page": 2})
    category = Spu.objects.first().category_id

    with django_assert_max_num_queries(40) as asked:
        missed = ask(api, "get", "/goods/", {"top_category": category})
    with django_assert_max_num_queries(40) as again:
        ask(api, "get", "/goods/", {"page": 2})
    assert len(of_the_shop(asked)) <= 4
    assert of_the_shop(again) == []

    assert missed.json()["count"] == 1
    assert (len(first.json()["results"]), first.json()["count"]) == (3, 15)


@pytest.mark.parametrize("asked", [{"page": 2}, {"p": 2}])
def test_a_page_has_twelve_rows_and_two_names(api, asked):
    for _number in range(13):
        SkuFactory()

    answer = ask(api, "get", "/goods/", asked).json()

    assert (answer["count"], len(answer["results"])) == (13, 1)
    assert answer["previous"] is not None
    assert answer["next"] is None


def test_a_category_of_any_level_counts_and_an_unknown_one_is_empty(api):
    sku = SkuFactory()
    SkuFactory()
    leaf = sku.spu.category
    for category in (leaf, leaf.parent, leaf.parent.parent):
        found = ask(api, "get", "/goods/", {"top_category": category.pk}).json()
        assert [row["id"] for row in found["results"]] == [sku.spu_id]
    assert ask(api, "get", "/goods/", {"top_category": 10**9}).json()["count"] == 0


@pytest.mark.parametrize(("low", "high"), [("pricemin", "pricemax"), ("min_price", "max_price")])
def test_prices_have_two_names_and_may_be_empty(api, low, high):
    cheap, dear = SkuFactory(price=Decimal("5")), SkuFactory(price=Decimal("50"))

    def ids(query):
        answer = ask(api, "get", "/goods/", {"ordering": "shop_price", **query})
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["results"]]

    assert ids({low: "10", high: ""}) == [dear.spu_id]
    assert ids({low: "", high: "10"}) == [cheap.spu_id]
    assert ids({low: "", high: ""}) == [cheap.spu_id, dear.spu_id]


@pytest.mark.parametrize(
    ("ordering", "first"), [("sold_num", 0), ("-sold_num", 1), ("shop_price", 1), ("-shop_price", 0), ("add_time", 0)]
)
def test_orderings(api, ordering, first):
    rows = [SkuFactory(price=Decimal("9"), sales=1), SkuFactory(price=Decimal("8"), sales=5)]

    answer = ask(api, "get", "/goods/", {"ordering": ordering}).json()

    assert answer["results"][0]["id"] == rows[first].spu_id


def test_new_and_hot(api):
    new, hot = SkuFactory(spu__is_new=True), SkuFactory(spu__is_hot=True)

    assert [row["id"] for row in ask(api, "get", "/goods/", {"is_new": "true"}).json()["results"]] == [new.spu_id]
    assert [row["id"] for row in ask(api, "get", "/goods/", {"is_hot": "true"}).json()["results"]] == [hot.spu_id]


def test_words_find_goods_within_the_filters(api):
    berry, other = SkuFactory(spu__name="奶油草莓", name="奶油草莓 500g"), SkuFactory(spu__name="牛奶", name="牛奶 1L")
    from search.indexer import upsert

    upsert([berry.pk, other.pk])

    assert [row["id"] for row in ask(api, "get", "/goods/", {"search": "草莓"}).json()["results"]] == [berry.spu_id]
    ordered = ask(api, "get", "/goods/", {"search": "草莓", "ordering": "-sold_num"}).json()
    assert ordered["count"] == 1
    assert ask(api, "get", "/goods/", {"search": "草莓", "pricemax": "1"}).json()["count"] == 0


def test_a_bad_query_is_a_field_list(api):
    answer = ask(api, "get", "/goods/", {"pricemin": "dear", "page_size": 1000})

    assert answer.status_code == 400
    assert set(answer.json()) == {"pricemin", "page_size"}
    assert all(isinstance(text, str) for texts in answer.json().values() for text in texts)


def test_a_page_past_the_end_is_a_404(api):
    SkuFactory()
    assert ask(api, "get", "/goods/", {"page": 5}).status_code == 404


def test_one_of_the_goods_always_has_a_picture_entry_and_counts_its_view(api, hot_bytes):
    bare = SkuFactory(stock=3)
    rich = SkuFactory(spu__ship_free=True, spu__detail="<p>好</p>", stock=4)
    SkuFactory(spu=rich.spu, stock=5)
    PictureFactory(spu=rich.spu)

    assert ask(api, "get", f"/goods/{bare.spu_id}/").json()["images"] == [{"image": None}]
    for _time in range(2):
        found = ask(api, "get", f"/goods/{rich.spu_id}/").json()
    assert found["images"][0]["image"].endswith(".webp")
    assert (found["goods_num"], found["ship_free"], found["goods_desc"]) == (9, True, "<p>好</p>")
    assert flush_views() == 3
    rich.spu.refresh_from_db()
    assert rich.spu.views == 2


@pytest.mark.parametrize("status", [Spu.Status.DRAFT, Spu.Status.OFF_SALE])
def test_goods_off_sale_are_a_404(api, status):
    sku = SkuFactory(spu__status=status)

    answer = ask(api, "get", f"/goods/{sku.spu_id}/")

    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_a_stale_token_on_a_public_call_is_ignored(api):
    SkuFactory()
    answer = api.get("/api/mxshop/goods/", headers={"Authorization": "JWT nonsense"})
    assert answer.status_code == 200


def test_categories_have_three_levels_and_the_top_one_is_a_tab(api):
    leaf = SkuFactory().spu.category

    tree = ask(api, "get", "/categorys/").json()
    one = ask(api, "get", f"/categorys/{leaf.parent_id}/").json()

    assert [(node["id"], node["is_tab"]) for node in tree] == [(leaf.parent.parent_id, True)]
    assert tree[0]["sub_cat"][0]["sub_cat"][0]["id"] == leaf.pk
    assert (one["id"], one["is_tab"], [child["id"] for child in one["sub_cat"]]) == (leaf.parent_id, False, [leaf.pk])
    assert ask(api, "get", "/categorys/999999/").status_code == 404


def floors(count):
    blocks = []
    for number in range(count):
        sku = SkuFactory(spu__default_image=MallImageFactory())
        blocks.append(
            building.floor(
                title=f"楼层 {number}",
                category=sku.spu.category.parent.parent_id,
                pictures=[make_banner(to=building.link(sku=sku.pk))],
                tabs=[building.tab(title="新品", source=[building.picked(sku.pk)])],
            )
        )
    return blocks


def test_floors_carry_brands_sub_categories_an_ad_and_goods(api, hot_bytes):
    blocks = floors(1)
    make_home(*blocks)
    spu = Spu.objects.get()

    floor = ask(api, "get", "/indexgoods/").json()[0]

    assert floor["name"] == "楼层 0"
    assert [brand["id"] for brand in floor["brands"]] == [spu.brand_id]
    assert [node["id"] for node in floor["sub_cat"]] == [spu.category.parent_id]
    assert floor["ad_goods"]["id"] == spu.pk
    assert [row["id"] for row in floor["goods"]] == [spu.pk]


def test_a_floor_without_an_advertised_product_has_an_empty_object(api):
    sku = SkuFactory()
    make_home(
        building.floor(
            title="水果",
            category=sku.spu.category_id,
            tabs=[building.tab(title="新品", source=[building.picked(sku.pk)])],
        )
    )

    assert ask(api, "get", "/indexgoods/").json()[0]["ad_goods"] == {}


def test_floors_take_as_many_queries_for_one_as_for_five(api, settings, django_assert_max_num_queries):
    settings.HOT_BYTES = False
    make_home(*floors(1))
    ask(api, "get", "/indexgoods/")
    counts = []
    for number in (1, 5):
        make_home(*floors(number))
        ask(api, "get", "/indexgoods/")
        with django_assert_max_num_queries(40) as asked:
            ask(api, "get", "/indexgoods/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_banners_lead_to_goods_or_to_the_best_of_a_category(api, hot_bytes):
    sku = SkuFactory(sales=1)
    best = SkuFactory(sales=9, spu__category=sku.spu.category)
    make_home(
        make_carousel(
            make_banner(to=building.link(sku=sku.pk)),
            make_banner(to=building.link(category=sku.spu.category.parent_id)),
            make_banner(to=building.link(url="/1111/")),
        )
    )

    shown = ask(api, "get", "/banners/").json()

    assert [(one["goods"], one["index"]) for one in shown] == [(sku.spu_id, 0), (best.spu_id, 1)]
    assert all(one["image"] for one in shown)


def test_hot_words(api):
    HotWord.objects.create(text="草莓", rank=1)
    assert ask(api, "get", "/hotsearchs/").json()[0]["keywords"] == "草莓"
