"""Rows 5–9 of the fault list: double clicks, crashes, prices that move, absurd counts. Through HTTP."""

import threading
from decimal import Decimal

import pytest
from django.db.models import QuerySet
from django.test import Client

from kernel import events
from shop.audit.selectors import drifts
from shop.cart.services import add_to_cart
from shop.catalog.models import Sku
from shop.idempotency.models import IdempotencyKey
from shop.orders.models import Order, OrderLine
from shop.orders.services import placing
from shop.stock.models import StockMovement
from tests.accounts.people import post, put
from tests.factories.trade import buyers_with_addresses, sku_with_stock
from tests.fakes.parallel import at_once
from tests.faults.trading import code, order

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _adds_up(monkeypatch):
    monkeypatch.setattr(events, "deliver", lambda event: None)
    yield
    assert list(drifts()) == []


@pytest.fixture
def buyer(db):
    return buyers_with_addresses(1)[0]


@pytest.mark.postgres
def test_idem_same_key_ten_at_once_make_one_order_and_get_one_answer(buyer):
    sku = sku_with_stock(20)

    answers = at_once(10, lambda _number: order(buyer, sku, key="one-click"))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert sorted("Idempotency-Replayed" in answer for answer in answers) == [False] + [True] * 9
    sku.refresh_from_db()
    assert (Order.objects.count(), sku.stock) == (1, 19)


@pytest.mark.postgres
def test_without_a_key_a_double_click_on_the_cart_still_orders_it_once(buyer):
    sku = sku_with_stock(20)
    add_to_cart(user=buyer, sku_id=sku.pk, count=2)

    answers = at_once(6, lambda _number: code(order(buyer)))

    assert sorted(answers) == ["201"] + ["order.nothing_selected"] * 5
    assert Sku.objects.get(pk=sku.pk).stock == 18


@pytest.mark.postgres
def test_adding_to_a_line_while_it_is_being_ordered_loses_no_piece_and_never_crashes(buyer):
    sku = sku_with_stock(1000)

    for _round in range(8):
        add_to_cart(user=buyer, sku_id=sku.pk, count=1)

        def order_add_or_tick(number):
            if number == 0:
                return code(order(buyer))
            if number == 1:
                return put(Client(), "/cart/selection/", {"selected": True}, who=buyer).status_code
            return post(Client(), "/cart/", {"sku_id": sku.pk, "count": 1}, who=buyer).status_code

        became = at_once(4, order_add_or_tick)

        assert became == ["201", 200, 201, 201]
    ordered = sum(OrderLine.objects.values_list("count", flat=True))
    in_cart = sum(buyer.cart_lines.values_list("count", flat=True))
    assert ordered + in_cart == 8 * 3


def test_idem_mismatch_another_body_under_the_same_key_makes_nothing(buyer):
    sku = sku_with_stock()
    assert order(buyer, sku, key="k").status_code == 201

    other = order(buyer, sku, key="k", remark="另一个")

    assert (other.status_code, code(other)) == (409, "idempotency.mismatch")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("key", ["two words", "x" * 256, "键"])
def test_a_key_that_is_none_is_400_and_makes_nothing(buyer, key):
    answer = order(buyer, sku_with_stock(), key=key)

    assert answer.status_code == 400
    assert Order.objects.count() == 0


def test_a_key_is_each_buyers_own():
    sku, buyers = sku_with_stock(), buyers_with_addresses(2)

    answers = [order(buyer, sku, key="k") for buyer in buyers]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["order_id"] for answer in answers}) == 2


@pytest.mark.postgres
def test_idem_inflight_a_twin_that_waits_too_long_is_told_so_and_replays_later(buyer, monkeypatch):
    sku = sku_with_stock()
    at_work, go_on = threading.Event(), threading.Event()
    write = placing._write

    def slow(*args, **kwargs):
        at_work.set()
        assert go_on.wait(15)
        return write(*args, **kwargs)

    monkeypatch.setattr(placing, "_write", slow)

    def first_or_twin(number):
        if number == 0:
            return order(buyer, sku, key="k")
        assert at_work.wait(10)
        try:
            return order(buyer, sku, key="k")
        finally:
            go_on.set()

    first, twin = at_once(2, first_or_twin)

    assert first.status_code == 201
    assert (twin.status_code, code(twin)) == (409, "idempotency.in_flight")
    assert order(buyer, sku, key="k").content == first.content
    assert Order.objects.count() == 1


