"""``manage.py load_demo``: what is there afterwards, and that loading again changes nothing."""

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Max, Sum
from django.test import override_settings
from PIL import Image
from wagtail.models import Collection, Revision

from accounts.models import Address, User
from cms import slots
from cms.models import CategoryAd, ContentPage, HomePage, SiteSettings
from cms.selectors import home
from cms.selectors.ads import ads_in_slot
from kernel import clock, events
from media.models import SIZES, MallImage, Rendition
from media.renditions import ensure_renditions
from meiduo.demo.data.goods import PRODUCTS, sku_count
from meiduo.demo.data.pages import ARTICLES, HOT_WORDS
from meiduo.demo.loading import catalog, homepage, library
from meiduo.demo.loading.people import PASSWORD
from meiduo.demo.pictures import Order, Painted
from meiduo.demo.pictures.studio import paint
from search import engine as engines
from search.engine import Question
from search.models import HotWord
from search.queries import search
from shop.catalog.models import Brand, Category, Picture, Sku, Spu
from shop.catalog.selectors import skus_on_sale
from shop.models import StockMovement
from tests.factories.catalog import SkuFactory

#: One product of every first-level category, those that the homepage picks by hand among them.
FEW = ("PH1001", "PC2103", "HA3001", "CL4005", "BE5101", "FO6201", "HO7204", "KI8103", "SP9001", "BK0001")


def dabs(orders: Sequence[Order], **ignored: Any) -> Iterator[Painted]:
    """A dab of colour for every picture: loading is tested here, drawing elsewhere."""
    for order in orders:
        number = zlib.crc32(repr(order).encode())
        out = io.BytesIO()
        picture = Image.new("RGB", (24, 24), (number & 255, number >> 8 & 255, number >> 16 & 255))
        # Two orders may have one colour, but never one content.
        picture.save(out, "JPEG", comment=repr(order).encode())
        yield Painted(out.getvalue(), 24, 24, ())


