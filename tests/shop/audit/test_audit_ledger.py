"""The audit is silent about a healthy shop, and names the row of every drift."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from shop.audit.selectors import _money_drifts, _sum_drifts, drifts
from shop.catalog.models import Sku
from shop.orders.models import Order, OrderLine
from shop.orders.services import (
    CancelReason,
    RefundedPieces,
    book_refund,
    cancel_order,
    confirm_receipt,
    end_refunding,
    mark_shipped,
    reprice,
    start_refunding,
)
from shop.orders.states import OrderState, PayMethod
from shop.payments.models import PaymentAttempt, Refund
from shop.stock.models import StockMovement
from tests.factories.people import StaffFactory
from tests.factories.sending import shipped_order
from tests.factories.trade import buyer_with_address, flat_freight, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


def equations():
    return [drift.equation for drift in drifts()]


def corrupt(row, **columns):
    """Write past the services; the table's own CHECKs are what a constraint-free corruption would not have."""
    type(row).objects.filter(pk=row.pk).update(**columns)


def pay(order, **changed):
    values = {
        "order": order,
        "gateway": "fake",
        "out_trade_no": f"{order.number}-1",
        "amount": order.payable,
        "state": PaymentAttempt.State.PAID,
        "counts": True,
        "paid_at": clock.now(),
    }
    return PaymentAttempt.objects.create(**values | changed)


def test_a_shop_that_lived_through_everything_adds_up(capsys):
    flat_freight("8.00")
    user, staff = buyer_with_address(), StaffFactory()
    sku, other = sku_with_stock(50, price="10.01"), sku_with_stock(50, price="3.33")
    unpaid_order(user, items={sku: 2, other: 1})
    cancel_order(order_id=unpaid_order(user, items={sku: 1}).pk, owner=user, by=user, reason=CancelReason.CHANGED_MIND)
    repriced = unpaid_order(user, items={sku: 1, other: 3})
    reprice(order_id=repriced.pk, by=staff, adjustment=Decimal("-1.00"), freight=Decimal("0"), note="老客户")
    unpaid_order(user, items={other: 1}, pay_method=PayMethod.CASH_ON_DELIVERY)
    received = paid_order(user, items={sku: 3})
    mark_shipped(order_id=received.pk, by=staff)
    confirm_receipt(number=received.number, by=user)
    start_refunding(order_id=received.pk, actor="staff", by=staff)
    line = received.lines.get()
    book_refund(
        order_id=received.pk,
        amount=Decimal("10.01"),
        pieces=[RefundedPieces(line.pk, 1, Decimal("10.01"), restock=True)],
        actor="staff",
        by=staff,
    )
    end_refunding(order_id=received.pk, actor="staff", by=staff)

    call_command("audit_ledger")

    assert "一致" in capsys.readouterr().out


def test_a_drift_is_printed_and_the_command_fails(capsys):
    sku = sku_with_stock(5)
    corrupt(sku, stock=7)

    with pytest.raises(CommandError) as failed:
        call_command("audit_ledger")

    assert failed.value.returncode == 1
    assert f"sku {sku.pk}: stock = sum of movements, not negative: 5 ≠ 7" in capsys.readouterr().out


def test_a_lost_movement_is_found():
    order = unpaid_order()
    StockMovement.objects.filter(reference=order.number).delete()

    assert sorted(equations()) == ["pieces held = pieces of the lines", "stock = sum of movements, not negative"]


def test_pieces_given_back_twice_are_found():
    order = unpaid_order()
    sku = order.lines.get().sku
    cancel_order(order_id=order.pk, owner=None, by=StaffFactory(), reason=CancelReason.STAFF)
    StockMovement.objects.create(sku=sku, delta=1, cause=StockMovement.Cause.RETURNED, reference=order.number)
    Sku.objects.filter(pk=sku.pk).update(stock=sku.stock + 2)

    assert equations() == ["pieces held = pieces of the lines"]


