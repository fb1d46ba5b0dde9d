"""Sales, comments and favourites are what their rows say; drift is found and mended."""

import pytest
from django.core.management import CommandError, call_command

from shop.audit.counters import counter_drifts, mend_counters
from shop.catalog.models import Sku, Spu
from shop.interest.services import add_favorite, remove_favorites
from shop.orders.services import (
    CancelReason,
    RefundedPieces,
    book_refund,
    cancel_order,
    confirm_receipt,
    end_refunding,
    mark_shipped,
    start_refunding,
)
from shop.orders.states import PayMethod
from tests.factories.people import UserFactory
from tests.factories.sending import review
from tests.factories.trade import paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


def sales(sku):
    return Sku.objects.get(pk=sku.pk).sales


def give_back(order, count):
    line = order.lines.get()
    start_refunding(order_id=order.pk, actor="staff")
    amount = line.price * count
    pieces = [RefundedPieces(line_id=line.pk, count=count, amount=amount, restock=True)]
    book_refund(order_id=order.pk, amount=amount, pieces=pieces, actor="staff")
    end_refunding(order_id=order.pk, actor="staff")


def test_sales_count_once_per_paid_order_and_return_with_the_last_of_the_money():
    sku = sku_with_stock(20)
    cancelled = unpaid_order(items={sku: 1})
    cancel_order(order_id=cancelled.pk, owner=None, by=None, reason=CancelReason.STAFF)
    order = paid_order(items={sku: 3})
    assert sales(sku) == 3

    give_back(order, 1)
    assert (sales(sku), list(counter_drifts())) == (3, [])
    give_back(order, 2)
    assert (sales(sku), list(counter_drifts())) == (0, [])


def test_cash_on_delivery_counts_when_the_money_came():
    sku = sku_with_stock(20)
    order = unpaid_order(items={sku: 2}, pay_method=PayMethod.CASH_ON_DELIVERY)
    mark_shipped(order_id=order.pk, by=None)
    assert sales(sku) == 0

    confirm_receipt(number=order.number, by=order.user)
    assert (sales(sku), list(counter_drifts())) == (2, [])


def test_favourites_count_rows():
    sku, buyer = sku_with_stock(), UserFactory()
    for _time in range(2):
        add_favorite(user_id=buyer.pk, sku_id=sku.pk)
    assert (Spu.objects.get(pk=sku.spu_id).favorites, list(counter_drifts())) == (1, [])
    remove_favorites(user_id=buyer.pk, sku_id=sku.pk)
    assert (Spu.objects.get(pk=sku.spu_id).favorites, list(counter_drifts())) == (0, [])


def test_drift_is_named_and_mended_and_numbers_a_shop_brought_along_stay(capsys):
    reviewed, sold, brought = sku_with_stock(9), sku_with_stock(9), sku_with_stock(9)
    review(sku=reviewed)
    paid_order(items={sold: 2})
    add_favorite(user_id=UserFactory().pk, sku_id=sold.pk)
    Sku.objects.filter(pk=reviewed.pk).update(comments=7)
    Sku.objects.filter(pk=sold.pk).update(sales=0)
    Sku.objects.filter(pk=brought.pk).update(sales=5000)
    Spu.objects.filter(pk=sold.spu_id).update(favorites=9)

    assert [(one.row, one.expected, one.found) for one in counter_drifts()] == [
        (f"sku {reviewed.pk}", "1", "7"),
        (f"sku {sold.pk}", "≥ 2", "0"),
        (f"spu {sold.spu_id}", "1", "9"),
    ]
    with pytest.raises(CommandError):
        call_command("recount")
    call_command("recount", "--mend")

    assert (list(counter_drifts()), mend_counters()) == ([], 0)
    numbers = Sku.objects.in_bulk([reviewed.pk, sold.pk, brought.pk])
    assert (numbers[reviewed.pk].comments, numbers[sold.pk].sales, numbers[brought.pk].sales) == (1, 2, 5000)
    assert numbers[reviewed.pk].index_dirty_at is not None
    call_command("recount")
    assert "计数一致" in capsys.readouterr().out


def test_counting_costs_three_queries_whatever_the_size(django_assert_num_queries):
    review()
    with django_assert_num_queries(3):
        list(counter_drifts())
    for _number in range(3):
        review()
    with django_assert_num_queries(3):
        list(counter_drifts())
