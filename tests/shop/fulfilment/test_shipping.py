"""Sending orders: whole, in parts, beside refunds; correcting a waybill."""

from decimal import Decimal

import pytest

from shop.audit.selectors import drifts
from shop.fulfilment.selectors import lines_to_ship, orders_to_ship
from shop.fulfilment.services import ParcelIn, correct_waybill, ship
from shop.orders.errors import OrderNotFound
from shop.orders.models import Order
from shop.orders.services import RefundedPieces, book_refund, end_refunding, start_refunding
from shop.orders.states import OrderState, PayMethod
from shop.shipping.errors import (
    CarrierUnknown,
    NothingToShip,
    OrderInRefund,
    OrderNotShippable,
    ParcelNotFound,
    TooManyToShip,
    WaybillTaken,
    WaybillWrong,
)
from shop.shipping.models import Parcel, ParcelLine
from tests.factories.people import StaffFactory
from tests.factories.sending import new_waybill, shipped_order
from tests.factories.trade import paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _adds_up(db):
    yield
    assert list(drifts()) == []


@pytest.fixture
def staff():
    return StaffFactory()


@pytest.fixture
def skus():
    return [sku_with_stock(20), sku_with_stock(20)]


@pytest.fixture
def order(skus):
    return paid_order(items={skus[0]: 3, skus[1]: 1})


def refund(order, line, count, *, restock=True, **columns):
    start_refunding(order_id=order.pk, actor="staff")
    amount = (line.amount * count / line.count).quantize(Decimal("0.01"))
    pieces = [RefundedPieces(line_id=line.pk, count=count, amount=amount, restock=restock)]
    book_refund(order_id=order.pk, amount=columns.get("amount", amount), pieces=pieces, actor="staff")
    return end_refunding(order_id=order.pk, actor="staff")


def test_one_parcel_takes_everything_and_the_order_is_sent(order, staff):
    sent = ship(order_id=order.pk, parcels=[ParcelIn("sf", " sf1234 5678 9012 ")], by=staff)

    assert (sent.state, sent.shipped_at is not None, sent.auto_receipt_at is not None) == (3, True, True)
    parcel = Parcel.objects.get()
    assert (parcel.carrier, parcel.waybill, parcel.by) == ("SF", "SF123456789012", staff)
    assert sorted(parcel.lines.values_list("count", flat=True)) == [1, 3]
    assert [line.shipped_count for line in order.lines.all()] == [3, 1]
    assert [event.kind for event in order.events.order_by("pk")][-2:] == ["parcel_sent", "shipped"]


def test_a_part_leaves_the_order_where_it_is_until_the_last_piece(order, staff):
    first, second = order.lines.all()

    partly = ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill(), {first.pk: 2})], by=staff)
    assert partly.state == OrderState.TO_SHIP
    assert [(one.line.pk, one.left) for one in lines_to_ship(order_id=order.pk)] == [(first.pk, 1), (second.pk, 1)]

    rest = [ParcelIn("中通", new_waybill(), {first.pk: 1}), ParcelIn("圆通速递", new_waybill())]
    assert ship(order_id=order.pk, parcels=rest, by=staff).state == OrderState.SHIPPED
    assert lines_to_ship(order_id=order.pk) == []
    assert list(Parcel.objects.order_by("pk").values_list("carrier", flat=True)) == ["SF", "ZTO", "YTO"]


@pytest.mark.parametrize(
    ("parcel", "error"),
    [
        (("飞毛腿", "SF123456789", None), CarrierUnknown),
        (("", "SF123456789", None), CarrierUnknown),
        (("SF", "", None), WaybillWrong),
        (("SF", "12345", None), WaybillWrong),
        (("SF", "1" * 41, None), WaybillWrong),
        (("SF", "SF1234;DROP", None), WaybillWrong),
        (("SF", "SF123456789", {}), NothingToShip),
        (("SF", "SF123456789", {"first": 0}), NothingToShip),
        (("SF", "SF123456789", {"first": -1}), NothingToShip),
        (("SF", "SF123456789", {"first": 4}), TooManyToShip),
        (("SF", "SF123456789", {"first": 10**12}), TooManyToShip),
        (("SF", "SF123456789", {"foreign": 1}), NothingToShip),
    ],
)
def test_a_parcel_that_cannot_be_is_refused_and_nothing_moves(order, staff, parcel, error):
    carrier, waybill, wanted = parcel
    ids = {"first": order.lines.first().pk, "foreign": paid_order().lines.get().pk}
    lines = None if wanted is None else {ids[name]: count for name, count in wanted.items()}

    with pytest.raises(error):
        ship(order_id=order.pk, parcels=[ParcelIn(carrier, waybill, lines)], by=staff)

    order.refresh_from_db()
    assert (order.state, Parcel.objects.count(), ParcelLine.objects.count()) == (OrderState.TO_SHIP, 0, 0)
    assert {line.shipped_count for line in order.lines.all()} == {0}


