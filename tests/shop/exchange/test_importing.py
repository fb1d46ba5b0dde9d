"""What a correct file makes of the shop."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kernel.events import Event
from shop.catalog.events import CatalogChanged, SkusChanged
from shop.catalog.models import Brand, Category, Sku, SkuOption, Spec, SpecOption, Spu
from shop.stock.models import StockMovement
from tests.factories.catalog import BrandFactory, CategoryFactory, SkuFactory, SpuFactory
from tests.shop.exchange.files import everything, imported, other, row, told, write_xlsx

pytestmark = pytest.mark.django_db


def _options(code: str) -> dict[str, str]:
    rows = SkuOption.objects.filter(sku__code=code).order_by("spec__sort_order")
    return dict(rows.values_list("spec__name", "option__value"))


def _told_skus(events: list[Event]) -> set[int]:
    return {pk for event in events if isinstance(event, SkusChanged) for pk in event.sku_ids}


def test_a_file_makes_categories_brands_products_specs_skus_and_stock(tmp_path):
    report = imported(
        tmp_path,
        row(
            **{
                "副标题": "超可靠",
                "规格2": "内存:256GB",
                "市场价": "5,999",
                "成本价": 4200,
                "重量(克)": 209,
                "在售": "是",
                "SPU状态": "上架",
                "上架时间": "2026-11-11",
                "下架时间": "2026/12/1 12:00",
                "详情": "一\n二\n\n三",
                "包装清单": "<p onclick=x>手机<script>x</script></p>",
                "SEO标题": "手机",
                "新品": "是",
                "包邮": 1,
                "排序": 3,
            }
        ),
        other(),
        row(规格1="颜色：雪山白", 规格2="内存:256GB", SKU编码="P1-2", 售价=5499, 库存=0, 在售="否"),
    )

    assert told(report) == []
    spu = Spu.objects.get(code="P1")
    assert (spu.name, spu.caption, spu.slug, spu.status) == ("星河手机", "超可靠", "xing-he-shou-ji", 1)
    assert spu.brand
    assert (spu.brand.name, spu.brand.slug, spu.brand.first_letter) == ("星河", "xing-he", "X")
    assert [c.name for c in (spu.category.parent.parent, spu.category.parent, spu.category)] == [
        "手机数码",
        "手机通讯",
        "手机",
    ]
    assert [c.slug for c in Category.objects.order_by("level", "pk")] == [
        "shou-ji-shu-ma",
        "shou-ji-tong-xun",
        "shou-ji",
    ]
    assert spu.on_sale_at == datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert spu.off_sale_at == datetime(2026, 12, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (spu.is_new, spu.is_hot, spu.ship_free) == (True, False, True)
    assert spu.detail == "<p>一<br>二</p><p>三</p>"
    assert spu.packing == "<p>手机</p>"
    first, second = spu.skus.order_by("code")
    assert (first.name, second.name) == ("星河手机 黑色 256GB", "星河手机 雪山白 256GB")
    assert (first.price, first.market_price, first.cost_price) == (Decimal("5499"), Decimal("5999"), Decimal("4200"))
    assert (first.weight_grams, first.is_on_sale, first.sort_order, first.stock) == (209, True, 3, 10)
    assert (second.is_on_sale, second.stock) == (False, 0)
    assert _options("P1-1") == {"颜色": "黑色", "内存": "256GB"}
    assert _options("P1-2") == {"颜色": "雪山白", "内存": "256GB"}
    assert [spec.name for spec in spu.specs.order_by("sort_order")] == ["颜色", "内存"]
    assert Sku.objects.get(code="P2").name == "保温杯"
    assert report.counts["spus_created"] == 2
    assert report.counts["skus_created"] == 3
    assert report.counts["categories_created"] == 3
    assert report.counts["brands_created"] == 1


def test_the_stock_is_in_the_ledger_with_the_batch(tmp_path):
    report = imported(tmp_path, row(), other(库存=0))

    movement = StockMovement.objects.get()
    assert (movement.sku.code, movement.delta, movement.cause) == ("P1-1", 10, StockMovement.Cause.IMPORTED)
    assert movement.reference == report.batch
    assert Sku.objects.get(code="P1-1").stock == 10


def test_what_is_new_is_told_once_and_marked_for_the_index(tmp_path, emitted):
    imported(tmp_path, row(), other(库存=0))

    ids = set(Sku.objects.values_list("pk", flat=True))
    assert _told_skus(emitted) == ids
    assert sum(len(event.sku_ids) for event in emitted if isinstance(event, SkusChanged)) == len(ids)
    assert [event for event in emitted if isinstance(event, CatalogChanged)] == [CatalogChanged()]
    assert not Sku.objects.filter(index_dirty_at=None).exists()


def test_the_same_file_again_changes_nothing_and_tells_nothing(tmp_path, emitted):
    imported(tmp_path, row(), other())
    before, told_before = everything(), list(emitted)

    report = imported(tmp_path, row(), other())

    assert everything() == before
    assert list(emitted) == told_before
    assert report.counts["spus_unchanged"] == 2
    assert report.counts["skus_unchanged"] == 2
    assert report.counts["stock_changed"] == 0


def test_a_price_and_stock_list_of_a_few_columns_is_enough_for_what_exists(tmp_path, emitted):
    imported(tmp_path, row(副标题="旧"), other())
    before = list(emitted)

    report = imported(tmp_path, {"商品编码": "P1", "SKU编码": "P1-1", "售价": "4999", "库存": "7"})

    sku = Sku.objects.get(code="P1-1")
    assert told(report) == []
    assert (sku.price, sku.stock, sku.spu.caption) == (Decimal("4999.00"), 7, "旧")
    assert _options("P1-1") == {"颜色": "黑色"}
    assert _told_skus(list(emitted)[len(before) :]) == {sku.pk}
    assert StockMovement.objects.filter(sku=sku).order_by("pk").values_list("delta", flat=True).last() == -3


def test_an_empty_cell_leaves_and_the_word_for_it_empties(tmp_path):
    full = row(副标题="好", 市场价="9", 下架时间="2027-01-01", 详情="长")
    imported(tmp_path, full)

    imported(tmp_path, {**full, "副标题": "", "市场价": "", "下架时间": "", "详情": "", "品牌": "", "库存": ""})
    spu = Spu.objects.get()
    assert (spu.caption, spu.detail, spu.brand and spu.brand.name) == ("好", "长", "星河")
    assert spu.off_sale_at
    assert spu.skus.get().market_price == 9

    empty = dict.fromkeys(("副标题", "市场价", "下架时间", "详情", "品牌"), "[清空]")
    report = imported(tmp_path, {**full, **empty})
    spu.refresh_from_db()
    assert told(report) == []
    assert (spu.caption, spu.detail, spu.brand, spu.off_sale_at) == ("", "", None, None)
    assert spu.skus.get().market_price is None


def test_rows_of_a_product_may_stand_apart_and_say_the_product_once(tmp_path):
    bare = dict.fromkeys(("商品名称", "一级分类", "二级分类", "三级分类", "品牌"), "")

    report = imported(tmp_path, row(**{**bare, "规格1": "颜色:白"}), other(), row(SKU编码="P1-2"))

    assert told(report) == []
    assert Spu.objects.get(code="P1").skus.count() == 2


def test_names_that_were_generated_follow_and_names_by_hand_stay(tmp_path):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2", SKU名称="白色限量"))

    # The second row is left out: its SKU follows, too, if it has to.
    imported(tmp_path, row(商品名称="星河手机 2", SKU名称="星河手机 黑色"))

    assert list(Sku.objects.order_by("code").values_list("name", flat=True)) == ["星河手机 2 黑色", "白色限量"]
    assert Spu.objects.get().slug == "xing-he-shou-ji"


def test_a_generated_name_follows_even_in_a_sku_that_the_file_leaves_out(tmp_path, emitted):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))
    before = len(emitted)

    imported(tmp_path, row(商品名称="银河手机"))

    assert list(Sku.objects.order_by("code").values_list("name", flat=True)) == ["银河手机 黑色", "银河手机 白"]
    assert _told_skus(list(emitted)[before:]) == set(Sku.objects.values_list("pk", flat=True))


def test_path_names_never_collide(tmp_path):
    SpuFactory(slug="bao-wen-bei")
    SpuFactory(slug="bao-wen-bei-2")
    BrandFactory(name="行河", slug="xing-he")
    CategoryFactory(name="手记", slug="shou-ji")

    report = imported(
        tmp_path,
        row(),
        *(other(商品编码=f"C{n}", SKU编码=f"C{n}") for n in range(3)),
        other(商品名称="♥"),
    )

    assert told(report) == []
    made = Spu.objects.filter(code__startswith="C").order_by("code").values_list("slug", flat=True)
    assert list(made) == ["bao-wen-bei-3", "bao-wen-bei-4", "bao-wen-bei-5"]
    assert Spu.objects.get(code="P2").slug == "product"
    assert Brand.objects.get(name="星河").slug == "xing-he-2"
    assert Category.objects.get(name="手机").slug == "shou-ji-2"


def test_existing_categories_and_brands_are_used_and_new_ones_stand_last(tmp_path, emitted):
    imported(tmp_path, row())
    before = len(emitted)
    Category.objects.filter(level=3).update(sort_order=7)

    imported(tmp_path, other(三级分类="配件"))

    assert Category.objects.filter(level=1).count() == 1
    assert Category.objects.get(name="配件").sort_order == 8
    assert Brand.objects.count() == 1
    assert CatalogChanged() in list(emitted)[before:]


def test_the_same_name_under_two_parents_is_two_categories(tmp_path):
    imported(tmp_path, row(), other(一级分类="家居", 二级分类="手机通讯", 三级分类="手机"))

    assert Category.objects.filter(name="手机", level=3).count() == 2


def test_a_product_moves_to_another_category_and_brand_and_all_its_skus_are_told(tmp_path, emitted):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))
    before = len(emitted)

    imported(tmp_path, row(三级分类="二手手机", 品牌="银河"))

    spu = Spu.objects.get()
    assert spu.brand
    assert (spu.category.name, spu.brand.name) == ("二手手机", "银河")
    assert _told_skus(list(emitted)[before:]) == set(Sku.objects.values_list("pk", flat=True))


def test_options_may_be_swapped_and_an_option_that_lost_its_last_sku_goes(tmp_path):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))

    imported(tmp_path, row(规格1="颜色:白"), row(规格1="颜色:黑色", SKU编码="P1-2"))
    assert (_options("P1-1"), _options("P1-2")) == ({"颜色": "白"}, {"颜色": "黑色"})

    imported(tmp_path, row(规格1="颜色:珍珠白"))
    assert _options("P1-1") == {"颜色": "珍珠白"}
    assert set(SpecOption.objects.values_list("value", flat=True)) == {"珍珠白", "黑色"}


def test_an_option_without_a_sku_that_the_merchant_made_stays(tmp_path):
    imported(tmp_path, row())
    SpecOption.objects.create(spec=Spec.objects.get(), value="金色", sort_order=9)

    imported(tmp_path, row(规格1="颜色:白"))

    assert set(SpecOption.objects.values_list("value", flat=True)) == {"白", "金色"}


def test_a_spec_is_added_or_replaced_when_every_sku_is_listed(tmp_path):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))

    report = imported(tmp_path, row(规格2="内存:256GB"), row(规格1="颜色:白", 规格2="内存:512GB", SKU编码="P1-2"))
    assert told(report) == []
    assert _options("P1-2") == {"颜色": "白", "内存": "512GB"}
    assert Sku.objects.get(code="P1-2").name == "星河手机 白 512GB"

    report = imported(tmp_path, row(规格1="", 规格2="内存:256GB"), row(规格1="", 规格2="内存:512GB", SKU编码="P1-2"))
    assert told(report) == []
    assert _options("P1-2") == {"内存": "512GB"}
    assert list(Spec.objects.values_list("name", flat=True)) == ["内存"]
    assert set(SpecOption.objects.values_list("value", flat=True)) == {"256GB", "512GB"}


def test_specs_may_stand_in_pairs_of_columns(tmp_path):
    bare = row()
    del bare["规格1"]

    report = imported(tmp_path, {**bare, "规格名1": "颜色", "规格值1": "黑:色", "规格名2": "", "规格值2": ""})

    assert told(report) == []
    assert _options("P1-1") == {"颜色": "黑:色"}


def test_english_titles_are_understood(tmp_path):
    report = imported(
        tmp_path,
        {
            "spu_code": "P1", "name": "Phone", "category1": "A", "category2": "B", "category3": "C", "brand": "Star",
            "spec1": "Colour:Black", "sku": "P1-1", "price": "10", "stock": "2", "on_sale": "yes", "status": "on_sale",
        },
    )  # fmt: skip

    assert told(report) == []
    assert report.warnings == []
    assert Sku.objects.get().name == "Phone Black"


def test_a_product_without_skus_may_be_prepared(tmp_path):
    report = imported(tmp_path, other(SKU编码="", 售价="", 库存=""))

    assert told(report) == []
    assert Spu.objects.get().skus.count() == 0


def test_skus_that_the_file_leaves_out_stay(tmp_path):
    imported(tmp_path, row(), row(规格1="颜色:白", SKU编码="P1-2"))

    imported(tmp_path, row(规格1="颜色:红", SKU编码="P1-3"))

    assert Spu.objects.get().skus.count() == 3


def test_rows_that_differ_only_in_blanks_from_what_is_stored_are_unchanged(tmp_path):
    sku = SkuFactory(
        options={" 颜色": "黑  色"}, name="手机  黑", spu__name="手 机 ", spu__caption="a\r\nb", spu__brand=None
    )
    before = everything()
    spu = sku.spu

    product = {"商品编码": spu.code, "商品名称": "手 机", "副标题": "a b"}
    report = imported(tmp_path, {**product, "SKU编码": sku.code, "SKU名称": "手机 黑", "规格1": "颜色:黑 色"})

    assert told(report) == []
    assert everything() == before


def test_a_workbook_with_real_numbers_and_dates_is_imported(tmp_path):
    from shop.exchange import import_file

    typed = row(商品编码=1001, SKU编码=20010001, 售价=89.9, 库存=12.0, 在售=True)
    path = write_xlsx(tmp_path / "goods.xlsx", [{**typed, "上架时间": datetime(2026, 1, 1, 8)}])  # noqa: DTZ001

    report = import_file(path)

    assert told(report) == []
    sku = Sku.objects.get(code="20010001")
    assert (sku.spu.code, sku.price, sku.stock) == ("1001", Decimal("89.90"), 12)


def test_reads_do_not_grow_with_the_file(tmp_path, django_assert_max_num_queries):
    rows = [other(商品编码=f"C{n}", 商品名称=f"杯子 {n}", SKU编码=f"C{n}") for n in range(120)]

    with django_assert_max_num_queries(70):
        imported(tmp_path, *rows)
    with django_assert_max_num_queries(40):
        imported(tmp_path, *rows)


def test_a_thousand_skus_are_told_in_two_events(tmp_path, emitted):
    rows = [row(商品编码=f"P{n // 4}", 规格1=f"颜色:{n}", SKU编码=f"S{n}") for n in range(1000)]

    report = imported(tmp_path, *rows)

    assert report.counts["skus_created"] == 1000
    assert len([event for event in emitted if isinstance(event, SkusChanged)]) == 2
