"""SKUs, stock adjustments and the ledger in the back office."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from shop.catalog.models import Sku
from shop.stock.models import StockMovement
from shop.stock.services import adjust_stock, take_pieces
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.staff import clerk, logged_in, opened, superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return logged_in(superuser())


def _adjust(sku):
    return reverse("stockmovement:adjust", args=[sku.pk])


# -- adjusting


def test_stock_is_adjusted_with_a_cause_and_the_ledger_says_who(admin):
    sku = SkuFactory(stock=10)

    answer = admin.post(_adjust(sku), {"delta": "-3", "note": "盘亏"})

    sku.refresh_from_db()
    row = StockMovement.objects.get()
    assert answer.url == reverse("sku:index")
    assert (sku.stock, row.delta, row.note, row.by.is_superuser) == (7, -3, "盘亏", True)


def test_the_matrix_gets_the_new_stock_as_json(admin):
    sku = SkuFactory(stock=10)

    answer = admin.post(_adjust(sku), {"delta": "5", "note": "到货"}, headers={"accept": "application/json"})

    assert answer.json() == {"stock": 15}


@pytest.mark.parametrize(
    ("data", "field", "text"),
    [
        ({"delta": "-11", "note": "x"}, "delta", "现有 10 件"),
        ({"delta": "0", "note": "x"}, "delta", "不能为 0"),
        ({"delta": "", "note": "x"}, "delta", ""),
        ({"delta": "1.5", "note": "x"}, "delta", ""),
        ({"delta": "99999999999", "note": "x"}, "delta", ""),
        ({"delta": "99999995", "note": "x"}, "delta", "不能超过"),
        ({"delta": "1", "note": ""}, "note", ""),
        ({"delta": "1", "note": "长" * 201}, "note", ""),
        ({"delta": "1", "note": "坏\x00"}, "note", ""),
    ],
)
def test_a_wrong_adjustment_is_shown_at_its_field_as_page_and_as_json(admin, data, field, text):
    sku = SkuFactory(stock=10)

    page = admin.post(_adjust(sku), data)
    said = admin.post(_adjust(sku), data, headers={"accept": "application/json"})

    assert text in page.context["form"].errors[field][0]
    assert said.status_code == 400
    assert text in said.json()["errors"][field][0]["message"]
    sku.refresh_from_db()
    assert sku.stock == 10


def test_the_way_back_never_leaves_the_shop(admin):
    sku = SkuFactory()
    data = {"delta": "1", "note": "x"}

    assert admin.post(_adjust(sku), {**data, "next": "/admin/spu/"}).url == "/admin/spu/"
    assert admin.post(_adjust(sku), {**data, "next": "https://evil.example/"}).url == reverse("sku:index")


def test_adjusting_needs_its_permission():
    sku = SkuFactory(stock=10)

    logged_in(clerk("shop.change_sku", "shop.change_spu")).post(_adjust(sku), {"delta": "1", "note": "x"})
    logged_in(clerk("shop.add_stockmovement")).post(_adjust(sku), {"delta": "2", "note": "x"})

    sku.refresh_from_db()
    assert sku.stock == 12


def test_an_unknown_sku_is_not_found(admin):
    assert admin.get(reverse("stockmovement:adjust", args=[99])).status_code == 404


# -- SKUs


def test_low_stock_is_found_by_the_filter_and_marked(admin):
    low, out = SkuFactory(stock=3, name="少"), SkuFactory(stock=0, name="无")
    SkuFactory(stock=50, name="多")

    answer = admin.get(reverse("sku:index") + "?stock_max=10")

    assert set(answer.context["object_list"]) == {low, out}
    page = answer.content.decode()
    assert "低库存" in page
    assert "缺货" in page


@pytest.mark.parametrize(
    "query",
    [
        "category={category}",
        "brand={brand}",
        "price_min=50",
        "is_on_sale=true",
        "q=黑色",
        "q=M60-01",
        "q=M60",
        "stock_min=5&stock_max=9",
    ],
)
def test_skus_are_filtered_and_searched(admin, query):
    sku = SkuFactory(code="M60-01", name="手机 黑色", spu__code="M60", price="99", stock=7)
    SkuFactory(price="9", stock=30, is_on_sale=False)

    answer = admin.get(
        reverse("sku:index") + "?" + query.format(category=sku.spu.category.parent_id, brand=sku.spu.brand_id)
    )

    assert list(answer.context["object_list"]) == [sku]


def test_a_sku_is_changed_by_the_service_and_its_stock_is_not(admin):
    sku = SkuFactory(stock=10)
    url = reverse("sku:edit", args=[sku.pk])
    data = opened(admin, url)
    data["price"], data["stock"], data["name"] = "88.8", "9999", "新名字"

    answer = admin.post(url, data)

    assert answer.status_code == 302
    sku.refresh_from_db()
    assert (sku.price, sku.name, sku.stock) == (Decimal("88.80"), "新名字", 10)
    assert sku.index_dirty_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "-1"),
        ("price", ""),
        ("code", "TAKEN"),
        ("market_price", "x"),
        ("weight_grams", "-1"),
        ("name", "长" * 161),
    ],
)
def test_a_wrong_value_of_a_sku_is_shown_at_its_field(admin, field, value):
    SkuFactory(code="TAKEN")
    sku = SkuFactory()
    url = reverse("sku:edit", args=[sku.pk])
    data = opened(admin, url)
    data[field] = value

    answer = admin.post(url, data)

    assert field in answer.context["form"].errors
    assert Sku.objects.get(pk=sku.pk).updated_at == sku.updated_at


def test_skus_are_not_made_outside_the_matrix(admin):
    with pytest.raises(NoReverseMatch):
        reverse("sku:add")
    assert admin.get("/admin/sku/new/").status_code == 404


def test_a_sku_once_ordered_is_not_deleted_and_another_is(admin):
    sold, unsold = SkuFactory(), SkuFactory()
    take_pieces(pieces={sold.pk: 1}, cause=StockMovement.Cause.ORDERED, reference="1")

    answer = admin.post(reverse("sku:delete", args=[sold.pk]), follow=True)
    admin.post(reverse("sku:delete", args=[unsold.pk]))

    assert "请改为停售" in answer.content.decode()
    assert list(Sku.objects.all()) == [sold]


@pytest.mark.parametrize("listing", ["sku:index", "stockmovement:index"])
def test_the_lists_take_as_many_queries_for_many_rows_as_for_few(admin, listing):
    def make(count):
        for _ in range(count):
            sku = SkuFactory(default_image=MallImageFactory())
            adjust_stock(sku_id=sku.pk, delta=1, by_id=superuser().pk, note="x")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(reverse(listing)).status_code == 200
        return len(captured)

    make(1)
    queries()
    few = queries()
    make(9)
    queries()

    assert queries() == few


# -- the ledger


def test_the_ledger_is_read_filtered_and_exported(admin):
    sku = SkuFactory(name="手机", code="M60-01", stock=10)
    adjust_stock(sku_id=sku.pk, delta=5, by_id=None, note="=到货")
    take_pieces(pieces={sku.pk: 2}, cause=StockMovement.Cause.ORDERED, reference="20261121001")

    def listed(query):
        return [row.delta for row in admin.get(reverse("stockmovement:index") + query).context["object_list"]]

    assert listed("") == [-2, 5]
    assert listed("?cause=ordered") == [-2]
    assert listed("?q=20261121001") == [-2]
    assert listed("?q=M60") == [-2, 5]
    assert listed("?created_at_from=2020-01-01&created_at_to=2020-01-02") == []
    answer = admin.get(reverse("stockmovement:index") + "?export=csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["SKU 编码"], row["变动"], row["原因"], row["说明"]) for row in rows] == [
        ("M60-01", "-2", "下单占用", ""),
        ("M60-01", "5", "人工调整", "'=到货"),
    ]
    row = StockMovement.objects.first()
    assert "下单占用" in admin.get(reverse("stockmovement:inspect", args=[row.pk])).content.decode()


@pytest.mark.parametrize("name", ["add", "edit", "delete", "copy"])
def test_the_ledger_has_no_address_that_writes(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"stockmovement:{name}", args=[1] if name != "add" else [])


def test_the_ledger_needs_a_permission_of_its_own():
    assert logged_in(clerk("shop.change_sku")).get(reverse("stockmovement:index")).status_code in (302, 403)
    assert logged_in(clerk("shop.view_stockmovement")).get(reverse("stockmovement:index")).status_code == 200


def test_only_permissions_that_mean_something_are_offered_for_groups(admin):
    page = admin.get(reverse("wagtailusers_groups:add")).content.decode()

    assert "库存流水" in page
    assert "change_stockmovement" not in page


def test_the_ledger_of_one_sku_is_a_click_away(admin):
    sku, other = SkuFactory(code="A-1", stock=5), SkuFactory(code="A-10", stock=5)
    for one in (sku, other):
        adjust_stock(sku_id=one.pk, delta=1, by_id=None, note="x")
    url = reverse("stockmovement:index") + "?code=A-1"

    assert url in admin.get(reverse("sku:index")).content.decode()
    assert [row.sku for row in admin.get(url).context["object_list"]] == [sku]