def test_the_second_parcel_being_wrong_takes_the_first_back(order, staff):
    first = order.lines.first()
    parcels = [ParcelIn("SF", new_waybill(), {first.pk: 2}), ParcelIn("SF", new_waybill(), {first.pk: 2})]

    with pytest.raises(TooManyToShip) as refused:
        ship(order_id=order.pk, parcels=parcels, by=staff)

    assert refused.value.params == {"name": first.name, "left": 1}
    assert (Parcel.objects.count(), order.lines.first().shipped_count) == (0, 0)


def test_no_two_parcels_have_one_waybill(order, staff):
    waybill = new_waybill()
    ship(order_id=paid_order().pk, parcels=[ParcelIn("SF", waybill)], by=staff)

    with pytest.raises(WaybillTaken):
        ship(order_id=order.pk, parcels=[ParcelIn("SF", waybill.lower())], by=staff)

    assert ship(order_id=order.pk, parcels=[ParcelIn("ZTO", waybill)], by=staff).state == OrderState.SHIPPED


def test_only_what_waits_to_be_sent_is_sent(order, staff):
    parcels = [ParcelIn("SF", new_waybill())]
    for number_or_state, error in ((unpaid_order(), OrderNotShippable), (shipped_order(), OrderNotShippable)):
        with pytest.raises(error):
            ship(order_id=number_or_state.pk, parcels=parcels, by=staff)
    with pytest.raises(OrderNotFound):
        ship(order_id=0, parcels=parcels, by=staff)
    with pytest.raises(NothingToShip):
        ship(order_id=order.pk, parcels=[], by=staff)
    start_refunding(order_id=order.pk, actor="buyer")
    with pytest.raises(OrderInRefund):
        ship(order_id=order.pk, parcels=parcels, by=staff)


def test_cash_on_delivery_is_sent_without_money(staff):
    order = unpaid_order(pay_method=PayMethod.CASH_ON_DELIVERY)

    assert ship(number=order.number, parcels=[ParcelIn("JD", "JDVA12345-1-1")], by=staff).state == OrderState.SHIPPED


def test_what_went_back_is_not_sent(order, staff):
    first, second = order.lines.all()
    refund(order, first, 2)

    assert [(one.line.pk, one.left) for one in lines_to_ship(order_id=order.pk)] == [(first.pk, 1), (second.pk, 1)]
    with pytest.raises(TooManyToShip):
        ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill(), {first.pk: 2})], by=staff)
    sent = ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill())], by=staff)
    assert sent.state == OrderState.SHIPPED
    assert sorted(Parcel.objects.get().lines.values_list("count", flat=True)) == [1, 1]


def test_a_refund_of_the_last_unsent_pieces_sends_the_order_on(order, staff):
    first, second = order.lines.all()
    ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill(), {first.pk: 3})], by=staff)

    after = refund(order, second, 1)

    assert (after.state, after.shipped_at is not None) == (OrderState.SHIPPED, True)


def test_an_order_of_which_all_pieces_went_back_unsent_is_over_though_the_freight_was_kept(skus, staff):
    order = paid_order(items={skus[0]: 1})
    Order.objects.filter(pk=order.pk).update(freight=8, payable=order.payable + 8, paid_amount=order.payable + 8)

    assert refund(order, order.lines.get(), 1).state == OrderState.REFUNDED


def test_a_wrong_waybill_is_corrected_and_remembered(staff):
    order = shipped_order()
    parcel = order.parcels.get()
    was = parcel.waybill

    fixed = correct_waybill(parcel_id=parcel.pk, carrier="圆通", waybill="yt99887766", by=staff)

    assert (fixed.carrier, fixed.waybill) == ("YTO", "YT99887766")
    event = order.events.get(kind="waybill_corrected")
    assert event.data["before"] == {"carrier": "SF", "waybill": was}
    correct_waybill(parcel_id=parcel.pk, carrier="YTO", waybill="YT99887766", by=staff)
    assert order.events.filter(kind="waybill_corrected").count() == 1


def test_a_correction_takes_nobody_elses_waybill(staff):
    mine, other = shipped_order().parcels.get(), shipped_order().parcels.get()

    with pytest.raises(WaybillTaken):
        correct_waybill(parcel_id=mine.pk, carrier=other.carrier, waybill=other.waybill, by=staff)
    with pytest.raises(ParcelNotFound):
        correct_waybill(parcel_id=0, carrier="SF", waybill="SF123456", by=staff)
    with pytest.raises(WaybillWrong):
        correct_waybill(parcel_id=mine.pk, carrier="SF", waybill="?", by=staff)


def test_the_waiting_list_costs_the_same_for_one_and_for_thirty(skus, django_assert_num_queries):
    paid_order(items={skus[0]: 1})
    with django_assert_num_queries(2):
        assert [line.sku.code for one in orders_to_ship() for line in one.lines.all()]
    user = paid_order(items={skus[1]: 1}).user
    for _number in range(10):
        paid_order(user, items={skus[1]: 1})
    with django_assert_num_queries(2):
        assert len([line.sku.code for one in orders_to_ship() for line in one.lines.all()]) == 12
