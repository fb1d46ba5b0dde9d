"""The steps after placing: paid, closed, shipped, received, reviewed, repriced, refunded."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.utils import timezone

from kernel import clock
from shop.audit.selectors import drifts
from shop.orders.errors import (
    OrderNotCancellable,
    OrderNotFound,
    OrderNotRepriceable,
    OrderStateConflict,
    PayableNegative,
    RefundTooHigh,
    RefundTooManyPieces,
)
from shop.orders.models import Order
from shop.orders.services import (
    CancelReason,
    RefundedPieces,
    book_refund,
    cancel_order,
    cancelling,
    close_expired,
    confirm_overdue_receipts,
    confirm_receipt,
    end_refunding,
    mark_paid,
    mark_reviewed,
    mark_shipped,
    note_order,
    reprice,
    start_refunding,
)
from shop.orders.services.stepping import step
from shop.orders.states import TRANSITIONS, OrderState, PayMethod
from shop.shipping.models import Parcel
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.trade import buyer_with_address, flat_freight, paid_order, sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _adds_up(db):
    yield
    assert list(drifts()) == []


@pytest.fixture
def staff():
    return StaffFactory()


@pytest.fixture
def sku():
    return sku_with_stock(10, price=Decimal("10.00"))


def stock_of(sku):
    sku.refresh_from_db()
    return sku.stock


def sales_of(sku):
    sku.refresh_from_db()
    return sku.sales


def cancel(order, **changed):
    return cancel_order(
        **{"order_id": order.pk, "owner": order.user, "by": order.user, "reason": CancelReason.OTHER} | changed
    )


def shipped_order(sku, staff, **changed):
    order = paid_order(items={sku: 2}, **changed)
    return mark_shipped(order_id=order.pk, by=staff)


@pytest.mark.parametrize(
    ("came_from", "to"),
    [(a, b) for a in OrderState for b in OrderState if b not in TRANSITIONS[a]],
    ids=lambda state: state.name,
)
def test_steps_that_the_table_does_not_know_are_refused(came_from, to):
    order = Order(pk=1, state=came_from)

    with pytest.raises(OrderStateConflict):
        step(order, to, kind="test", actor="system")


def test_of_two_steps_from_the_same_state_the_second_is_refused():
    order = unpaid_order()
    stale = Order.objects.get(pk=order.pk)
    cancel(order)

    with pytest.raises(OrderStateConflict):
        step(stale, OrderState.TO_SHIP, kind="paid", actor="gateway", paid_amount=stale.payable)


def test_money_of_the_right_sum_pays_an_order_once_and_counts_the_sale_once(sku):
    order = unpaid_order(items={sku: 3})

    assert not mark_paid(order_id=order.pk, amount=order.payable - Decimal("0.01"), at=clock.now())
    assert mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())
    assert not mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())

    order.refresh_from_db()
    assert (order.state, order.paid_amount, order.expires_at) == (OrderState.TO_SHIP, Decimal("30.00"), None)
    assert sales_of(sku) == 3
    assert [event.kind for event in order.events.all()] == ["placed", "paid"]


def test_money_that_comes_after_the_cancel_pays_nothing(sku):
    order = unpaid_order(items={sku: 3})
    cancel(order)

    assert not mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())
    assert (stock_of(sku), sales_of(sku)) == (10, 0)


def test_a_cancelled_order_gives_its_pieces_back_once(sku):
    order = unpaid_order(items={sku: 3})

    cancelled = cancel(order)

    assert (cancelled.state, cancelled.cancel_reason, stock_of(sku)) == (OrderState.CANCELLED, "other", 10)
    with pytest.raises(OrderNotCancellable):
        cancel(order)
    assert stock_of(sku) == 10


def test_a_stranger_cannot_cancel_and_nothing_moves(sku):
    order, stranger = unpaid_order(items={sku: 3}), UserFactory()

    with pytest.raises(OrderNotFound):
        cancel(order, owner=stranger, by=stranger)

    assert stock_of(sku) == 7


def test_a_paid_order_cannot_be_cancelled_but_one_for_cash_that_has_not_left_can(sku):
    with pytest.raises(OrderNotCancellable):
        cancel(paid_order(items={sku: 1}))
    on_delivery = {"items": {sku: 1}, "pay_method": PayMethod.CASH_ON_DELIVERY}
    left = unpaid_order(**on_delivery)
    Parcel.objects.create(order=left, carrier="SF", waybill="1")
    with pytest.raises(OrderNotCancellable):
        cancel(left)

    assert cancel(unpaid_order(**on_delivery)).state == OrderState.CANCELLED
    assert stock_of(sku) == 8


def test_an_order_with_nothing_left_to_pay_is_paid_and_can_still_be_cancelled(sku, staff):
    order = unpaid_order(items={sku: 2})
    reprice(order_id=order.pk, by=staff, adjustment=-order.goods_amount, freight=Decimal(0), note="样品")
    order.refresh_from_db()
    assert (order.state, order.paid_amount, order.expires_at) == (OrderState.TO_SHIP, Decimal(0), None)
    sku.refresh_from_db()
    assert sku.sales == 2

    assert cancel(order).state == OrderState.CANCELLED

    sku.refresh_from_db()
    assert (sku.sales, sku.stock) == (0, 10)
    assert list(drifts()) == []


def expire(order, seconds=1):
    Order.objects.filter(pk=order.pk).update(expires_at=clock.now() - timedelta(seconds=seconds))


def test_expired_orders_close_and_others_stay(sku):
    expired, fresh, paid = (unpaid_order(items={sku: 1}) for _number in range(3))
    mark_paid(order_id=paid.pk, amount=paid.payable, at=clock.now())
    expire(expired)

    assert close_expired() == 1
    assert close_expired() == 0

    states = dict(Order.objects.values_list("pk", "state"))
    assert states == {
        expired.pk: OrderState.CANCELLED,
        fresh.pk: OrderState.UNPAID,
        paid.pk: OrderState.TO_SHIP,
    }
    assert (stock_of(sku), expired.events.last().kind) == (8, "expired")


def test_one_order_that_cannot_be_closed_does_not_keep_the_pieces_of_the_others(sku, monkeypatch, caplog):
    stuck, other = unpaid_order(items={sku: 1}), unpaid_order(items={sku: 1})
    expire(stuck, seconds=2)
    expire(other)
    real = cancelling.order_locked

    def locked(*, order_id):
        if order_id == stuck.pk:
            raise OperationalError("canceling statement due to lock timeout")
        return real(order_id=order_id)

    with monkeypatch.context() as broken:
        broken.setattr(cancelling, "order_locked", locked)
        assert close_expired() == 1

    assert "could not be closed" in caplog.text
    assert close_expired() == 1
    assert stock_of(sku) == 10


def test_receipt_is_confirmed_by_the_buyer_alone(sku, staff):
    order = shipped_order(sku, staff)

    with pytest.raises(OrderNotFound):
        confirm_receipt(number=order.number, by=UserFactory())
    assert confirm_receipt(number=order.number, by=order.user).state == OrderState.TO_REVIEW
    with pytest.raises(OrderStateConflict):
        confirm_receipt(number=order.number, by=order.user)


def test_overdue_receipts_confirm_themselves_after_the_days_of_the_setting(sku, staff, settings):
    settings.ORDER_RECEIPT_DAYS = 7
    overdue, fresh = shipped_order(sku, staff), shipped_order(sku, staff)
    assert timedelta(days=6) < fresh.auto_receipt_at - timezone.now() <= timedelta(days=7)
    Order.objects.filter(pk=overdue.pk).update(auto_receipt_at=clock.now())

    assert confirm_overdue_receipts() == 1
    assert confirm_overdue_receipts() == 0

    overdue.refresh_from_db()
    assert (overdue.state, overdue.events.last().kind) == (OrderState.TO_REVIEW, "received_by_time")


def test_cash_on_delivery_is_paid_and_counted_when_it_is_received(sku, staff):
    order = unpaid_order(items={sku: 2}, pay_method=PayMethod.CASH_ON_DELIVERY)
    assert sales_of(sku) == 0
    mark_shipped(order_id=order.pk, by=staff)

    received = confirm_receipt(number=order.number, by=order.user)

    assert (received.paid_amount, sales_of(sku)) == (order.payable, 2)


def test_the_last_review_ends_the_order(sku, staff):
    other = sku_with_stock()
    order = paid_order(items={sku: 1, other: 1})
    mark_shipped(order_id=order.pk, by=staff)
    first, last = order.lines.all()
    with pytest.raises(OrderStateConflict):
        mark_reviewed(line_id=first.pk, by=order.user)
    confirm_receipt(number=order.number, by=order.user)

    assert mark_reviewed(line_id=first.pk, by=order.user).state == OrderState.TO_REVIEW
    with pytest.raises(OrderStateConflict):
        mark_reviewed(line_id=first.pk, by=order.user)
    with pytest.raises(OrderNotFound):
        mark_reviewed(line_id=last.pk, by=UserFactory())
    assert mark_reviewed(line_id=last.pk, by=order.user).state == OrderState.DONE


def test_a_new_price_is_shared_by_the_lines_to_the_cent(staff):
    flat_freight("8.00")
    skus = [sku_with_stock(5, price=Decimal("10.00")) for _number in range(3)]
    order = unpaid_order(items=dict.fromkeys(skus, 1))

    repriced = reprice(order_id=order.pk, by=staff, adjustment=Decimal("-0.01"), freight=Decimal("0.00"), note="让一分")

    assert repriced.payable == Decimal("29.99")
    assert sum(line.amount for line in order.lines.all()) == Decimal("29.99")
    assert order.events.last().data == {"before": "38.00", "after": "29.99"}


def test_a_price_below_zero_or_after_the_payment_is_refused(staff, sku):
    order, nothing = unpaid_order(items={sku: 1}), Decimal("0.00")
    for adjustment, freight in ((Decimal("-10.01"), nothing), (nothing, Decimal("-0.01"))):
        with pytest.raises(PayableNegative):
            reprice(order_id=order.pk, by=staff, adjustment=adjustment, freight=freight, note="")
    mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())

    with pytest.raises(OrderNotRepriceable):
        reprice(order_id=order.pk, by=staff, adjustment=nothing, freight=nothing, note="")


def test_a_note_is_kept_with_who_wrote_it(staff):
    order = unpaid_order()

    assert note_order(order_id=order.pk, by=staff, note="电话确认过").staff_note == "电话确认过"
    assert order.events.last().by == staff


def refund(order, staff, count, amount, restock=True):
    part = RefundedPieces(order.lines.get().pk, count, Decimal(amount), restock)
    return book_refund(order_id=order.pk, amount=Decimal(amount), pieces=[part], actor="staff", by=staff)


def test_a_partial_refund_leads_back_and_the_last_one_ends_the_order(sku, staff):
    order = paid_order(items={sku: 3})
    start_refunding(order_id=order.pk, actor="staff", by=staff)
    refund(order, staff, 1, "10.00")
    assert end_refunding(order_id=order.pk, actor="staff", by=staff).state == OrderState.TO_SHIP
    assert (stock_of(sku), sales_of(sku)) == (8, 3)

    start_refunding(order_id=order.pk, actor="staff", by=staff)
    refund(order, staff, 2, "20.00", restock=False)
    assert end_refunding(order_id=order.pk, actor="staff", by=staff).state == OrderState.REFUNDED
    assert (stock_of(sku), sales_of(sku)) == (8, 0)


@pytest.mark.parametrize(
    ("count", "amount", "error"),
    [(1, "30.01", RefundTooHigh), (4, "1.00", RefundTooManyPieces)],
)
def test_no_refund_passes_what_was_paid_or_bought(sku, staff, count, amount, error):
    order = paid_order(items={sku: 3})

    with pytest.raises(error):
        refund(order, staff, count, amount)

    assert stock_of(sku) == 7


def test_only_an_order_in_refund_leaves_it(staff, sku):
    order = paid_order(items={sku: 1})

    with pytest.raises(OrderStateConflict):
        end_refunding(order_id=order.pk, actor="staff", by=staff)
    with pytest.raises(OrderStateConflict):
        start_refunding(order_id=unpaid_order(buyer_with_address()).pk, actor="staff", by=staff)
