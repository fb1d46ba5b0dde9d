"""What is exported comes back as it was, to the last column of the last table."""

import csv
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from media.models import MallImage
from shop.catalog.models import Category, Sku, SkuOption, Spu
from shop.exchange import export_file, import_file
from tests.factories.catalog import (
    BrandFactory,
    CategoryFactory,
    LeafCategoryFactory,
    MallImageFactory,
    PictureFactory,
    SkuFactory,
    SpuFactory,
    picture_bytes,
)
from tests.shop.exchange.files import everything, imported, other, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def shop():
    """A small catalog in which everything that is hard about files occurs."""
    phone = SpuFactory(
        code="=1+1",
        name='6" “屏”, 手机',
        caption="+8613800000000",
        on_sale_at=datetime(2026, 1, 1, 1, 2, 3, tzinfo=UTC),
        off_sale_at=datetime(2027, 1, 1, 1, 2, 3, 456789, tzinfo=UTC),
        is_hot=True,
        seo_title="@SUM(A1)",
        detail='<p onclick="x">一 & 二</p>\n<script>alert(1)</script>' + "<p>很长的详情</p>" * 5000,
        packing="手机\n充电器",
    )
    images = [MallImageFactory() for _ in range(3)]
    twins = [MallImageFactory(file_bytes=picture_bytes(width=20)) for _ in range(2)]
    for image in (*images, twins[1]):
        image.get_file_hash()
    phone.default_image = twins[1]
    phone.save()
    specs = {"颜:色": "黑:色", "内存\\": "256GB"}
    black = SkuFactory(
        spu=phone, code="007", options=specs, price=Decimal("0.10"), market_price=Decimal("9999999999.99")
    )
    white = SkuFactory(
        spu=phone, code="-1", name="手写的名字", options={**specs, "颜:色": "'=白"}, is_on_sale=False, stock=0,
        cost_price=Decimal("12.34"), default_image=images[2], sort_order=5,
    )  # fmt: skip
    PictureFactory(spu=phone, image=images[1], sort_order=2)
    PictureFactory(spu=phone, image=images[0], sort_order=1)
    PictureFactory(spu=phone, image=images[0], sort_order=3)
    PictureFactory(spu=phone, sku=white, image=twins[0])
    SpuFactory(
        code="0001", name="[清空]", brand=None, status=Spu.Status.DRAFT, caption="\\[clear]", detail="纯文字，一行"
    )
    SkuFactory(code="69012345678901234567", name="　空格  名 ", spu__name="a\x0bb", spu__detail="<p>\r\n换行\x0c</p>")
    many = SpuFactory(code="MANY")
    SkuFactory(spu=many, options={f"规格{n}": f"{n}" for n in range(8)})
    SkuFactory(code=black.code + "x", spu__status=Spu.Status.OFF_SALE, spu__service="'quoted", spu__is_new=True)
    Sku.objects.update(index_dirty_at=None)


def _unchanged(report, spus=5, skus=5):
    assert told(report) == []
    assert report.warnings == []
    assert report.counts["spus_unchanged"] == spus
    assert report.counts["skus_unchanged"] == skus


@pytest.mark.parametrize("name", ["goods.xlsx", "goods.csv"])
@pytest.mark.parametrize("with_pictures", [False, True])
def test_export_then_import_changes_nothing_and_tells_nothing(shop, tmp_path, emitted, name, with_pictures):
    before, events = everything(), list(emitted)
    folder = tmp_path / "pictures" if with_pictures else None

    export_file(tmp_path / name, pictures=folder)
    report = import_file(tmp_path / name, pictures=folder)

    _unchanged(report)
    assert everything() == before
    assert list(emitted) == events
    assert not Sku.objects.exclude(index_dirty_at=None).exists()


