"""The demo shop as a newcomer finds it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Sum

from accounts.models import Address, User
from cms import slots
from cms.models import CategoryAd, ContentPage, SiteSettings
from cms.selectors import home
from cms.selectors.ads import ads_in_slot
from kernel import clock
from media.models import MallImage
from meiduo.demo.data.goods import PRODUCTS, sku_count
from meiduo.demo.data.pages import ARTICLES, HOT_WORDS
from meiduo.demo.loading import library
from meiduo.demo.loading.people import PASSWORD
from search.engine import Question
from search.queries import search
from shop.catalog.models import Brand, Category, Picture, Sku, Spu
from shop.catalog.selectors import skus_on_sale
from shop.models import StockMovement
from tests.fakes.painters import dabbing, everything, load


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demo shop, loaded once: the tests only look at it."""
    with dabbing(tmp_path_factory.mktemp("media")), django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


def test_the_catalog_is_there_in_three_levels(shop: None):
    assert set(Category.objects.values_list("level", flat=True)) == {1, 2, 3}
    assert Category.objects.filter(level=1).count() >= 8
    assert Category.objects.count() >= 120
    assert Spu.objects.count() == len(PRODUCTS) >= 60
    assert Sku.objects.count() == sum(map(sku_count, PRODUCTS)) >= 250


def test_every_product_says_and_shows_everything(shop: None):
    for field in ("caption", "detail", "packing", "service", "seo_title", "seo_description", "slug"):
        assert not Spu.objects.filter(**{field: ""}).exists(), field
    assert not Spu.objects.filter(default_image=None).exists()
    assert not Spu.objects.filter(brand=None).exists()
    assert not Category.objects.filter(image=None).exists()
    assert not Brand.objects.filter(logo=None).exists()
    for spu in Spu.objects.prefetch_related("skus"):
        for sku in spu.skus.all():
            assert (
                Picture.objects.filter(spu=spu, sku__in=[sku.pk]).count()
                + Picture.objects.filter(spu=spu, sku=None).count()
                >= 2
            )


def test_every_picture_has_words_and_a_place_of_its_own(shop: None):
    assert not MallImage.objects.filter(alt="").exists()
    assert set(MallImage.objects.values_list("collection__name", flat=True)) == {library.COLLECTION}
    assert len(set(MallImage.objects.values_list("file_hash", flat=True))) == MallImage.objects.count()


def test_prices_stand_in_their_order(shop: None):
    assert not Sku.objects.filter(price__lte=0).exists()
    assert not Sku.objects.filter(cost_price__gte=F("price")).exists()
    assert not Sku.objects.filter(market_price__lte=F("price")).exists()
    assert Sku.objects.filter(market_price__isnull=False).count() > Sku.objects.count() * 0.9


def test_the_ledger_explains_every_piece(shop: None):
    sums = dict(StockMovement.objects.values_list("sku").annotate(Sum("delta")).order_by())

    assert all(sums.get(pk, 0) == stock for pk, stock in Sku.objects.values_list("pk", "stock"))
    assert set(StockMovement.objects.values_list("cause", flat=True)) == {StockMovement.Cause.INITIAL}


def test_some_is_sold_out_some_nearly_and_some_not_on_sale_yet_or_any_more(shop: None):
    now = clock.now()

    assert 5 <= Sku.objects.filter(stock=0).count() <= Sku.objects.count() / 10
    assert Sku.objects.filter(stock__range=(1, 5)).count() >= 10
    assert Spu.objects.filter(on_sale_at__gt=now).exists()
    assert Spu.objects.filter(off_sale_at__lt=now).exists()
    assert skus_on_sale().count() < Sku.objects.count()


@pytest.mark.parametrize("order", ["price", "-sales", "-created_at"])
def test_no_two_orders_of_a_list_are_alike(shop: None, order: str):
    others = {"price", "-sales", "-created_at", "pk"} - {order}
    listed = [*Sku.objects.order_by(order, "pk").values_list("pk", flat=True)[:20]]

    assert all(listed != [*Sku.objects.order_by(one, "pk").values_list("pk", flat=True)[:20]] for one in others)


def test_the_homepage_has_all_its_parts(shop: None):
    shown = home.home_now()

    assert len(shown.banners) >= 3
    assert len(shown.notices) >= 3
    assert len(shown.floors) == Category.objects.filter(level=1).count()
    assert all(len(floor["ads"]) == 2 for floor in shown.floors)
    assert all(len(floor["tabs"]) == 3 and all(tab["products"] for tab in floor["tabs"]) for floor in shown.floors)
    assert len(shown.recommended) == 20
    assert {block["type"] for block in shown.blocks} >= {"ads", "carousel", "entries", "countdown", "products"}


@pytest.mark.parametrize("slot", [key for key, slot in slots.SLOTS.items() if slot.owner is slots.Owner.HOME])
def test_every_slot_of_the_homepage_is_filled(shop: None, slot: str):
    assert ads_in_slot(slot).ads


def test_every_first_category_has_its_ads(shop: None):
    for category in Category.objects.filter(level=1):
        for slot, _label in slots.CATEGORY_CHOICES:
            assert CategoryAd.objects.filter(category=category, slot=slot, live=True).count() == 1


def test_the_pages_have_something_to_say(shop: None):
    pages = {page.slug: page for page in ContentPage.objects.filter(live=True)}

    assert (
        set(pages)
        == {article.slug for article in ARTICLES}
        >= {*("help", "delivery", "returns", "privacy", "terms", "about")}
    )
    assert all(len(str(page.body)) > 500 for page in pages.values())
    assert SiteSettings.objects.get().icp_number
    assert len(SiteSettings.objects.get().footer) == 2


@pytest.mark.parametrize("word", [*HOT_WORDS, "shouji", "iphone", "huawei", "changhong", "重庆小面"])
def test_what_newcomers_search_for_is_found_at_once(shop: None, word: str):
    assert search(Question(at=clock.now(), text=word), logged=False).count


def test_an_administrator_a_marketer_and_a_buyer_can_log_in(shop: None):
    admin, marketer, buyer = (User.objects.get(username=name) for name in ("admin", "marketer", "buyer"))

    assert all(user.check_password(PASSWORD) for user in (admin, marketer, buyer))
    assert admin.is_superuser
    assert marketer.has_perm("wagtailadmin.access_admin")
    assert marketer.has_perm("cms.change_categoryad")
    assert not marketer.is_superuser
    assert buyer.mobile == "13800000000"
    assert not buyer.is_staff
    assert Address.objects.get(user=buyer).is_default


def test_loading_it_all_again_changes_nothing(shop: None):
    before = everything()

    load()

    assert everything() == before
