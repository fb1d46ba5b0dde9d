"""Ads by slot: the source system's slots from the homepage's blocks, the others from category ads."""

import pytest

from cms import building, slots
from cms.selectors import ad_for_category
from tests.factories.catalog import CategoryFactory, LeafCategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home

pytestmark = pytest.mark.django_db

#: CONTRACT §2, word for word.
CONTRACT = [
    *("index_lbt", "index_kx", "index_ytgg"),
    *(f"index_1f_{part}" for part in ("logo", "pd", "bq", "ssxp", "cxdj", "sjpj")),
    *(f"index_2f_{part}" for part in ("logo", "pd", "bq", "cxdj", "jjhg")),
    *(f"index_3f_{part}" for part in ("logo", "pd", "bq", "shyp", "cfyp")),
]


def titles(api, slot: str) -> list[str]:
    return [one["title"] for one in api.get(f"/api/v1/ads/?slot={slot}").json()]


def test_exactly_the_contracts_slots_and_those_of_categories_exist():
    assert set(slots.SLOTS) == {*CONTRACT, "category_list", "sku_detail"}


@pytest.mark.parametrize("slot", CONTRACT)
def test_a_known_slot_with_nothing_in_it_is_an_empty_list(api, slot):
    answer = api.get(f"/api/v1/ads/?slot={slot}")

    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("slot", ["index_4f_logo", "index_1f_jjhg", "INDEX_LBT", "x", "index_lbt "])
def test_an_unknown_slot_is_404(api, slot):
    answer = api.get("/api/v1/ads/", {"slot": slot})

    assert (answer.status_code, answer.json()["code"]) == (404, "ad_slot.not_found")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"slot": ""},
        {"slot": "x" * 41},
        {"slot": "a\x00b"},
        {"slot": "index_lbt", "category": "x"},
        {"slot": "index_lbt", "category": 0},
        {"slot": "index_lbt", "category": 10**30},
    ],
)
def test_a_wrong_question_is_400_and_names_the_field(api, query):
    answer = api.get("/api/v1/ads/", query)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in {"slot", "category"}


def test_the_homepages_blocks_fill_the_source_systems_slots(api):
    sku, other = SkuFactory(name="手机甲"), SkuFactory(name="手机乙")
    category = CategoryFactory(name="手机")
    make_home(
        make_carousel(make_banner(title="横幅")),
        building.notices(lines=[building.notice(title="快讯")]),
        building.ads(pictures=[make_banner(title="页头")], slot="index_ytgg"),
        building.ads(pictures=[make_banner(title="别处")]),
        building.floor(
            title="手机通讯",
            category=category.pk,
            logo=MallImageFactory().pk,
            channels=[building.text_link(title="整机", to=building.link(category=category.pk))],
            tags=[building.text_link(title="5G", to=building.link(search="5G"))],
            tabs=[
                building.tab(title="时尚新品", source=[building.picked(sku.pk)], slot="ssxp"),
                building.tab(title="畅想低价", source=[building.picked(other.pk)], slot="cxdj"),
                building.tab(title="没有广告位", source=[building.picked(other.pk)]),
            ],
            slot="1f",
        ),
    )

    assert titles(api, "index_lbt") == ["横幅"]
    assert titles(api, "index_kx") == ["快讯"]
    assert titles(api, "index_ytgg") == ["页头"]
    assert titles(api, "index_1f_logo") == ["手机通讯"]
    assert titles(api, "index_1f_pd") == ["整机"]
    assert titles(api, "index_1f_bq") == ["5G"]
    assert titles(api, "index_1f_ssxp") == ["手机甲"]
    assert titles(api, "index_1f_cxdj") == ["手机乙"]
    assert titles(api, "index_1f_sjpj") == []
    assert titles(api, "index_2f_pd") == []


def test_a_product_in_a_slot_carries_its_price_as_text_and_leads_to_its_page(api):
    sku = SkuFactory(name="手机甲", price="6499")
    tab = building.tab(title="时尚新品", source=[building.picked(sku.pk)], slot="ssxp")
    make_home(building.floor(title="手机", category=sku.spu.category_id, tabs=[tab], slot="1f"))

    item = api.get("/api/v1/ads/?slot=index_1f_ssxp").json()[0]

    assert (item["title"], item["text"], item["target"]) == ("手机甲", "¥6499.00", "_self")
    assert item["link"] == {"type": "sku", "id": sku.pk, "url": f"/skus/{sku.pk}/", "title": "手机甲"}


def test_image_addresses_are_absolute_and_webp(api, settings):
    make_home(make_carousel())

    banner = api.get("/api/v1/banners/").json()[0]

    assert {"title", "image_url", "url", "text", "target"} <= set(banner)
    for address in (banner["image_url"], *banner["images"].values()):
        assert address.startswith(settings.PUBLIC_URL)
        assert address.endswith(".webp")


def test_a_category_shows_its_own_ads_or_those_of_its_nearest_parent(api):
    leaf = LeafCategoryFactory()
    top = leaf.parent.parent
    CategoryAdFactory(category=top, title="顶级")

    def of(category) -> list[str]:
        return [one["title"] for one in api.get(f"/api/v1/ads/?slot=category_list&category={category.pk}").json()]

    assert of(leaf) == of(leaf.parent) == of(top) == ["顶级"]
    CategoryAdFactory(category=leaf, title="自己的二", sort_order=2)
    CategoryAdFactory(category=leaf, title="自己的一", sort_order=1)
    from kernel import bytestore, regions

    bytestore.drop(regions.HOME)
    assert of(leaf) == ["自己的一", "自己的二"]
    assert of(top) == ["顶级"]


def test_the_product_page_takes_its_own_slot_before_the_categorys_list():
    category = CategoryFactory()
    assert ad_for_category(category.pk) is None
    CategoryAdFactory(category=category, title="列表")
    assert ad_for_category(category.pk)["title"] == "列表"
    CategoryAdFactory(category=category, title="详情", slot="sku_detail")
    assert ad_for_category(category.pk)["title"] == "详情"
    assert ad_for_category(category.pk, slot="category_list")["title"] == "列表"


def test_a_category_that_does_not_exist_has_no_ad(api):
    assert ad_for_category(999_999) is None
    assert api.get("/api/v1/ads/?slot=category_list&category=999999").json() == []


def test_an_ad_without_its_picture_or_to_nowhere_is_not_shown():
    sku = SkuFactory()
    category = CategoryFactory()
    ad = CategoryAdFactory(category=category, link=[("sku", sku)])
    assert ad_for_category(category.pk)["url"] == f"/skus/{sku.pk}/"

    sku.delete()
    assert ad_for_category(category.pk) is None
    ad.link = [("url", "/x/")]
    ad.save()
    ad.image.delete()
    assert ad_for_category(category.pk) is None


def test_a_draft_ad_is_not_shown():
    ad = CategoryAdFactory(title="定稿")
    ad.title = "草稿"
    ad.save_revision()
    unseen = CategoryAdFactory(live=False, category=ad.category)
    unseen.save_revision()

    assert ad_for_category(ad.category_id)["title"] == "定稿"


def test_a_deleted_category_takes_its_ads_along():
    ad = CategoryAdFactory()
    ad.category.delete()

    assert ad_for_category(ad.category_id) is None
