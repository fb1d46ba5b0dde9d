"""What the source systems got wrong in trade, through HTTP, as not ours (section 4 of the API contract).

The others of that list have their tests beside what they are about: the 21st address in ``tests/api``, codes and
tokens of lost passwords in ``test_auth_codes`` and ``tests/api/test_passwords``, notifications and the return page
in ``test_payments``, the pickled cookie in ``tests/api/test_cart``.
"""

import pytest
import time_machine
from django.test import Client

from kernel import clock
from shop.audit.selectors import drifts
from shop.catalog.models import Sku
from shop.orders.models import Order, OrderLine
from shop.orders.services import mark_paid, mark_shipped
from tests.accounts.people import delete, get, post, put
from tests.factories.trade import buyer_with_address, sku_with_stock
from tests.faults.trading import order, order_body

pytestmark = [pytest.mark.fault, pytest.mark.django_db]


@pytest.fixture
def buyer():
    return buyer_with_address()


def stock_of(sku):
    return Sku.objects.get(pk=sku.pk).stock


def test_a_cart_takes_no_stock_an_order_does_and_a_cancelled_one_gives_it_back(buyer):
    sku = sku_with_stock(5)

    assert post(Client(), "/cart/", {"sku_id": sku.pk, "count": 3}, who=buyer).status_code == 201
    assert put(Client(), "/cart/", {"sku_id": sku.pk, "count": 2, "selected": True}, who=buyer).status_code == 200
    assert stock_of(sku) == 5
    placed = order(buyer)
    assert (placed.status_code, stock_of(sku)) == (201, 3)
    for _again in range(2):
        put(Client(), f"/orders/{placed.json()['order_id']}/cancel/", {}, who=buyer)
        assert stock_of(sku) == 5
    assert delete(Client(), "/cart/", {"sku_id": sku.pk}, who=buyer).status_code == 204
    assert list(drifts()) == []


def test_only_what_is_ticked_is_ordered_and_the_rest_stays_in_the_cart(buyer):
    ticked, other = sku_with_stock(5), sku_with_stock(5)
    post(Client(), "/cart/", {"sku_id": ticked.pk, "count": 1}, who=buyer)
    post(Client(), "/cart/", {"sku_id": other.pk, "count": 1, "selected": False}, who=buyer)

    assert order(buyer).status_code == 201

    assert [line.sku_id for line in OrderLine.objects.all()] == [ticked.pk]
    assert [line["id"] for line in get(Client(), "/cart/", who=buyer).json()] == [other.pk]
    assert (stock_of(ticked), stock_of(other)) == (4, 5)


def test_the_added_part_and_what_is_in_the_cart_are_checked_together(buyer):
    sku = sku_with_stock(5)

    answers = [post(Client(), "/cart/", {"sku_id": sku.pk, "count": 3}, who=buyer) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert buyer.cart_lines.get().count == 3


def test_unit_prices_stand_in_the_order_whatever_happens_to_the_product(buyer):
    sku = sku_with_stock(5, price="10.00")
    number = order(buyer, sku).json()["order_id"]
    Sku.objects.filter(pk=sku.pk).update(price="99.00", name="新名字")

    (line,) = get(Client(), f"/orders/{number}/", who=buyer).json()["skus"]

    assert (line["price"], line["amount"], line["sku"]["name"]) == ("10.00", "10.00", sku.name)


def test_ten_orders_in_one_moment_have_ten_numbers(buyer):
    sku = sku_with_stock(20)

    with time_machine.travel(clock.now(), tick=False):
        answers = [order(buyer, sku) for _number in range(10)]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["order_id"] for answer in answers}) == 10


def test_sales_rise_once_however_often_the_money_is_told(buyer):
    sku = sku_with_stock(5)
    placed = Order.objects.get(number=order(buyer, sku, items=[{"sku_id": sku.pk, "count": 2}]).json()["order_id"])

    told = [mark_paid(order_id=placed.pk, amount=placed.payable, at=clock.now()) for _time in range(3)]

    assert told == [True, False, False]
    assert Sku.objects.get(pk=sku.pk).sales == 2


def test_a_payment_of_another_sum_changes_nothing(buyer):
    sku = sku_with_stock(5, price="10.00")
    placed = Order.objects.get(number=order(buyer, sku).json()["order_id"])

    assert mark_paid(order_id=placed.pk, amount=placed.payable / 100, at=clock.now()) is False

    placed.refresh_from_db()
    assert (placed.state, placed.paid_amount) == (1, 0)


def test_ticking_all_of_an_empty_cart_is_fine(buyer):
    for who in (buyer, None):
        assert put(Client(), "/cart/selection/", {"selected": True}, who=who).status_code == 200
    assert order(buyer).status_code == 400


def test_the_address_must_be_ones_own(buyer):
    stranger, sku = buyer_with_address(), sku_with_stock(5)

    assert post(Client(), "/orders/", order_body(stranger, sku), who=buyer).status_code == 404
    assert stock_of(sku) == 5


def test_the_last_review_ends_the_order(buyer):
    first, second = sku_with_stock(5), sku_with_stock(5)
    number = order(buyer, first, second).json()["order_id"]
    placed = Order.objects.get(number=number)
    assert mark_paid(order_id=placed.pk, amount=placed.payable, at=clock.now())
    mark_shipped(order_id=placed.pk, by=None)
    assert put(Client(), f"/orders/{number}/receipt/", {}, who=buyer).json()["status"] == 4

    states = []
    for sku in (first, second):
        said = {"sku": sku.pk, "comment": "非常好用的东西", "score": 5}
        assert post(Client(), f"/orders/{number}/comments/", said, who=buyer).status_code in {200, 201}
        states.append(get(Client(), f"/orders/{number}/", who=buyer).json()["status"])

    assert states == [4, 5]
