"""Rows 1–4 and 12 of the fault list: the last piece is sold once, and comes back once. Through HTTP."""

import threading
import time
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client

from accounts.models import User
from kernel import clock, events
from shop.audit.selectors import drifts
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.orders.services import close_expired, placing
from shop.stock.models import StockMovement
from tests.accounts.people import put
from tests.factories.trade import buyers_with_addresses, paid_order, sku_with_stock, unpaid_order
from tests.fakes.parallel import at_once
from tests.faults.trading import code, order

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 20


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    """These races are about rows; index tasks after each of many commits would only slow them down."""
    monkeypatch.setattr(events, "deliver", lambda event: None)


@pytest.fixture
def _adds_up():
    yield
    assert list(drifts()) == []


@pytest.mark.usefixtures("_adds_up")
def test_stock_race_sixty_buyers_of_fifteen_pieces_get_exactly_fifteen():
    sku, buyers = sku_with_stock(15), buyers_with_addresses(60)

    def three_buyers(worker):
        return [code(order(buyer, sku)) for buyer in buyers[worker::WORKERS]]

    became = Counter(answer for answers in at_once(WORKERS, three_buyers) for answer in answers)

    sku.refresh_from_db()
    assert became == {"201": 15, "stock.short": 45}
    assert (sku.stock, Order.objects.count()) == (0, 15)


def test_control_unlocked_reading_first_and_writing_then_sells_one_piece_to_everybody(monkeypatch):
    sku, buyers = sku_with_stock(1), buyers_with_addresses(5)
    everybody_has_read = threading.Barrier(5)

    def unguarded(*, pieces, cause, reference):
        everybody_has_read.wait(10)
        for sku_id, count in pieces.items():
            Sku.objects.filter(pk=sku_id).update(stock=1 - count)

    monkeypatch.setattr(placing, "take_locked_pieces", unguarded)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)

    became = at_once(5, lambda number: code(order(buyers[number], sku)))

    assert became == ["201"] * 5


@pytest.mark.usefixtures("_adds_up")
def test_last_item_goes_to_one_of_two_buyers_every_time():
    buyers = buyers_with_addresses(2)

    for _round in range(12):
        sku = sku_with_stock(1)
        became = at_once(2, lambda number, sku=sku: code(order(buyers[number], sku)))
        assert sorted(became) == ["201", "stock.short"]


@pytest.mark.usefixtures("_adds_up")
def test_lock_order_orders_of_the_same_skus_the_other_way_round_never_wait_for_each_other():
    a, b = sku_with_stock(100), sku_with_stock(100)
    buyers = buyers_with_addresses(WORKERS)

    def thrice(worker):
        answers = []
        for number in range(3):
            skus = (a, b) if (worker + number) % 2 else (b, a)
            answers.append(code(order(buyers[worker], *skus)))
        return answers

    became = [answer for answers in at_once(WORKERS, thrice) for answer in answers]

    assert became == ["201"] * 60
    assert set(Sku.objects.values_list("stock", flat=True)) == {40}


@pytest.mark.usefixtures("_adds_up")
def test_lock_timeout_a_stuck_transaction_is_answered_with_a_conflict_to_try_again_within_three_seconds():
    sku, (buyer,) = sku_with_stock(5), buyers_with_addresses(1)

    with transaction.atomic():
        Sku.objects.select_for_update().get(pk=sku.pk)
        began = time.monotonic()
        (answer,) = at_once(1, lambda _number: order(buyer, sku, key="stuck"))
        waited = time.monotonic() - began

    assert (answer.status_code, code(answer)) == (409, "busy")
    assert waited < 5
    assert order(buyer, sku, key="stuck").status_code == 201


def test_db_guard_the_database_refuses_what_no_service_would_do():
    sku, placed, paid = sku_with_stock(1), unpaid_order(), paid_order()
    tables = {
        f"UPDATE shop_sku SET stock = -1 WHERE id = {sku.pk}",
        f"UPDATE shop_order SET payable = -1 WHERE id = {placed.pk}",
        f"UPDATE shop_order SET payable = payable + 1 WHERE id = {placed.pk}",
        f"UPDATE shop_order SET state = 9 WHERE id = {placed.pk}",
        f"UPDATE shop_order SET refunded_amount = paid_amount + 0.01 WHERE id = {paid.pk}",
        f"UPDATE shop_orderline SET count = 0 WHERE order_id = {placed.pk}",
        f"UPDATE shop_orderline SET restocked_count = count + 1 WHERE order_id = {placed.pk}",
        f"UPDATE shop_orderline SET refunded_amount = amount + 0.01 WHERE order_id = {placed.pk}",
    }

    for statement in tables:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.usefixtures("_adds_up")
def test_release_once_cancel_and_expiry_at_the_same_moment_give_the_pieces_back_once():
    (buyer,) = buyers_with_addresses(1)

    for _round in range(12):
        sku = sku_with_stock(3)
        placed = unpaid_order(buyer, items={sku: 2})
        Order.objects.filter(pk=placed.pk).update(expires_at=clock.now())

        def cancel_or_expire(number, placed=placed):
            if number % 2:
                return close_expired()
            return put(Client(), f"/orders/{placed.number}/cancel/", {}, who=User.objects.get(pk=buyer.pk)).status_code

        became = at_once(4, cancel_or_expire)

        won = [answer for answer in became if answer in (200, 1)]
        assert len(won) == 1, became
        sku.refresh_from_db()
        assert sku.stock == 3
        returned = StockMovement.objects.filter(reference=placed.number, cause=StockMovement.Cause.RETURNED)
        assert [movement.delta for movement in returned] == [2]
