"""Refunds as the consumer runs them: by event, again after a while, and by the sweep."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from kernel import clock
from shop.aftersales.models import AfterSale
from shop.aftersales.photos import keep_photo
from shop.aftersales.reasons import Reason
from shop.aftersales.services import Kind, accept_after_sale, apply_after_sale
from shop.orders.states import OrderState
from shop.payments.models import Refund
from shop.payments.services.refunds.sending import BACK_OFF
from tasks import refunds
from tests.accounts.people import picture
from tests.factories.people import StaffFactory
from tests.factories.refunds import order_with_payment, received, refund
from tests.factories.trade import sku_with_stock
from tests.fakes.gateways import memory_gateway

pytestmark = pytest.mark.django_db

State = Refund.State


@pytest.fixture(autouse=True)
def books(settings):
    return memory_gateway(settings)


@pytest.fixture
def order(db):
    return order_with_payment(items={sku_with_stock(10, price=Decimal("10.00")): 2})


@pytest.fixture
def granted(order):
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.REFUND, reason=Reason.OTHER)
    return accept_after_sale(after_sale_id=after_sale.pk, by=StaffFactory())


def test_the_consumer_knows_the_sweeps():
    periodic = {type(task).__name__ for task in HUEY._registry.periodic_tasks}

    assert {"send_refunds_due", "withdraw_returns", "forget_photos"} <= periodic


def test_an_unknown_refund_is_asked_for_again_after_its_wait(order, books, monkeypatch):
    asked, later = refund(order, StaffFactory()), []
    monkeypatch.setattr(refunds.send_refund, "schedule", lambda args, delay: later.append((args, delay)))
    books.faults.extend(["lost"])

    with time_machine.travel(timezone.now(), tick=False) as hand:
        refunds.send_refund.call_local(asked.pk)
        assert later == [((asked.pk,), BACK_OFF[0])]
        hand.shift(BACK_OFF[0])
        refunds.send_refund.call_local(asked.pk)

    asked.refresh_from_db()
    assert (asked.state, len(later)) == (State.SUCCEEDED, 1)


def test_the_sweep_sends_what_lost_its_task_and_closes_its_after_sale_and_twice_is_once(granted, books):
    for _run in range(2):
        refunds.send_refunds_due.call_local()

    assert AfterSale.objects.get().state == AfterSale.State.DONE
    assert len(books.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_from_the_click_to_the_money_by_events_alone(order, books):
    """The tests' queue runs tasks at once: nothing here waits for a sweep."""
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.REFUND, reason=Reason.OTHER)

    accept_after_sale(after_sale_id=after_sale.pk, by=StaffFactory())

    after_sale.refresh_from_db()
    order.refresh_from_db()
    assert (after_sale.state, order.state) == (AfterSale.State.DONE, OrderState.REFUNDED)
    assert list(books.refunds.values()) == [Decimal("20.00")]
    assert books.in_transaction == [False]


def test_returns_that_nobody_sends_are_withdrawn(order):
    received(order)
    after_sale = apply_after_sale(number=order.number, owner=order.user, kind=Kind.RETURN, reason=Reason.OTHER)
    accept_after_sale(after_sale_id=after_sale.pk, by=StaffFactory(), note="地址")

    with time_machine.travel(clock.now() + timedelta(days=8)):
        for _run in range(2):
            refunds.withdraw_returns.call_local()

    after_sale.refresh_from_db()
    assert after_sale.state == AfterSale.State.WITHDRAWN


def test_photos_that_nobody_took_are_forgotten(order, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    _pass, name = keep_photo(user_id=order.user_id, file=picture())

    refunds.forget_photos.call_local()
    assert default_storage.exists(name)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        refunds.forget_photos.call_local()

    assert not default_storage.exists(name)
