"""Two of the staff send the same order at the same moment, on PostgreSQL."""

import threading

import pytest
from django.db import transaction
from django.db.models import F

from kernel import events
from shop.fulfilment.services import ParcelIn, ship
from shop.orders.models import Order, OrderLine
from shop.orders.states import OrderState
from shop.shipping.errors import OrderNotShippable, TooManyToShip
from shop.shipping.models import Parcel, ParcelLine
from tests.factories.people import StaffFactory
from tests.factories.trade import paid_order, sku_with_stock
from tests.fakes.parallel import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    monkeypatch.setattr(events, "deliver", lambda event: None)


def test_of_two_who_send_the_whole_order_one_is_refused():
    order, staff = paid_order(items={sku_with_stock(9): 3}), StaffFactory()

    became = at_once(
        4, lambda number: ship(order_id=order.pk, parcels=[ParcelIn("SF", f"SF00000000{number}")], by=staff)
    )

    assert [type(one) for one in became if isinstance(one, Exception)] == [OrderNotShippable] * 3
    order.refresh_from_db()
    assert (order.state, Parcel.objects.count(), order.lines.get().shipped_count) == (OrderState.SHIPPED, 1, 3)


def test_of_two_who_send_two_of_three_pieces_one_is_refused():
    order, staff = paid_order(items={sku_with_stock(9): 3}), StaffFactory()
    line = order.lines.get()

    became = at_once(
        2,
        lambda number: ship(order_id=order.pk, parcels=[ParcelIn("SF", f"SF00000000{number}", {line.pk: 2})], by=staff),
    )

    assert [type(one) for one in became if isinstance(one, Exception)] == [TooManyToShip]
    line.refresh_from_db()
    assert (line.shipped_count, sum(ParcelLine.objects.values_list("count", flat=True))) == (2, 2)


def test_control_without_lock_and_guard_more_leaves_than_was_bought():
    order = paid_order(items={sku_with_stock(9): 3})
    line_id = order.lines.get().pk
    both_have_read = threading.Barrier(2)

    def send_unguarded(number: int) -> None:
        with transaction.atomic():
            line = OrderLine.objects.get(pk=line_id)
            both_have_read.wait(10)
            if line.count - line.shipped_count < 2:
                raise TooManyToShip(name=line.name, left=1)
            parcel = Parcel.objects.create(order_id=order.pk, carrier="SF", waybill=f"SF00000000{number}")
            ParcelLine.objects.create(parcel=parcel, order_line=line, count=2)
            OrderLine.objects.filter(pk=line_id).update(shipped_count=line.shipped_count + 2)

    assert at_once(2, send_unguarded) == [None, None]
    assert sum(ParcelLine.objects.values_list("count", flat=True)) == 4
    assert not OrderLine.objects.filter(pk=line_id, shipped_count__gt=F("count")).exists()
    assert Order.objects.get(pk=order.pk).state == OrderState.TO_SHIP