STEPS = {
    "pricing": (placing, "price_goods"),
    "stock": (placing, "take_locked_pieces"),
    "order": (placing, "_write"),
    "timeline": (placing, "record"),
    "cart": (placing, "remove_ordered"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_crash_mid_checkout_leaves_nothing_and_the_key_works_again(buyer, monkeypatch, step, when):
    sku = sku_with_stock(5)
    add_to_cart(user=buyer, sku_id=sku.pk, count=2)
    module, name = STEPS[step]
    real = getattr(module, name)

    def crash(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as broken:
        broken.setattr(module, name, crash)
        assert order(buyer, key="k").status_code == 500

    sku.refresh_from_db()
    assert (sku.stock, Order.objects.count(), IdempotencyKey.objects.count()) == (5, 0, 0)
    assert not StockMovement.objects.filter(cause=StockMovement.Cause.ORDERED).exists()
    assert buyer.cart_lines.count() == 1
    assert order(buyer, key="k").status_code == 201


def test_crash_while_the_answer_is_kept_takes_the_order_along(buyer, monkeypatch):
    sku = sku_with_stock(5)
    real = QuerySet.update

    def crash(self, **columns):
        if self.model is IdempotencyKey:
            raise RuntimeError("the process dies here")
        return real(self, **columns)

    with monkeypatch.context() as broken:
        broken.setattr(QuerySet, "update", crash)
        assert order(buyer, sku, key="k").status_code == 500

    assert (Sku.objects.get(pk=sku.pk).stock, Order.objects.count()) == (5, 0)
    assert order(buyer, sku, key="k").status_code == 201


def test_price_change_during_checkout_refuses_the_sum_that_the_buyer_saw(buyer, monkeypatch):
    sku = sku_with_stock(5, price="10.00")
    add_to_cart(user=buyer, sku_id=sku.pk, count=1)
    read = placing.selected_lines_locked

    def marketer_is_faster(**given):
        Sku.objects.filter(pk=sku.pk).update(price=Decimal("12.00"))
        return read(**given)

    monkeypatch.setattr(placing, "selected_lines_locked", marketer_is_faster)

    refused = order(buyer, payable="10.00")
    assert (refused.status_code, code(refused), refused.json()["params"]["payable"]) == (
        409,
        "order.payable_changed",
        "12.00",
    )
    assert Order.objects.count() == 0
    accepted = order(buyer, payable="12.00")
    assert (accepted.status_code, accepted.json()["payable"]) == (201, "12.00")
    assert OrderLine.objects.get().price == Decimal("12.00")


def test_stock_gone_during_checkout_refuses_the_order(buyer, monkeypatch):
    sku = sku_with_stock(5)
    add_to_cart(user=buyer, sku_id=sku.pk, count=3)
    rival = buyers_with_addresses(1)[0]
    read = placing.selected_lines_locked

    def rival_is_faster(**given):
        monkeypatch.setattr(placing, "selected_lines_locked", read)
        assert order(rival, sku, items=[{"sku_id": sku.pk, "count": 3}]).status_code == 201
        return read(**given)

    monkeypatch.setattr(placing, "selected_lines_locked", rival_is_faster)

    refused = order(buyer)

    assert (refused.status_code, code(refused), refused.json()["params"]["left"]) == (409, "stock.short", 2)


@pytest.mark.parametrize("count", [-1, 0, 10**9, 10**30, 1.5, "1.5", "many", None, [1], True, "\x00"])
def test_qty_bounds_absurd_counts_are_400_everywhere_and_the_field_is_named(buyer, count):
    sku = sku_with_stock(5)
    add_to_cart(user=buyer, sku_id=sku.pk, count=1)
    body = {"sku_id": sku.pk, "count": count}

    answers = [
        post(Client(), "/cart/", body, who=buyer),
        put(Client(), "/cart/", body, who=buyer),
        post(Client(), "/cart/", body),
        order(buyer, sku, items=[body]),
    ]

    if count is True:
        # JSON's true reads as one piece, as "2" reads as two.
        assert {answer.status_code for answer in answers} <= {200, 201, 400}
        return
    assert [answer.status_code for answer in answers] == [400] * 4
    assert all("count" in answer.json()["errors"][0]["field"] for answer in answers)
    assert Order.objects.count() == 0
    assert buyer.cart_lines.get().count == 1
