"""Sending by file: what the dry run says, what is done, and that twice is as good as once."""

import csv
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from shop.exchange.errors import FileUnreadable
from shop.fulfilment import sheet
from shop.fulfilment.errors import ColumnsMissing, TooManyRows
from shop.fulfilment.plans import Fate, plan_of
from shop.fulfilment.services import apply_bulk_shipping, plan_bulk_shipping, write_bulk_template
from shop.orders.models import Order
from shop.orders.services import start_refunding
from shop.orders.states import OrderState
from shop.shipping.models import Parcel
from tests.factories.people import StaffFactory
from tests.factories.sending import shipped_order
from tests.factories.trade import buyer_with_address, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db

TITLES = ["订单号", "承运商", "运单号", "SKU编码", "件数"]


@pytest.fixture
def staff():
    return StaffFactory()


@pytest.fixture
def workbook(tmp_path):
    def made(*rows, titles=TITLES):
        book = Workbook()
        for row in (titles, *rows):
            book.active.append(row)
        path = tmp_path / "发货.xlsx"
        book.save(path)
        return path

    return made


def fates(plan):
    return [(row.asked.row, row.fate, row.column) for row in plan.rows]


def states(*orders):
    return [Order.objects.get(pk=order.pk).state for order in orders]


def test_the_dry_run_says_what_would_leave_and_does_nothing(workbook):
    first, second = paid_order(), paid_order()

    plan = plan_bulk_shipping(
        path=workbook([first.number, "顺丰速运", "SF1234567890"], [second.number, "zto", "7 8901 2345"])
    )

    assert fates(plan) == [(2, Fate.SHIP, ""), (3, Fate.SHIP, "")]
    assert [row.pieces for row in plan.rows] == [1, 1]
    assert (Parcel.objects.count(), states(first, second)) == (0, [2, 2])


def test_what_was_planned_is_sent_and_the_same_file_again_does_nothing(workbook, staff):
    first, second = paid_order(), paid_order()
    path = workbook([first.number, "顺丰速运", "SF1234567890"], [second.number, "中通", "78901234567"])

    done = apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff)
    assert done.count(Fate.SHIP) == 2
    assert states(first, second) == [OrderState.SHIPPED, OrderState.SHIPPED]

    again = plan_bulk_shipping(path=path)
    assert [row.fate for row in again.rows] == [Fate.DONE, Fate.DONE]
    assert apply_bulk_shipping(plan=again, by=staff).count(Fate.DONE) == 2
    assert (apply_bulk_shipping(plan=done, by=staff).count(Fate.DONE), Parcel.objects.count()) == (2, 2)


def test_parts_and_several_parcels_of_one_order(workbook, staff):
    skus = [sku_with_stock(9, code=code) for code in ("BLACK", "0012345")]
    order = paid_order(items={skus[0]: 3, skus[1]: 2})
    path = workbook(
        [order.number, "SF", "SF0000000001", "BLACK", 2],
        [order.number, "SF", "SF0000000001", "0012345", "1"],
        [order.number, "EMS", "EM0000000002", None, None],
    )

    plan = apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff)

    assert [(row.fate, row.pieces) for row in plan.rows] == [(Fate.SHIP, 2), (Fate.SHIP, 1), (Fate.SHIP, 2)]
    assert states(order) == [OrderState.SHIPPED]
    pieces = [sorted(one.lines.values_list("count", flat=True)) for one in Parcel.objects.order_by("pk")]
    assert pieces == [[1, 2], [1, 1]]
    assert [row.fate for row in plan_bulk_shipping(path=path).rows] == [Fate.DONE] * 3


def test_every_wrong_row_names_its_place_and_its_column(workbook):
    good, unpaid, sent = paid_order(), unpaid_order(), shipped_order()
    refunding = paid_order()
    start_refunding(order_id=refunding.pk, actor="buyer")
    other = shipped_order().parcels.get()
    sku = good.lines.get().sku.code
    rows = [
        ["", "SF", "SF0000000001"],
        ["999", "SF", "SF0000000002"],
        [good.number, "飞毛腿", "SF0000000003"],
        [good.number, "SF", "?"],
        [good.number, None, "SF0000000004"],
        [good.number, "SF", None],
        [good.number, "SF", "SF0000000005", "NOT-IN-IT", 1],
        [good.number, "SF", "SF0000000006", sku, 2],
        [good.number, "SF", "SF0000000007", sku, None],
        [good.number, "SF", "SF0000000008", None, 1],
        [good.number, "SF", "SF0000000009", sku, "很多"],
        [unpaid.number, "SF", "SF0000000010"],
        [sent.number, "SF", "SF0000000011"],
        [refunding.number, "SF", "SF0000000012"],
        [paid_order().number, other.carrier, other.waybill],
        [26112119000000012345678, "SF", "SF0000000013"],
    ]

    plan = plan_bulk_shipping(path=workbook(*rows))

    columns = ["订单号", "订单号", "承运商", "运单号", "承运商", "运单号", "SKU编码", "件数", "件数", "SKU编码", "件数"]
    columns += ["订单号", "订单号", "订单号", "运单号", "订单号"]
    assert fates(plan) == [(row, Fate.WRONG, column) for row, column in enumerate(columns, start=2)]
    assert all(row.message for row in plan.rows)


