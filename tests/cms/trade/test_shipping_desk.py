"""Sending orders from the desk: one by one, in several parcels, and many by one file."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from wagtail.models import ModelLogEntry

from shop.orders.states import OrderState
from shop.shipping.models import Parcel
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import buyer_with_address, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return logged_in(superuser())


def send(browser, order, **data):
    return browser.post(reverse("order:ship", args=[order.pk]), {"parcels": "1", "carrier_0": "SF", **data})


def test_an_order_is_sent_in_one_parcel(desk):
    order = paid_order(items={sku_with_stock(): 2})
    line = order.lines.get()

    done = send(desk, order, waybill_0="SF1234567890", **{f"count_0_{line.pk}": "2"})

    order.refresh_from_db()
    parcel = order.parcels.get()
    assert done.url == reverse("order:inspect", args=[order.pk])
    assert (order.state, parcel.carrier, parcel.waybill) == (OrderState.SHIPPED, "SF", "SF1234567890")
    assert ModelLogEntry.objects.get(action="shop.ship_order").data == {"parcels": ["SF SF1234567890"]}
    page = desk.get(done.url).content.decode()
    assert "顺丰速运" in page
    assert "发出包裹" in page


def test_two_parcels_leave_together_and_the_rest_later(desk):
    order = paid_order(items={sku_with_stock(): 2, sku_with_stock(): 3})
    first, second = order.lines.order_by("pk")

    told = desk.post(
        reverse("order:ship", args=[order.pk]),
        {
            "parcels": "2",
            "carrier_0": "SF",
            "waybill_0": "SF1111111111",
            f"count_0_{first.pk}": "2",
            f"count_0_{second.pk}": "0",
            "carrier_1": "ZTO",
            "waybill_1": "ZT2222222222",
            f"count_1_{first.pk}": "0",
            f"count_1_{second.pk}": "1",
        },
        follow=True,
    )

    order.refresh_from_db()
    assert "还有商品待发" in told.content.decode()
    assert (order.state, order.parcels.count()) == (OrderState.TO_SHIP, 2)
    page = desk.get(reverse("order:ship", args=[order.pk])).content.decode()
    assert f"count_0_{first.pk}" not in page
    send(desk, order, waybill_0="SF3333333333", **{f"count_0_{second.pk}": "2"})
    order.refresh_from_db()
    assert order.state == OrderState.SHIPPED


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"waybill_0": "", "count": "1"}, "waybill_0"),
        ({"waybill_0": "SF1234567890", "count": "0"}, "waybill_0"),
        ({"waybill_0": "SF1234567890", "count": "3"}, "count"),
        ({"waybill_0": "SF1234567890", "count": "-1"}, "count"),
        ({"waybill_0": "SF1234567890", "count": "x"}, "count"),
        ({"waybill_0": "SF1234567890", "count": "1", "carrier_0": "MOON"}, "carrier_0"),
        ({"waybill_0": "1", "count": "1"}, "__all__"),
    ],
)
def test_a_wrong_parcel_is_told_and_nothing_leaves(desk, data, field):
    order = paid_order(items={sku_with_stock(): 2})
    line = order.lines.get()
    said = {f"count_0_{line.pk}" if name == "count" else name: value for name, value in data.items()}

    answer = send(desk, order, **said)

    assert (f"count_0_{line.pk}" if field == "count" else field) in answer.context["form"].errors
    assert not Parcel.objects.exists()


def test_an_order_that_is_not_paid_is_not_sent(desk):
    order = unpaid_order()

    assert "不能发货" in desk.get(reverse("order:ship", args=[order.pk])).content.decode()
    answer = send(desk, order, waybill_0="SF1234567890", **{f"count_0_{order.lines.get().pk}": "1"})
    assert answer.status_code == 200
    assert not Parcel.objects.exists()


@pytest.mark.parametrize("parcels", ["0", "-1", "x", "99999", "", "１"])
def test_an_odd_number_of_parcels_is_no_failure(desk, parcels):
    order = paid_order()

    assert desk.get(reverse("order:ship", args=[order.pk]), {"parcels": parcels}).status_code == 200


def test_a_wrong_waybill_is_put_right_and_the_timeline_keeps_both(desk):
    order = paid_order(items={sku_with_stock(): 1})
    send(desk, order, waybill_0="SF1234567890", **{f"count_0_{order.lines.get().pk}": "1"})
    parcel = order.parcels.get()

    done = desk.post(reverse("order:waybill", args=[parcel.pk]), {"carrier": "ZTO", "waybill": "ZT0000000001"})

    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.waybill) == ("ZTO", "ZT0000000001")
    page = desk.get(done.url).content.decode()
    assert "顺丰速运 SF1234567890 → 中通快递 ZT0000000001" in page
    entry = ModelLogEntry.objects.get(action="shop.correct_waybill")
    assert entry.data == {"before": "SF SF1234567890", "after": "ZTO ZT0000000001"}
    wrong = desk.post(reverse("order:waybill", args=[parcel.pk]), {"carrier": "ZTO", "waybill": "?"})
    assert wrong.context["form"].errors["waybill"]


# -- by file


def sheet(*rows, titles=("订单号", "承运商", "运单号", "SKU编码", "件数"), name="bulk.xlsx"):
    book = Workbook()
    book.active.append(list(titles))
    for row in rows:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile(name, target.getvalue())


def check(browser, *rows, **changed):
    return browser.post(reverse("order:bulk"), {"file": sheet(*rows, **changed)})


def test_a_file_is_looked_at_first_and_sends_when_confirmed(desk):
    good, bad = paid_order(), unpaid_order()

    looked = check(desk, (good.number, "顺丰", "SF1234567890"), (bad.number, "顺丰", "SF1234567891"))

    assert not Parcel.objects.exists()
    page = looked.content.decode()
    assert "还没有发货" in page
    assert "订单当前状态不能发货" in page
    done = desk.post(reverse("order:bulk"), {"plan": looked.context["token"]})
    good.refresh_from_db()
    assert good.state == OrderState.SHIPPED
    assert "已发货" in done.content.decode()
    assert ModelLogEntry.objects.filter(action="shop.ship_order", object_id=str(good.pk)).count() == 1
    # The same plan sent twice sends nothing twice.
    desk.post(reverse("order:bulk"), {"plan": looked.context["token"]})
    assert Parcel.objects.count() == 1


def test_what_changed_between_looking_and_confirming_is_told(desk):
    order = paid_order(items={sku_with_stock(): 1})
    looked = check(desk, (order.number, "顺丰", "SF1234567890"))
    send(desk, order, waybill_0="SF5555555555", **{f"count_0_{order.lines.get().pk}": "1"})

    done = desk.post(reverse("order:bulk"), {"plan": looked.context["token"]})

    assert "订单当前状态不能发货" in done.content.decode()
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (SimpleUploadedFile("x.pdf", b"x"), "请上传 XLSX 或 CSV 文件"),
        (SimpleUploadedFile("x.xlsx", b"not a sheet"), ""),
        (sheet(titles=("订单号", "运单号")), "缺少列"),
        (SimpleUploadedFile("x.csv", b""), ""),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_its_field(desk, file, text):
    file.seek(0)
    answer = desk.post(reverse("order:bulk"), {"file": file})

    assert answer.context["form"].errors
    assert text in str(answer.context["form"].errors)


@pytest.mark.parametrize("token", ["", "forged", "WzFd:1abc:def"])
def test_a_forged_plan_sends_nothing(desk, token):
    answer = desk.post(reverse("order:bulk"), {"plan": token})

    assert "重新上传" in answer.content.decode()


def test_a_plan_is_confirmed_by_whoever_uploaded_it(desk):
    order = paid_order()
    token = check(desk, (order.number, "顺丰", "SF1234567890")).context["token"]

    logged_in(clerk("shop.add_parcel")).post(reverse("order:bulk"), {"plan": token})

    assert not Parcel.objects.exists()


def test_the_template_is_a_file_that_can_be_filled_in(desk):
    answer = desk.get(reverse("order:bulk_template"))

    book = load_workbook(io.BytesIO(answer.getvalue()))
    assert [cell.value for cell in next(book.worksheets[0].iter_rows())][:3] == ["订单号", "承运商", "运单号"]


def test_a_large_file_is_shown_in_part_and_sent_in_whole(desk, monkeypatch):
    monkeypatch.setattr("cms.viewsets.trade.bulk_shipping.MOST_SHOWN", 1)
    buyer = buyer_with_address()
    orders = [paid_order(buyer, items={sku_with_stock(price=Decimal("5")): 1}) for _number in range(3)]

    looked = check(desk, *[(order.number, "SF", f"SF99900000{place}") for place, order in enumerate(orders)])

    assert "还有 2 行没有列出" in looked.content.decode()
    desk.post(reverse("order:bulk"), {"plan": looked.context["token"]})
    assert Parcel.objects.count() == 3