@pytest.fixture(scope="module", autouse=True)
def _apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files in a folder of their own, the database's search engine, and dabs for pictures."""
    with (
        override_settings(
            MEDIA_ROOT=tmp_path_factory.mktemp("media"), SEARCH_ENGINE="search.engines.database.DatabaseEngine"
        ),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(library, "painted", dabs)
        engines._kept.cache_clear()
        yield
        engines._kept.cache_clear()


@pytest.fixture(scope="module")
def shop(_apart: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demo shop, loaded once for the tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def small(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of a few products, for the tests that load it themselves."""
    chosen = [one for one in PRODUCTS if one.code in FEW]
    monkeypatch.setattr(catalog, "PRODUCTS", chosen)
    monkeypatch.setattr(homepage, "PRODUCTS", chosen)


def load(*args: str) -> str:
    out = io.StringIO()
    call_command("load_demo", *args, stdout=out)
    return out.getvalue()


def everything() -> dict[str, Any]:
    """What a second loading could change: how many rows there are, and when one was written last."""
    counted = (Category, Brand, Spu, Sku, Picture, StockMovement, MallImage, Rendition, Revision)
    counted += (HomePage, ContentPage, CategoryAd, HotWord, User, Address, Collection)
    return {model.__name__: model.objects.count() for model in counted} | {
        "spus": Spu.objects.aggregate(Max("updated_at")),
        "skus": Sku.objects.aggregate(Max("updated_at"), Max("index_dirty_at")),
        "settings": list(SiteSettings.objects.values()),
        "home": HomePage.objects.values_list("latest_revision", "last_published_at").get(),
    }


# -- what is there


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
    assert search(Question(at=clock.now(), text=word), counted=False).count


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


# -- loading a smaller one


def test_a_picture_that_the_painters_did_finish_is_ready_in_every_size(small: None, monkeypatch: pytest.MonkeyPatch):
    def really(orders: Sequence[Order], filters: Sequence[str], **ignored: Any) -> Iterator[Painted]:
        return (paint(one, filters=tuple(filters)) for one in orders)

    monkeypatch.setattr(library, "painted", really)
    wanted = catalog._pictures_of(next(one for one in PRODUCTS if one.code == "FO6201"))

    ((*image_ids,),) = library.Library().hang([wanted])

    made = {row.filter_spec: row for row in Rendition.objects.filter(image_id=image_ids[0])}
    assert set(made) == set(SIZES.values())
    assert ensure_renditions(image_ids[0])
    assert Rendition.objects.filter(image_id=image_ids[0]).count() == len(SIZES)
    image = MallImage.objects.get(pk=image_ids[0])
    with image.file.open() as file:
        assert Image.open(file).size == (image.width, image.height) == (800, 800)
    for spec in SIZES.values():
        kept = made[spec].width, made[spec].height
        made[spec].delete()
        fresh = image.get_rendition(spec)
        assert (fresh.width, fresh.height) == kept


def test_a_picture_that_the_painters_did_not_finish_is_left_to_a_worker(small: None, emitted: Sequence[events.Event]):
    ((image_id,),) = library.Library().hang([catalog._pictures_of(PRODUCTS[0])[:1]])

    assert [event.image_id for event in emitted if type(event).__name__ == "PictureStored"] == [image_id]


def test_a_loading_that_broke_off_is_mended_by_the_next(small: None, monkeypatch: pytest.MonkeyPatch):
    real, calls = catalog.set_stock, []

    def breaks(**given: Any) -> int:
        calls.append(given)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(**given)

    with monkeypatch.context() as patch:
        patch.setattr(catalog, "set_stock", breaks)
        with pytest.raises(KeyboardInterrupt):
            load()

    # Three whole products, nothing of the fourth.
    assert Spu.objects.count() == 3
    assert not Sku.objects.exclude(spu__in=Spu.objects.all()).exists()
    assert library.is_unfinished()

    load("--if-empty")

    assert Spu.objects.count() == len(FEW)
    assert not library.is_unfinished()
    assert User.objects.filter(username="admin").exists()


def test_what_was_edited_or_deleted_stays_so(small: None):
    load()
    Spu.objects.filter(code="PH1001").update(name="我的手机")
    ContentPage.objects.filter(slug="about").update(title="我们的故事")
    HotWord.objects.exclude(text="手机").delete()
    User.objects.get(username="admin").set_password("another-one-9")
    page = HomePage.objects.get()
    page.title = "我的商城"
    page.save_revision().publish()
    before = everything()

    load()

    assert everything() == before
    assert Spu.objects.get(code="PH1001").name == "我的手机"
    assert HomePage.objects.get().title == "我的商城"


def test_if_empty_leaves_a_shop_with_products_alone(small: None):
    SkuFactory()

    said = load("--if-empty")

    assert "未加载" in said
    assert not Spu.objects.filter(code__in=FEW).exists()
    assert not User.objects.filter(username="admin").exists()


def test_if_empty_loads_once_and_then_nothing_even_of_what_was_deleted(small: None):
    load("--if-empty")
    Spu.objects.filter(code="BK0001").delete()

    load("--if-empty")

    assert not Spu.objects.filter(code="BK0001").exists()


def test_a_name_or_mobile_that_somebody_has_is_left_to_them(small: None):
    User.objects.create_user("someone", password="x-y-z-1-2", mobile="13800000000")

    load()

    assert not User.objects.filter(username="buyer").exists()


def test_production_refuses_and_by_force_gives_nobody_a_login(
    small: None, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.SETTINGS_MODULE = "meiduo.settings.production"

    with pytest.raises(CommandError, match="--force"):
        load()
    assert not Spu.objects.exists()

    load("--force")

    assert Spu.objects.count() == len(FEW)
    assert not User.objects.exists()


def test_progress_is_plain_lines_where_nobody_watches_a_terminal(small: None):
    lines = load().splitlines()

    assert any(line.startswith("商品与图片：10，") for line in lines)
    assert lines[-1] == "演示商城已就绪"
    assert "\x1b" not in "".join(lines)


def test_progress_is_a_bar_in_a_terminal(small: None, monkeypatch: pytest.MonkeyPatch, capsys: Any):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    call_command("load_demo", stdout=Terminal())

    shown = capsys.readouterr().out
    assert "商品与图片" in shown
    assert "10/10" in shown


def test_a_search_engine_that_is_away_does_not_stop_the_loading(small: None, monkeypatch: pytest.MonkeyPatch):
    from meiduo.demo.loading import finding
    from search.errors import EngineDown

    def away(**_given: Any) -> None:
        raise EngineDown

    monkeypatch.setattr(finding, "rebuild", away)

    assert "后台任务" in load()
    assert Sku.objects.filter(index_dirty_at__isnull=False).count() == Sku.objects.count()
