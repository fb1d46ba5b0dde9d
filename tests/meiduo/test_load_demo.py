"""``manage.py load_demo``: interrupted, repeated, refused, watched."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.models import User
from cms.models import ContentPage, HomePage
from kernel import events
from media.models import SIZES, MallImage, Rendition
from media.renditions import ensure_renditions
from meiduo.demo.data.goods import PRODUCTS
from meiduo.demo.loading import catalog, finding, homepage, library
from meiduo.demo.pictures import Order, Painted
from meiduo.demo.pictures.studio import paint
from search.errors import EngineDown
from search.models import HotWord
from shop.catalog.models import Sku, Spu
from shop.catalog.services import delete_spu
from tests.factories.catalog import SkuFactory
from tests.fakes.painters import dabbing, everything, load

#: One product of every first-level category, those that the homepage picks by hand among them.
FEW = ("PH1001", "PC2103", "HA3001", "CL4005", "BE5101", "FO6201", "HO7204", "KI8103", "SP9001", "BK0001")


@pytest.fixture
def small(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A demo of a few products, painted in dabs."""
    chosen = [one for one in PRODUCTS if one.code in FEW]
    monkeypatch.setattr(catalog, "PRODUCTS", chosen)
    monkeypatch.setattr(homepage, "PRODUCTS", chosen)
    with dabbing(tmp_path_factory.mktemp("media")):
        yield


def test_a_picture_that_the_painters_did_finish_is_ready_in_every_size(small: None, monkeypatch: pytest.MonkeyPatch):
    def really(orders: Sequence[Order], filters: Sequence[str], **ignored: Any) -> Iterator[Painted]:
        return (paint(one, filters=tuple(filters)) for one in orders)

    monkeypatch.setattr(library, "painted", really)
    wanted = catalog._pictures_of(next(one for one in PRODUCTS if one.code == "FO6201"))

    with library.Library().hanging([wanted]) as pictures:
        ((*image_ids,),) = pictures

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
    with library.Library().hanging([catalog._pictures_of(PRODUCTS[0])[:1]]) as pictures:
        ((image_id,),) = pictures

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
    Sku.objects.filter(spu__code="BK0001").update(sales=0)
    delete_spu(spu_id=Spu.objects.get(code="BK0001").pk)

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
    def away(**_given: Any) -> None:
        raise EngineDown

    monkeypatch.setattr(finding, "rebuild", away)

    assert "后台任务" in load()
    assert Sku.objects.filter(index_dirty_at__isnull=False).count() == Sku.objects.count()