def test_sums_that_are_not_those_of_the_lines_are_found():
    order = unpaid_order()
    line = order.lines.get()
    corrupt(line, amount=line.amount + 1)
    assert equations() == ["shares of the lines = payable - freight"]
    corrupt(line, amount=line.amount, price=line.price + 1)
    assert equations() == ["goods = price × count of the lines"]
    corrupt(line, price=line.price)
    corrupt(order, total_count=9)
    assert equations() == ["pieces = pieces of the lines"]


def test_a_payable_that_does_not_add_up_is_found():
    order = unpaid_order()
    # The column's CHECK leaves half a cent of room for SQLite, but it would not let this through.
    order.freight = Decimal("0.01")
    assert [drift.equation for drift in _sum_drifts(order)][:1] == ["payable = goods + freight - discount + adjustment"]


def test_money_that_is_not_what_was_to_pay_is_found():
    order = paid_order()
    corrupt(order, paid_amount=order.payable - Decimal("0.01"))

    assert equations() == ["paid = payable once paid, else nothing"]


def test_money_on_an_order_that_was_never_paid_is_found():
    order = unpaid_order()
    corrupt(order, paid_amount=order.payable)

    assert equations() == ["paid = payable once paid, else nothing"]


def test_a_payment_of_another_sum_is_found():
    order = paid_order()
    pay(order, amount=order.payable + 1)

    assert equations() == ["counting payment = paid"]


def test_two_counting_payments_are_found_should_the_constraint_ever_go():
    order = paid_order()
    order._prefetched_objects_cache = {
        "payments": [PaymentAttempt(amount=order.payable), PaymentAttempt(amount=order.payable)],
        "refunds": [],
    }
    assert [drift.equation for drift in _money_drifts(order)] == ["one counting payment at most"]


def test_refunds_above_the_payment_are_found_should_the_constraint_ever_go():
    order = paid_order()
    order.refunded_amount = order.paid_amount + 1
    assert [drift.equation for drift in _money_drifts(order)] == ["0 ≤ refunded ≤ paid"]


def test_refunds_of_lines_above_those_of_the_order_are_found():
    order = paid_order()
    OrderLine.objects.filter(order=order).update(refunded_amount=Decimal("0.01"))

    assert equations() == ["refunded of lines ≤ refunded"]


def test_a_refund_that_the_order_does_not_know_is_found():
    order = paid_order()
    Refund.objects.create(
        order=order,
        payment=pay(order),
        out_request_no="r1",
        amount=Decimal("0.01"),
        state=Refund.State.SUCCEEDED,
        cause=Refund.Cause.STAFF,
    )

    assert equations() == ["succeeded refunds = refunded"]


def test_a_state_that_no_step_led_to_is_found():
    order = paid_order()
    corrupt(order, state=OrderState.SHIPPED)

    assert equations() == ["state = last step"]


def test_a_step_that_the_table_does_not_know_is_found():
    order = paid_order()
    order.events.filter(kind="paid").update(to_state=OrderState.DONE)
    corrupt(order, state=OrderState.DONE)

    assert equations() == ["steps by the table"]


def test_the_audit_asks_as_often_for_thirty_orders_as_for_one(django_assert_num_queries):
    user, sku = buyer_with_address(), sku_with_stock(100)
    unpaid_order(user, items={sku: 1})
    with CaptureQueriesContext(connection) as one:
        assert equations() == []
    for _number in range(5):
        unpaid_order(user, items={sku: 1})

    with django_assert_num_queries(len(one)):
        assert equations() == []
    assert Order.objects.count() == 6


def test_parcels_that_hold_other_pieces_than_were_sent_are_found():
    order = shipped_order(items={sku_with_stock(9): 3})
    assert equations() == []
    order.lines.update(shipped_count=2)

    assert equations() == ["pieces sent = pieces in parcels"]
