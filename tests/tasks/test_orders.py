"""The sweeps of orders, run as the consumer runs them."""

from datetime import timedelta

import pytest
from huey.contrib.djhuey import HUEY

from kernel import clock
from shop.idempotency.models import IdempotencyKey
from shop.idempotency.services import KEPT, run_once
from shop.orders.models import Order
from shop.orders.services import mark_shipped
from shop.orders.states import OrderState
from tasks import orders
from tests.factories.trade import paid_order, unpaid_order

pytestmark = pytest.mark.django_db


def test_the_consumer_knows_the_sweeps():
    periodic = {type(task).__name__ for task in HUEY._registry.periodic_tasks}

    assert {"close_expired_orders", "confirm_receipts", "forget_keys"} <= periodic


def test_expired_orders_are_closed_and_a_second_run_changes_nothing():
    order = unpaid_order()
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now())
    sku = order.lines.get().sku

    for _run in range(2):
        orders.close_expired_orders.call_local()

    order.refresh_from_db()
    sku.refresh_from_db()
    assert (order.state, sku.stock) == (OrderState.CANCELLED, 10)


def test_overdue_receipts_are_confirmed():
    order = paid_order()
    mark_shipped(order_id=order.pk, by=None)
    Order.objects.filter(pk=order.pk).update(auto_receipt_at=clock.now())

    orders.confirm_receipts.call_local()

    order.refresh_from_db()
    assert order.state == OrderState.TO_REVIEW


def test_keys_are_forgotten_after_their_day():
    order = unpaid_order()
    run_once(user_id=order.user_id, route="x", key="k", request=None, work=lambda: (200, {}))
    IdempotencyKey.objects.update(created_at=clock.now() - KEPT - timedelta(minutes=1))

    orders.forget_keys.call_local()

    assert IdempotencyKey.objects.count() == 0
