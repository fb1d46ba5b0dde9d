"""The trade desk's orders: the list, one order on one screen, and what staff do to it."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from kernel import clock
from shop.orders.models import Order
from shop.orders.services import cancel_order, note_order
from shop.orders.services.cancelling import CancelReason
from shop.orders.states import OrderState, PayMethod
from tests.factories.catalog import MallImageFactory
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import buyer_with_address, flat_freight, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db

VIEW = "shop.view_order"


@pytest.fixture
def desk():
    return logged_in(superuser())


def listed(browser, **query):
    return list(browser.get(reverse("order:index"), query).context["object_list"])


def page(browser, order):
    return browser.get(reverse("order:inspect", args=[order.pk]))


def act(browser, name, row, **data):
    return browser.post(reverse(f"order:{name}", args=[row.pk]), data)


# -- the list


def test_orders_are_found_by_number_receiver_mobile_buyer_and_sku(desk):
    sku = sku_with_stock(name="荔枝手机 黑色", code="LZ-01")
    order = unpaid_order(items={sku: 2})
    unpaid_order()

    for text in (order.number, order.number[:-3], order.user.username, "荔枝手机", "LZ-01"):
        assert listed(desk, q=text) == [order], text
    Order.objects.filter(pk=order.pk).update(receiver="欧阳海", receiver_mobile="13712345678")
    for text in ("欧阳", "13712345678", "7123456"):
        assert listed(desk, q=text) == [order], text
    assert desk.get(reverse("order:index"), {"q": "\x00"}).status_code == 200


def test_a_part_of_a_mobile_finds_nothing_for_whoever_sees_it_masked():
    order = unpaid_order()
    Order.objects.filter(pk=order.pk).update(receiver_mobile="13712345678")
    browser = logged_in(clerk(VIEW))

    assert listed(browser, q="7123456") == []
    assert listed(browser, q="13712345678") == [order]
    assert "13712345678" not in browser.get(reverse("order:index")).content.decode()
    assert "137****5678" in browser.get(reverse("order:index")).content.decode()


def test_orders_are_filtered(desk):
    paid = paid_order(items={sku_with_stock(price=Decimal("300")): 1})
    unpaid = unpaid_order(items={sku_with_stock(price=Decimal("20")): 1})
    at_door = unpaid_order(pay_method=PayMethod.CASH_ON_DELIVERY)
    Order.objects.filter(pk=at_door.pk).update(created_at=clock.now() - timedelta(days=3))

    assert listed(desk, state="1") == [unpaid]
    assert set(listed(desk, state=["1", "2"])) == {paid, unpaid, at_door}
    assert listed(desk, pay_method="1") == [at_door]
    assert listed(desk, payable_min="200") == [paid]
    assert listed(desk, payable_max="50") == [unpaid]
    assert listed(desk, late="48") == [at_door]
    assert listed(desk, after_sale="any") == []
    assert set(listed(desk, after_sale="none")) == {paid, unpaid, at_door}
    today = clock.now().date()
    assert listed(desk, created_at_to=(today - timedelta(days=2)).isoformat()) == [at_door]


@pytest.mark.parametrize(
    "query", [{"state": "x"}, {"payable_min": "x"}, {"late": "0"}, {"p": "99999"}, {"q": "长" * 500}]
)
def test_a_wrong_filter_is_no_failure(desk, query):
    unpaid_order()

    assert desk.get(reverse("order:index"), query).status_code in (200, 404)


def test_the_list_and_the_page_cost_the_same_for_1_and_for_30(desk):
    def make(count):
        for _number in range(count):
            sku = sku_with_stock(default_image=MallImageFactory())
            order = unpaid_order(items={sku: 1})
            note_order(order_id=order.pk, by=superuser(), note="x")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse("order:index")).status_code == 200
        return len(captured)

    make(1)
    queries()
    few = queries()
    make(29)

    assert queries() == few


def test_the_page_costs_the_same_for_1_line_and_for_30(desk):
    def queries(order):
        with CaptureQueriesContext(connection) as captured:
            assert page(desk, order).status_code == 200
        return len(captured)

    buyer = buyer_with_address()
    small = unpaid_order(buyer, items={sku_with_stock(default_image=MallImageFactory()): 1})
    large = unpaid_order(buyer, items={sku_with_stock(default_image=MallImageFactory()): 1 for _number in range(30)})
    queries(small), queries(large)

    assert queries(large) == queries(small)


# -- the export


def test_an_export_runs_no_formula_and_masks_mobiles():
    order = unpaid_order(items={sku_with_stock(name="=cmd|' /C calc'!A0"): 1})
    Order.objects.filter(pk=order.pk).update(receiver="@SUM(1)", receiver_mobile="13712345678", remark="-1+1")

    def rows(*permissions):
        answer = logged_in(clerk(*permissions)).get(reverse("order:index"), {"export": "csv"})
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    (row,) = rows(VIEW)
    assert row["订单号"] == order.number
    assert row["收货人"] == "'@SUM(1)"
    assert row["买家留言"] == "'-1+1"
    assert row["商品"].startswith("'=cmd")
    assert row["收货电话"] == "137****5678"
    assert row["状态"] == "待付款"
    assert rows(VIEW, "accounts.view_full_mobile")[0]["收货电话"] == "13712345678"


def test_the_sheet_holds_amounts_as_numbers_and_texts_as_texts(desk):
    order = unpaid_order(items={sku_with_stock(name="=1+1", price=Decimal("12.50")): 2})

    answer = desk.get(reverse("order:index"), {"export": "xlsx"})

    head, row = load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows()
    cells = {title.value: cell for title, cell in zip(head, row, strict=True)}
    assert cells["订单号"].value == order.number
    assert cells["应付"].value == 25
    assert cells["商品"].data_type == "s"


def test_the_export_costs_the_same_for_1_and_for_30(desk):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse("order:index"), {"export": "csv"}).getvalue()
        return len(captured)

    buyer = buyer_with_address()
    unpaid_order(buyer)
    few = queries()
    for _number in range(29):
        unpaid_order(buyer)

    assert queries() == few


# -- one order


def test_the_page_shows_everything_of_the_order(desk):
    flat_freight("8.00")
    sku = sku_with_stock(name="荔枝手机 黑色", code="LZ-01")
    order = paid_order(items={sku: 2})
    note_order(order_id=order.pk, by=superuser(), note="先发顺丰\n<b>急</b>")

    text = page(desk, order).content.decode()

    for part in (
        order.number,
        "荔枝手机 黑色",
        "LZ-01",
        "¥206.00",
        "¥8.00",
        "待发货",
        "下单",
        "付款",
        "先发顺丰",
        "支付渠道",
    ):
        assert part in text, part
    assert "<b>急</b>" not in text
    assert "&lt;b&gt;急" in text


def test_the_page_masks_the_mobile_unless_it_may_be_seen():
    order = unpaid_order()
    Order.objects.filter(pk=order.pk).update(receiver_mobile="13712345678")

    assert "13712345678" not in page(logged_in(clerk(VIEW)), order).content.decode()
    assert "13712345678" in page(logged_in(clerk(VIEW, "accounts.view_full_mobile")), order).content.decode()


def test_buttons_stand_only_where_they_make_sense_and_for_whoever_may(desk):
    unpaid, paid = unpaid_order(), paid_order()

    def buttons(browser, order):
        return [action.name for action, _url in page(browser, order).context["actions"]]

    assert buttons(desk, unpaid) == ["note", "reprice", "cancel"]
    assert "reprice" not in buttons(desk, paid)
    assert "ship" in buttons(desk, paid)
    assert buttons(logged_in(clerk(VIEW)), unpaid) == []
    assert buttons(logged_in(clerk(VIEW, "shop.note_order")), unpaid) == ["note"]


@pytest.mark.parametrize("name", ["add", "edit", "delete", "copy"])
def test_no_address_types_over_an_order(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"order:{name}", args=[] if name == "add" else [1])


@pytest.mark.parametrize("pk", [10**9, 10**30])
@pytest.mark.parametrize("name", ["inspect", "note", "reprice", "cancel", "refund", "ship", "waybill"])
def test_an_unknown_order_is_404(desk, name, pk):
    assert desk.get(reverse(f"order:{name}", args=[pk])).status_code == 404


def test_the_way_back_never_leaves_the_shop(desk):
    order = unpaid_order()

    assert act(desk, "note", order, note="x", next="https://evil.example/").url.startswith("/admin/order/")
    assert act(desk, "note", order, note="x", next="/admin/order/?state=1").url == "/admin/order/?state=1"


# -- what staff do


def test_a_note_is_kept_and_logged(desk):
    order = unpaid_order()

    done = act(desk, "note", order, note="客户要求周末送")

    order.refresh_from_db()
    assert done.url == reverse("order:inspect", args=[order.pk])
    assert order.staff_note == "客户要求周末送"
    assert order.events.filter(kind="noted").get().by is not None
    assert ModelLogEntry.objects.filter(action="shop.note_order", object_id=str(order.pk)).exists()


def test_a_price_is_changed_before_payment_and_the_log_keeps_both_sums(desk):
    order = unpaid_order(items={sku_with_stock(): 2})

    act(desk, "reprice", order, adjustment="-20", freight="5", note="老客户")

    order.refresh_from_db()
    assert (order.adjustment, order.freight, order.payable) == (Decimal("-20"), Decimal("5"), Decimal("183"))
    assert sum(line.amount for line in order.lines.all()) == Decimal("178")
    entry = ModelLogEntry.objects.get(action="shop.reprice_order")
    assert entry.data == {"before": "198.00", "after": "183.00"}
    assert "应付 ¥198.00 改为 ¥183.00" in page(desk, order).content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"adjustment": "-1000", "freight": "0", "note": "x"}, "adjustment"),
        ({"adjustment": "0", "freight": "-1", "note": "x"}, "freight"),
        ({"adjustment": "1.005", "freight": "0", "note": "x"}, "adjustment"),
        ({"adjustment": "NaN", "freight": "0", "note": "x"}, "adjustment"),
        ({"adjustment": "99999999999", "freight": "0", "note": "x"}, "adjustment"),
        ({"adjustment": "0", "freight": "0", "note": ""}, "note"),
    ],
)
def test_a_wrong_price_is_told_at_its_field_and_nothing_changes(desk, data, field):
    order = unpaid_order()

    answer = act(desk, "reprice", order, **data)

    assert field in answer.context["form"].errors
    before = order.payable
    order.refresh_from_db()
    assert order.payable == before
    assert not ModelLogEntry.objects.exists()


def test_a_paid_order_keeps_its_price_and_the_page_says_why(desk):
    order = paid_order()

    answer = act(desk, "reprice", order, adjustment="-1", freight="0", note="x")

    assert "只有待付款的订单可以改价" in answer.content.decode()


def test_an_unpaid_order_is_cancelled_and_its_pieces_return(desk):
    sku = sku_with_stock(10)
    order = unpaid_order(items={sku: 3})

    act(desk, "cancel", order, note="客户电话取消")

    order.refresh_from_db()
    sku.refresh_from_db()
    assert (order.state, sku.stock) == (OrderState.CANCELLED, 10)
    assert ModelLogEntry.objects.filter(action="shop.cancel_order").count() == 1
    text = page(desk, order).content.decode()
    assert "客户电话取消" in text
    assert "客服取消" in text


def test_a_paid_order_is_not_cancelled_and_the_page_says_why(desk):
    order = paid_order()

    answer = act(desk, "cancel", order, note="x")

    assert "不能取消" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == OrderState.TO_SHIP


def test_an_order_that_ended_meanwhile_is_told_and_not_ended_twice(desk):
    order = unpaid_order()
    cancel_order(order_id=order.pk, owner=None, by=None, reason=CancelReason.OTHER)

    answer = act(desk, "cancel", order, note="x")

    assert "不能取消" in answer.content.decode()
    assert order.events.filter(kind="cancelled").count() == 1
