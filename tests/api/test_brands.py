"""Brands over HTTP, with the byte store on and off."""

import pytest

from tests.factories.catalog import BrandFactory, MallImageFactory, SkuFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hot_bytes")]


def test_brands_go_from_a_to_z_and_what_has_no_letter_comes_last(api):
    BrandFactory(name="小米", first_letter="X")
    BrandFactory(name="360", first_letter="#")
    BrandFactory(name="安踏", first_letter="A", sort_order=2)
    BrandFactory(name="Apple", first_letter="A", sort_order=1, logo=MallImageFactory())

    brands = api.get("/api/v1/brands/").json()

    assert [(one["first_letter"], one["name"]) for one in brands] == [
        ("A", "Apple"),
        ("A", "安踏"),
        ("X", "小米"),
        ("#", "360"),
    ]
    assert brands[0]["logo"]["thumb"].startswith("http")
    assert brands[1]["logo"] is None


def test_brands_cost_the_same_for_one_and_for_thirty(api, settings, django_assert_num_queries):
    settings.HOT_BYTES = False
    for count in (1, 30):
        while len(api.get("/api/v1/brands/").json()) < count:
            BrandFactory(logo=MallImageFactory())
        with django_assert_num_queries(3):
            api.get("/api/v1/brands/")


def test_a_brand_has_its_own_page_and_says_where_its_products_are(api):
    brand = BrandFactory(name="华为", first_letter="H", description="构建万物互联", seo_description="官方旗舰")
    sku = SkuFactory(spu__brand=brand)
    SkuFactory()

    body = api.get(f"/api/v1/brands/{brand.pk}/").json()

    assert (body["name"], body["first_letter"], body["description"]) == ("华为", "H", "构建万物互联")
    assert body["seo"] == {"title": "华为", "description": "官方旗舰"}
    assert body["skus_url"].endswith(f"/api/v1/brands/{brand.pk}/skus/")
    page = api.get(body["skus_url"].replace("http://127.0.0.1:8000", "")).json()
    assert [one["id"] for one in page["results"]] == [sku.pk]


def test_a_brands_products_are_filtered_and_ordered_like_a_categorys(api):
    brand = BrandFactory()
    cheap, dear = (SkuFactory(spu__brand=brand, price=price) for price in (10, 20))
    url = f"/api/v1/brands/{brand.pk}/skus/"

    assert [one["id"] for one in api.get(url, {"ordering": "-price"}).json()["results"]] == [dear.pk, cheap.pk]
    assert [one["id"] for one in api.get(url, {"max_price": "15"}).json()["results"]] == [cheap.pk]
    assert api.get(url, {"min_price": "3", "max_price": "1"}).json()["code"] == "price_range.reversed"


def test_an_unknown_brand_is_404_and_an_impossible_number_400(api):
    for path in ("", "skus/"):
        assert api.get(f"/api/v1/brands/999999/{path}").json()["code"] == "brand.not_found"
        assert api.get(f"/api/v1/brands/{2**70}/{path}").json()["errors"][0]["field"] == "brand_id"
