"""What is wrong is told by row and column, keeps its whole product out, and nothing else."""

import pytest

from shop.catalog.models import Brand, Category, Sku, Spu
from shop.exchange import gathering
from tests.factories.catalog import SkuFactory, SpuFactory
from tests.shop.exchange.files import everything, imported, other, row, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"售价": "面议"}, "售价"),
        ({"售价": "-1"}, "售价"),
        ({"售价": "1.999"}, "售价"),
        ({"售价": ""}, "售价"),
        ({"售价": "99999999999999"}, "售价"),
        ({"市场价": "x"}, "市场价"),
        ({"库存": "-5"}, "库存"),
        ({"库存": "1.5"}, "库存"),
        ({"库存": "9999999999"}, "库存"),
        ({"重量(克)": "2kg"}, "重量(克)"),
        ({"在售": "也许"}, "在售"),
        ({"SPU状态": "在途"}, "SPU状态"),
        ({"上架时间": "昨天"}, "上架时间"),
        ({"上架时间": "2026-12-01", "下架时间": "2026-11-11"}, "下架时间"),
        ({"商品名称": ""}, "商品名称"),
        ({"商品名称": "长" * 121}, "商品名称"),
        ({"商品名称": "a\x00b"}, "商品名称"),
        ({"一级分类": ""}, "一级分类"),
        ({"二级分类": ""}, "二级分类"),
        ({"三级分类": ""}, "三级分类"),
        ({"一级分类": "", "二级分类": "", "三级分类": ""}, "一级分类"),
        ({"品牌": "牌" * 61}, "品牌"),
        ({"SKU编码": ""}, "SKU编码"),
        ({"SKU编码": "x" * 65}, "SKU编码"),
        ({"SKU编码": "6.90123E+12"}, "SKU编码"),
        ({"规格1": "黑色"}, "规格1"),
        ({"规格1": "颜色:"}, "规格1"),
        ({"规格1": "颜色:" + "黑" * 31}, "规格1"),
        ({"规格1": "颜" * 21 + ":黑"}, "规格1"),
        ({"规格2": "颜色:白"}, "规格2"),
        ({"规格名3": "内存"}, "规格值3"),
        ({"主图": "../secret.jpg"}, "主图"),
        ({"主图": "https://example.com/a.jpg"}, "主图"),
        ({"图片": "a.jpg|none.jpg"}, "图片"),
        ({"详情": "a\x00b"}, "详情"),
        ({"SEO标题": "长" * 121}, "SEO标题"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_cell_is_named_and_the_other_products_go_in(tmp_path, changes, column):
    report = imported(tmp_path, other(), row(**changes))

    assert next((place, title) for place, title, _message in told(report)) == (3, column)
    assert all(message for _row, _column, message in told(report))
    assert list(Spu.objects.values_list("code", flat=True)) == ["P2"]
    assert report.counts["spus_skipped"] == 1
    assert not report.ok


def test_nothing_of_a_bad_product_is_left_anywhere(tmp_path):
    imported(tmp_path, other())
    before = everything()

    report = imported(
        tmp_path,
        row(商品编码="P9", 一级分类="新一", 二级分类="新二", 三级分类="新三", 品牌="新牌"),
        row(商品编码="P9", 规格1="颜色:白", SKU编码="P9-2", 一级分类="", 二级分类="", 三级分类="", 品牌="", 售价="?"),
    )

    assert [issue.row for issue in report.errors] == [3]
    assert everything() == before
    assert not Category.objects.filter(name="新一").exists()
    assert not Brand.objects.filter(name="新牌").exists()


def test_nothing_of_an_existing_product_changes_when_one_of_its_rows_is_bad(tmp_path):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))
    before = everything()

    imported(tmp_path, row(商品名称="新名"), row(规格1="颜色:白", SKU编码="P1-2", 商品名称="新名", 库存="x"))

    assert everything() == before


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(), other(SKU编码="P1-1")], [(2, "SKU编码"), (3, "SKU编码")]),
        ([row(), row(规格1="颜色:白")], [(3, "SKU编码")]),
        ([row(), row(SKU编码="P1-2")], [(3, "规格1")]),
        ([row(规格1=""), row(规格1="", SKU编码="P1-2")], [(3, "规格1")]),
        ([row(), row(SKU编码="P1-2", 规格1="尺寸:大")], [(3, "规格1")]),
        ([row(), row(SKU编码="P1-2", 规格1="")], [(3, "规格1")]),
        ([row(规格2="内存:1"), row(SKU编码="P1-2")], [(3, "规格1")]),
        ([row(), row(SKU编码="P1-2", 规格1="颜色:白", 商品名称="别的")], [(3, "商品名称")]),
        ([row(), row(SKU编码="P1-2", 规格1="颜色:白", 三级分类="别的")], [(3, "三级分类")]),
        ([row(商品编码="")], [(2, "商品编码")]),
        ([row(商品编码="x" * 65)], [(2, "商品编码")]),
    ],
    ids=[
        "code-of-two-products", "code-twice", "same-options", "two-without-specs", "other-spec", "no-spec",
        "spec-missing", "name-differs", "category-differs", "no-product-code", "long-product-code",
    ],
)  # fmt: skip
def test_rows_that_contradict_each_other_are_told(tmp_path, rows, expected):
    report = imported(tmp_path, *rows)

    assert [(place, title) for place, title, _message in told(report)] == expected
    assert not Spu.objects.exists()