def test_exporting_reads_only(shop, tmp_path):
    before = everything()

    export_file(tmp_path / "goods.xlsx", pictures=tmp_path / "pictures")

    assert everything() == before


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_export_fills_an_empty_shop_that_exports_the_same(tmp_path, ending):
    imported(
        tmp_path,
        row(副标题="=1+1", 详情="<p>一</p>"),
        row(SKU编码="P1-2", 规格1="颜色:白", 库存=0),
        other(),
    )
    picture = MallImageFactory()
    spu = Spu.objects.get(code="P1")
    PictureFactory(spu=spu, image=picture)
    Spu.objects.filter(pk=spu.pk).update(default_image=picture)
    first, second, folder = (tmp_path / name for name in (f"a.{ending}", f"b.{ending}", "pictures"))
    export_file(first, pictures=folder)
    SkuOption.objects.all().delete()
    Spu.objects.all().delete()
    for level in (3, 2, 1):
        Category.objects.filter(level=level).delete()
    MallImage.objects.all().delete()

    report = import_file(first, pictures=folder)

    assert told(report) == []
    assert report.counts["pictures_added"] == 1
    export_file(second)
    read = _rows(first), _rows(second)
    stored = MallImage.objects.get().file.name.removeprefix("original_images/")
    known = picture.file.name.removeprefix("original_images/")
    assert [[stored if cell == known else cell for cell in line] for line in read[0]] == read[1]


def _rows(path):
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    book = load_workbook(path)
    return [list(line) for line in book.active.iter_rows(values_only=True)]


@pytest.mark.fault
def test_texts_in_a_workbook_are_texts_whatever_they_look_like(shop, tmp_path):
    export_file(tmp_path / "goods.xlsx")

    book = load_workbook(tmp_path / "goods.xlsx")
    cells = [cell for line in book.active.iter_rows(min_row=2) for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {"=1+1", "+8613800000000", "@SUM(A1)", "007", "69012345678901234567"} <= {cell.value for cell in cells}
    assert all(cell.quotePrefix for cell in cells if cell.value == "=1+1")
    assert max(len(cell.value) for cell in cells if isinstance(cell.value, str)) <= 32_767


@pytest.mark.fault
def test_no_cell_of_a_csv_is_a_formula(shop, tmp_path):
    export_file(tmp_path / "goods.csv")

    lines = _rows(tmp_path / "goods.csv")
    assert [cell for line in lines for cell in line if cell[:1] in {"=", "+", "-", "@", "\t", "\r", "＝"}] == []
    assert "'=1+1" in lines[1]


def test_an_export_may_be_of_one_category_with_all_below_or_of_one_brand(tmp_path):
    top = CategoryFactory(name="手机")
    middle = CategoryFactory(parent=top)
    inside = [SpuFactory(category=CategoryFactory(parent=middle)) for _ in range(2)]
    brand = BrandFactory()
    SpuFactory(category=LeafCategoryFactory(), brand=brand)
    codes = {}
    for name, options in {
        "top": {"category_id": top.pk},
        "middle": {"category_id": middle.pk},
        "leaf": {"category_id": inside[0].category_id},
        "brand": {"brand_id": brand.pk},
        "none": {"brand_id": brand.pk, "category_id": top.pk},
    }.items():
        export_file(tmp_path / "goods.csv", **options)
        codes[name] = len(_rows(tmp_path / "goods.csv")) - 1

    assert codes == {"top": 2, "middle": 2, "leaf": 1, "brand": 1, "none": 0}


def test_queries_do_not_grow_with_the_catalog(tmp_path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    SkuFactory(options={"颜色": "黑"})
    with CaptureQueriesContext(connection) as one:
        export_file(tmp_path / "goods.xlsx")
    for _ in range(30):
        sku = SkuFactory(options={"颜色": "黑"})
        PictureFactory(spu=sku.spu)

    with django_assert_num_queries(len(one)):
        export_file(tmp_path / "goods.xlsx")


def test_a_picture_that_the_store_lost_is_a_warning(tmp_path):
    image = MallImageFactory()
    SpuFactory(default_image=image)
    image.file.storage.delete(image.file.name)

    report = export_file(tmp_path / "goods.xlsx", pictures=tmp_path / "pictures")

    assert len(report.warnings) == 1
    assert list((tmp_path / "pictures").iterdir()) == []


def test_an_export_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "goods.csv"
    path.write_text("old", encoding="utf-8")
    SkuFactory()

    def break_off(*_args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(path, progress=break_off)

    assert path.read_text(encoding="utf-8") == "old"
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["goods.csv"]
