"""Numbers of payments: one after the other, never one of a lost time."""

import pytest

from shop.orders.models import Order
from shop.payments.models import PaymentAttempt
from shop.payments.numbers import LOOKED_FOR, lost_numbers, next_number, number_after_gap
from tests.factories.trade import unpaid_order


def names(*counts):
    return [f"26112122224393083278P{count}" for count in counts]


ORDER = Order(number="26112122224393083278")


@pytest.mark.django_db
def test_numbers_go_on_after_the_largest_and_never_fall_back_to_how_many_there_are():
    order = unpaid_order()
    given = []
    for _time in range(3):
        given.append(next_number(order))
        PaymentAttempt.objects.create(order=order, gateway="alipay", out_trade_no=given[-1], amount=1)
    gap = number_after_gap(order, given)
    PaymentAttempt.objects.create(order=order, gateway="alipay", out_trade_no=gap, amount=1)

    assert given == [f"{order.number}P{count}" for count in (1, 2, 3)]
    assert gap == f"{order.number}P1000"
    assert next_number(order) == f"{order.number}P1001"


@pytest.mark.parametrize(
    ("known", "after"), [([], 1000), ([1], 1000), ([1, 2, 1000], 2000), ([1000, 1001, 1002], 2000), ([2000], 3000)]
)
def test_a_second_restore_parts_from_the_lost_time_of_the_first_too(known, after):
    assert number_after_gap(ORDER, names(*known)) == names(after)[0]


@pytest.mark.parametrize(
    ("known", "lost"),
    [
        # Never restored: nothing is lost.
        ([], []),
        ([1, 2], []),
        ([1000], range(1, 1 + LOOKED_FOR)),
        ([1, 2, 1000], range(3, 3 + LOOKED_FOR)),
        # What came back has a row; the gaps between and the next ones may still be there.
        ([1, 3, 1000, 1001], [2, *range(4, 4 + LOOKED_FOR)]),
        ([998, 1000], [*range(1, 998), 999]),
        ([1, 1000, 1001, 2000], [*range(2, 2 + LOOKED_FOR), *range(1002, 1002 + LOOKED_FOR)]),
    ],
)
def test_what_may_have_been_given_out_in_the_lost_time_can_be_named(known, lost):
    assert list(lost_numbers(ORDER, names(*known))) == names(*lost)


def test_numbers_of_another_kind_or_order_count_for_nothing():
    strange = ["cash-26112122224393083278", "26112122224393083278P", "26112122224393083278P0", "9P1000", "x"]

    assert list(lost_numbers(ORDER, strange)) == []
    assert number_after_gap(ORDER, strange) == names(1000)[0]
