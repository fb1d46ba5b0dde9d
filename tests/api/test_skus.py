"""The SKU detail over HTTP, with the byte store on and off."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel import clock
from shop.catalog.models import Sku, Spu
from shop.catalog.services.views import flush_views
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    LeafCategoryFactory,
    MallImageFactory,
    PictureFactory,
    SkuFactory,
    SpuFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hot_bytes")]


def detail(api, sku):
    response = api.get(f"/api/v1/skus/{sku.pk}/")
    assert response.status_code == 200, response.content
    return response.json()


def leads(body):
    """Where every option leads: ``{"颜色": {"黑色": sku id or None}}``."""
    return {spec["name"]: {one["value"]: one["sku_id"] for one in spec["options"]} for spec in body["specs"]}


def test_the_page_has_the_texts_of_the_sku_and_of_its_product(api):
    spu = SpuFactory(
        name="Mate 60",
        caption="遥遥领先",
        detail='<p>详情</p><img src="/media/a.webp">',
        packing="主机 x1",
        service="七天无理由",
        ship_free=True,
        brand=BrandFactory(name="华为", logo=MallImageFactory()),
    )
    sku = SkuFactory(spu=spu, name="Mate 60 黑色", price=Decimal("5999.9"), stock=3, sales=12, comments=4)

    body = detail(api, sku)

    assert (body["id"], body["name"], body["caption"]) == (sku.pk, "Mate 60 黑色", "遥遥领先")
    assert (body["price"], body["market_price"]) == ("5999.90", None)
    assert (body["stock_state"], body["stock_left"]) == ("low", 3)
    assert (body["sales"], body["comments"], body["weight_grams"]) == (12, 4, 500)
    assert body["spu"] == {
        "id": spu.pk,
        "name": "Mate 60",
        "caption": "遥遥领先",
        "slug": spu.slug,
        "detail": f'<p>详情</p><img src="{settings.PUBLIC_URL}/media/a.webp">',
        "packing": "主机 x1",
        "service": "七天无理由",
        "ship_free": True,
        "is_new": False,
        "is_hot": False,
    }
    assert (body["brand"]["id"], body["brand"]["name"]) == (spu.brand.pk, "华为")
    assert body["brand"]["logo"]["thumb"].endswith(".webp")
    none = {"count": 0, "average": None, "good_rate": None, "with_images": 0}
    assert body["reviews"] == none | {"stars": dict.fromkeys("012345", 0)}
    assert body["seo"] == {"title": "Mate 60 黑色", "description": "遥遥领先"}
    assert body["ad"] is None


@pytest.mark.parametrize(("stock", "state", "left"), [(0, "sold_out", 0), (5, "low", 5), (6, "in_stock", None)])
def test_the_number_left_is_told_only_where_there_are_few(api, stock, state, left):
    body = detail(api, SkuFactory(stock=stock))

    assert (body["stock_state"], body["stock_left"]) == (state, left)


def test_a_product_without_a_brand_has_none(api):
    assert detail(api, SkuFactory(spu__brand=None))["brand"] is None


def test_the_way_to_the_product_is_printed(api):
    leaf = LeafCategoryFactory(name="手机", parent__name="通讯", parent__parent__name="数码")

    way = detail(api, SkuFactory(spu__category=leaf))["breadcrumb"]

    assert way["cat1"]["category"]["name"] == "数码"
    assert (way["cat2"]["name"], way["cat3"]["name"]) == ("通讯", "手机")


def test_the_gallery_shows_the_skus_own_pictures_first_and_never_a_siblings(api):
    spu = SpuFactory()
    sku, sibling = SkuFactory(spu=spu), SkuFactory(spu=spu)
    shared = PictureFactory(spu=spu, sort_order=1, image__alt="正面")
    second = PictureFactory(spu=spu, sort_order=2)
    own = PictureFactory(spu=spu, sku=sku, sort_order=9, image__title="黑色背面")
    PictureFactory(spu=spu, sku=sibling)

    gallery = detail(api, sku)["pictures"]

    assert [one["alt"] for one in gallery] == ["黑色背面", "正面", second.image.title]
    assert all(one[size].startswith("http") for one in gallery for size in ("thumb", "card", "full"))
    assert len({one["full"] for one in gallery}) == 3
    assert own.pk != shared.pk


def test_a_picture_that_cannot_be_read_is_left_out_and_the_page_stands(api):
    spu = SpuFactory()
    sku = SkuFactory(spu=spu, default_image=MallImageFactory())
    PictureFactory(spu=spu, image=sku.default_image)
    whole = PictureFactory(spu=spu)
    sku.default_image.file.storage.delete(sku.default_image.file.name)

    body = detail(api, sku)

    assert (body["default_image_url"], body["images"]) == (None, None)
    assert [one["alt"] for one in body["pictures"]] == [whole.image.title]


# -- the spec matrix


def test_each_option_leads_to_the_sku_that_differs_only_there(api):
    spu = SpuFactory()
    black_small = SkuFactory(spu=spu, options={"颜色": "黑色", "内存": "128GB"})
    black_big = SkuFactory(spu=spu, options={"颜色": "黑色", "内存": "256GB"}, stock=0)
    white_small = SkuFactory(spu=spu, options={"颜色": "白色", "内存": "128GB"})

    body = detail(api, black_small)

    assert leads(body) == {
        "颜色": {"黑色": black_small.pk, "白色": white_small.pk},
        "内存": {"128GB": black_small.pk, "256GB": black_big.pk},
    }
    colour, memory = body["specs"]
    assert [one["selected"] for one in colour["options"]] == [True, False]
    assert [one["sold_out"] for one in memory["options"]] == [False, True]
    assert leads(detail(api, white_small)) == {
        "颜色": {"黑色": black_small.pk, "白色": white_small.pk},
        "内存": {"128GB": white_small.pk, "256GB": None},
    }


def test_an_option_whose_sku_left_the_shelf_leads_nowhere(api):
    spu = SpuFactory()
    black = SkuFactory(spu=spu, options={"颜色": "黑色"})
    SkuFactory(spu=spu, options={"颜色": "白色"}, is_on_sale=False)

    (colour,) = detail(api, black)["specs"]

    white = next(one for one in colour["options"] if one["value"] == "白色")
    assert (white["sku_id"], white["sold_out"], white["selected"]) == (None, True, False)


def test_a_product_without_specs_has_an_empty_matrix(api):
    assert detail(api, SkuFactory())["specs"] == []


# -- related products


def test_related_products_are_best_sellers_of_the_category_or_brand_one_sku_each(api):
    leaf, brand = LeafCategoryFactory(), BrandFactory()
    sku = SkuFactory(spu__category=leaf, spu__brand=brand, sales=99)
    SkuFactory(spu=sku.spu, sales=98)
    same_category = SkuFactory(spu__category=leaf, sales=5)
    SkuFactory(spu=same_category.spu, sales=1)
    same_brand = SkuFactory(spu__brand=brand, sales=7)
    gone = SkuFactory(spu__category=leaf, sales=50, stock=0)
    SkuFactory(sales=1000)
    SkuFactory(spu__category=leaf, sales=60, is_on_sale=False)

    related = detail(api, sku)["related"]

    assert [one["id"] for one in related] == [same_brand.pk, same_category.pk, gone.pk]


def test_there_are_six_related_products_at_the_most(api):
    leaf = LeafCategoryFactory()
    sku = SkuFactory(spu__category=leaf)
    for _ in range(8):
        SkuFactory(spu__category=leaf)

    assert len(detail(api, sku)["related"]) == 6


# -- what is not there


@pytest.mark.parametrize(
    "off",
    [
        {"is_on_sale": False},
        {"spu__status": Spu.Status.DRAFT},
        {"spu__status": Spu.Status.OFF_SALE},
        {"spu__on_sale_at": timezone.now() + timezone.timedelta(hours=1)},
        {"spu__off_sale_at": timezone.now() - timezone.timedelta(seconds=1)},
    ],
)
def test_what_is_not_on_sale_is_404(api, off):
    response = api.get(f"/api/v1/skus/{SkuFactory(**off).pk}/")

    assert response.status_code == 404
    assert response.json()["code"] == "sku.not_found"


def test_unknown_numbers_are_404_impossible_ones_400_and_words_no_route(api):
    assert api.get("/api/v1/skus/999999999/").json()["code"] == "sku.not_found"
    assert api.get("/api/v1/skus/0/").status_code == 400
    assert api.get(f"/api/v1/skus/{10**30}/").status_code == 400
    assert api.get(f"/api/v1/skus/{'9' * 5000}/").status_code == 404
    assert api.get("/api/v1/skus/abc/").json()["code"] == "not_found"
    assert api.get("/api/v1/skus/-1/").json()["code"] == "not_found"


def test_a_sku_in_a_hidden_category_is_still_for_sale_at_its_own_address(api):
    hidden = CategoryFactory(is_shown=False)

    assert detail(api, SkuFactory(spu__category=hidden))["breadcrumb"]["cat1"]["category"]["id"] == hidden.pk


# -- cost


def test_the_page_costs_the_same_for_a_small_and_a_large_product(api, settings):
    settings.HOT_BYTES = False

    def cost(sku):
        detail(api, sku)
        with CaptureQueriesContext(connection) as captured:
            detail(api, sku)
        return len(captured)

    def product(size):
        spu = SpuFactory(default_image=MallImageFactory())
        skus = [SkuFactory(spu=spu, options={"颜色": f"{n}", "内存": f"{n}"}) for n in range(size)]
        for _ in range(size):
            PictureFactory(spu=spu)
            SkuFactory(spu__category=spu.category, default_image=MallImageFactory())
        return skus[0]

    small, large = cost(product(1)), cost(product(10))

    assert small == large == 12


# -- views


def test_views_reach_the_product_in_a_batch_and_reading_writes_nothing(api, settings, django_assert_num_queries):
    sku = SkuFactory()
    other = SkuFactory(spu=sku.spu)
    unseen = SkuFactory()
    for _ in range(3):
        detail(api, sku)
    detail(api, other)
    api.get("/api/v1/skus/999999/")
    assert Spu.objects.get(pk=sku.spu_id).views == 0

    assert flush_views() == 4
    assert flush_views() == 0

    assert Spu.objects.get(pk=sku.spu_id).views == 4
    assert Spu.objects.get(pk=unseen.spu_id).views == 0
    settings.HOT_BYTES = False
    with CaptureQueriesContext(connection) as captured:
        detail(api, sku)
    assert [query["sql"] for query in captured if not query["sql"].lstrip("(").startswith("SELECT")] == []


def test_an_answer_that_had_not_changed_counts_as_a_view_and_head_does_not(api):
    sku = SkuFactory()
    etag = api.get(f"/api/v1/skus/{sku.pk}/")["ETag"]

    assert api.get(f"/api/v1/skus/{sku.pk}/", headers={"If-None-Match": etag}).status_code == 304
    api.head(f"/api/v1/skus/{sku.pk}/")

    assert flush_views() == 2


def test_looking_at_another_moment_is_no_view(api):
    sku = SkuFactory()

    with clock.seen_at(clock.now()):
        detail(api, sku)

    assert flush_views() == 0


def test_views_of_a_product_that_was_deleted_meanwhile_are_forgotten(api):
    sku = SkuFactory()
    detail(api, sku)
    Sku.objects.all().delete()

    assert flush_views() == 0