def test_a_sku_code_of_another_product_is_refused(tmp_path):
    SkuFactory(code="P1-1", spu__code="OLD")

    report = imported(tmp_path, row())

    assert told(report)[0][:2] == (2, "SKU编码")
    assert "OLD" in told(report)[0][2]


def test_options_that_an_existing_sku_has_are_refused(tmp_path):
    imported(tmp_path, row())

    report = imported(tmp_path, row(SKU编码="P1-9"))

    assert told(report)[0][:2] == (2, "规格1")
    assert "P1-1" in told(report)[0][2]


def test_other_specs_need_every_sku_of_the_product(tmp_path):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))
    before = everything()

    report = imported(tmp_path, row(规格2="内存:256GB"))

    assert told(report)[0][:2] == (2, "规格1")
    assert "P1-2" in told(report)[0][2]
    assert everything() == before


def test_a_new_sku_of_a_product_with_specs_needs_them(tmp_path):
    imported(tmp_path, row())

    report = imported(
        tmp_path,
        {
            "商品编码": "P1",
            "SKU编码": "P1-2",
            "售价": "1",
            "商品名称": "",
            "一级分类": "",
            "二级分类": "",
            "三级分类": "",
        },
    )

    assert "颜色" in told(report)[0][2]


def test_the_end_of_sale_is_checked_against_the_stored_start(tmp_path):
    imported(tmp_path, other(上架时间="2026-12-01"))

    report = imported(tmp_path, {"商品编码": "P2", "SKU编码": "P2", "下架时间": "2026-11-11"})

    assert told(report)[0][:2] == (2, "下架时间")


def test_too_many_skus_of_one_product_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "MOST_SKUS", 3)

    report = imported(tmp_path, *(row(规格1=f"颜色:{n}", SKU编码=f"S{n}") for n in range(6)))

    assert [place for place, *_ in told(report)] == [5]
    assert not Spu.objects.exists()


def test_two_hundred_skus_of_one_product_are_fine(tmp_path):
    report = imported(tmp_path, *(row(规格1=f"颜色:{n}", SKU编码=f"S{n}") for n in range(200)))

    assert told(report) == []
    assert Sku.objects.count() == 200


def test_an_unknown_column_is_a_warning_with_the_nearest_name(tmp_path):
    report = imported(tmp_path, row(副标提="x", 供应商电话="y"))

    assert report.ok
    assert [(issue.row, issue.column) for issue in report.warnings] == [(1, "副标提"), (1, "供应商电话")]
    assert "副标题" in report.warnings[0].message


@pytest.mark.parametrize("missing", ["商品编码", "SKU编码", "商品名称", "一级分类", "三级分类", "售价"])
def test_a_missing_column_stops_everything_and_is_named(tmp_path, missing):
    rows = [row(), other()]
    for one in rows:
        del one[missing]

    report = imported(tmp_path, *rows)

    assert [missing in title for _row, title, _message in told(report)] == [True]
    assert not Spu.objects.exists()


def test_a_missing_price_column_stops_a_new_sku_of_an_existing_product(tmp_path):
    SpuFactory(code="P1")
    bare = row()
    del bare["售价"]

    report = imported(tmp_path, bare)

    assert "售价" in told(report)[0][1]
    assert not Sku.objects.exists()


def test_a_column_that_stands_twice_stops_everything(tmp_path):
    report = imported(tmp_path, row(价格="1"))

    assert told(report)[0][:2] == (1, "价格")
    assert not Spu.objects.exists()


@pytest.mark.parametrize("content", ["", "\n\n", "商品编码,SKU编码\n", "hello"])
def test_a_file_without_products_says_so(tmp_path, content):
    from shop.exchange import import_file

    (tmp_path / "goods.csv").write_text(content, encoding="utf-8")

    report = import_file(tmp_path / "goods.csv")

    assert len(report.errors) == 1
    assert report.errors[0].message


def test_a_header_in_the_wrong_encoding_points_at_the_encoding(tmp_path):
    from shop.exchange import import_file
    from tests.shop.exchange.files import write_csv

    report = import_file(write_csv(tmp_path / "goods.csv", [row()], encoding="gbk"), encoding="cp437")

    assert "cp437" in report.errors[0].message


def test_a_long_value_is_shortened_in_the_report(tmp_path):
    report = imported(tmp_path, row(商品名称="长\n" * 200))

    assert len(report.errors[0].value) == 40
    assert "\n" not in report.errors[0].value


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path, emitted):
    rows = [
        row(), other(), other(商品编码="P3", SKU编码="P3", 商品名称="杯", 品牌="新"),
        row(商品编码="P4", SKU编码="P4", 售价="?"),
        row(商品编码="P5", SKU编码="P5", 下架时间="2020-01-01", 上架时间="2021-01-01"),
        other(商品编码="P6", SKU编码="P2"),
    ]  # fmt: skip
    before = everything()

    dry = imported(tmp_path, *rows, dry_run=True)

    assert everything() == before
    assert emitted == []
    real = imported(tmp_path, *rows)
    assert dry.issues == real.issues
    assert dry.counts == real.counts
    assert dry.dry_run
    assert not real.dry_run
    again = imported(tmp_path, *rows, dry_run=True)
    assert again.issues == real.issues
    assert again.counts["spus_created"] == 0