def test_one_wrong_row_keeps_its_order_back_and_no_other(workbook, staff):
    skus = [sku_with_stock(9), sku_with_stock(9)]
    half, whole = paid_order(items=dict.fromkeys(skus, 1)), paid_order()
    path = workbook(
        [half.number, "SF", "SF0000000001", skus[0].code, 1],
        [half.number, "SF", "SF0000000002", "NOT-IN-IT", 1],
        [whole.number, "SF", "SF0000000003"],
    )

    plan = apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff)

    assert [row.fate for row in plan.rows] == [Fate.HELD, Fate.WRONG, Fate.SHIP]
    assert states(half, whole) == [OrderState.TO_SHIP, OrderState.SHIPPED]


def test_all_or_none_sends_nothing_when_a_row_is_wrong(workbook, staff):
    good = paid_order()
    path = workbook([good.number, "SF", "SF0000000001"], ["999", "SF", "SF0000000002"])

    apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff, all_or_none=True)
    assert states(good) == [OrderState.TO_SHIP]

    path = workbook([good.number, "SF", "SF0000000001"])
    apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff, all_or_none=True)
    assert states(good) == [OrderState.SHIPPED]


def test_all_or_none_takes_everything_back_when_an_order_is_refused_meanwhile(workbook, staff, monkeypatch):
    first, second = paid_order(), paid_order()
    plan = plan_bulk_shipping(
        path=workbook([first.number, "SF", "SF0000000001"], [second.number, "SF", "SF0000000002"])
    )
    from shop.fulfilment.services import bulk

    real = bulk.ship

    def ship(*, number, **values):
        if number == second.number:
            start_refunding(order_id=second.pk, actor="buyer")
        return real(number=number, **values)

    monkeypatch.setattr(bulk, "ship", ship)
    done = apply_bulk_shipping(plan=plan, by=staff, all_or_none=True)

    assert [row.fate for row in done.rows] == [Fate.HELD, Fate.WRONG]
    assert (Parcel.objects.count(), states(first)) == (0, [OrderState.TO_SHIP])


def test_an_old_plan_is_judged_anew(workbook, staff):
    order = paid_order()
    plan = plan_bulk_shipping(path=workbook([order.number, "SF", "SF0000000001"]))
    start_refunding(order_id=order.pk, actor="buyer")

    done = apply_bulk_shipping(plan=plan, by=staff)

    assert (done.rows[0].fate, done.rows[0].column) == (Fate.WRONG, "订单号")
    assert "退款" in done.rows[0].message


def test_a_waybill_twice_in_the_file_is_wrong_where_it_comes_second(workbook):
    first, second = paid_order(), paid_order()

    plan = plan_bulk_shipping(
        path=workbook([first.number, "SF", "SF0000000001"], [second.number, "sf", "sf0000000001"])
    )

    assert [row.fate for row in plan.rows] == [Fate.SHIP, Fate.WRONG]


def test_a_waybill_that_left_with_other_pieces_is_not_taken_for_done(workbook, staff):
    sku = sku_with_stock(9)
    order = paid_order(items={sku: 3})
    apply_bulk_shipping(
        plan=plan_bulk_shipping(path=workbook([order.number, "SF", "SF0000000001", sku.code, 1])), by=staff
    )

    plan = plan_bulk_shipping(path=workbook([order.number, "SF", "SF0000000001", sku.code, 2]))

    assert fates(plan) == [(2, Fate.WRONG, "件数")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_does_as_well(tmp_path, staff, encoding):
    order = paid_order()
    text = io.StringIO()
    csv.writer(text).writerows([["订单编号", "快递公司", "快递单号"], [order.number, "顺丰速运", "SF1234567890"]])
    path = tmp_path / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))

    apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff)

    assert states(order) == [OrderState.SHIPPED]


def test_files_that_are_none_are_refused(workbook, tmp_path, monkeypatch):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(FileUnreadable):
        plan_bulk_shipping(path=broken)
    with pytest.raises(ColumnsMissing) as missing:
        plan_bulk_shipping(path=workbook(["1", "2"], titles=["订单号", "备注"]))
    assert missing.value.params == {"columns": "承运商、运单号"}
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)
    with pytest.raises(TooManyRows):
        plan_bulk_shipping(path=workbook(*[["1", "SF", f"SF000000000{number}"] for number in range(3)]))


def test_a_formula_is_no_order_number(workbook):
    plan = plan_bulk_shipping(path=workbook(["=1+1", "SF", "SF0000000001"]))

    assert fates(plan) == [(2, Fate.WRONG, "订单号")]


def test_the_template_is_a_file_that_can_be_filled_in_and_sent(tmp_path, staff):
    path = tmp_path / "template.xlsx"
    write_bulk_template(path)
    order = paid_order()
    book = load_workbook(path)
    book[sheet.SHEET].append([order.number, "顺丰速运", "SF1234567890"])
    book.save(path)

    apply_bulk_shipping(plan=plan_bulk_shipping(path=path), by=staff)

    assert states(order) == [OrderState.SHIPPED]
    assert "顺丰速运" in [row[0].value for row in book["承运商"].iter_rows()]


def test_the_dry_run_costs_the_same_for_one_order_and_for_thirty(workbook):
    buyer, sku = buyer_with_address(), sku_with_stock(99)
    orders = [paid_order(buyer, items={sku: 1}) for _number in range(30)]
    asked = plan_bulk_shipping(
        path=workbook(*[[order.number, "SF", f"SF00000000{place:02}"] for place, order in enumerate(orders)])
    ).asked()

    def counted(rows):
        with CaptureQueriesContext(connection) as queries:
            assert plan_of([replace(row) for row in rows]).count(Fate.SHIP) == len(rows)
        return len(queries)

    assert counted(asked[:1]) == counted(asked) == 3
