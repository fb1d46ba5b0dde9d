"""Refunds: how much, who says so, sent once, booked once."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel import clock
from shop.audit.selectors import drifts
from shop.orders.errors import OrderNotFound, OrderStateConflict, RefundTooHigh, RefundTooManyPieces
from shop.orders.models import Order, OrderLine
from shop.orders.services import RefundedPieces, end_refunding, start_refunding
from shop.orders.states import OrderState
from shop.payments.errors import GatewayMissing
from shop.payments.events import RefundEnded, RefundQueued
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.refund_errors import (
    NothingPaid,
    RefundEmpty,
    RefundLineUnknown,
    RefundNotFound,
    RefundStateConflict,
    RefundUnderWay,
    RestBeforeShipping,
    SecondPersonNeeded,
)
from shop.payments.refunds import (
    cash_refunds,
    failed_refunds,
    freight_left,
    proposed_amount,
    refunds_awaiting_approval,
    refunds_of,
    unknown_refunds,
)
from shop.payments.services import (
    approve_refund,
    refuse_refund,
    request_refund,
    send_due_refunds,
    send_refund,
    settle_cash_refund,
)
from shop.payments.services.refunds.ending import fail, succeed
from shop.payments.services.refunds.sending import BACK_OFF, CLAIMED
from tests.factories.people import StaffFactory
from tests.factories.refunds import attempt, cash_order, order_with_payment, pieces, received, refund, sent
from tests.factories.trade import buyer_with_address, flat_freight, paid_order, sku_with_stock, unpaid_order
from tests.fakes.gateways import memory_gateway

pytestmark = pytest.mark.django_db

State = Refund.State


@pytest.fixture(autouse=True)
def books(settings):
    return memory_gateway(settings)


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


def ordered(sku, count=3, **changed):
    return order_with_payment(items={sku: count}, **changed)


def now_of(row):
    row.refresh_from_db()
    return row


def figures(sku):
    sku.refresh_from_db()
    return sku.stock, sku.sales


def test_a_full_refund_before_shipping_ends_the_order_and_gives_everything_back(sku, staff, books, emitted):
    flat_freight("8.00")
    order = ordered(sku)
    asked = refund(order, staff, freight=Decimal("8.00"))

    assert (asked.state, asked.amount, asked.freight_amount) == (State.QUEUED, Decimal("38.00"), Decimal("8.00"))
    assert now_of(order).state == OrderState.REFUNDING
    assert send_refund(refund_id=asked.pk) is None

    order = now_of(order)
    assert (now_of(asked).state, order.state, order.refunded_amount) == (
        State.SUCCEEDED,
        OrderState.REFUNDED,
        Decimal("38.00"),
    )
    assert figures(sku) == (10, 0)
    assert books.refunds == {asked.out_request_no: Decimal("38.00")}
    assert [one for one in emitted if isinstance(one, RefundQueued | RefundEnded)] == [
        RefundQueued(refund_id=asked.pk),
        RefundEnded(refund_id=asked.pk),
    ]


def test_a_partial_refund_leaves_the_order_where_it_was_and_keeps_its_sales(sku, staff):
    other = sku_with_stock(5, price=Decimal("7.00"))
    order = order_with_payment(items={sku: 3, other: 1})
    line = order.lines.get(sku=sku)
    asked = refund(order, staff, counts={line.pk: 2})

    send_refund(refund_id=asked.pk)

    line.refresh_from_db()
    assert (line.refunded_count, line.refunded_amount, line.restocked_count) == (2, Decimal("20.00"), 2)
    assert (now_of(order).state, order.refunded_amount) == (OrderState.TO_SHIP, Decimal("20.00"))
    assert figures(sku) == (9, 3)


def test_goods_that_stay_with_the_buyer_are_not_put_back_on_the_shelf(sku, staff):
    order = received(ordered(sku))
    asked = refund(order, staff, lines=pieces(order, restock=False))

    send_refund(refund_id=asked.pk)

    assert now_of(order).state == OrderState.REFUNDED
    assert figures(sku) == (7, 0)


@pytest.mark.parametrize("state", [OrderState.TO_SHIP, OrderState.SHIPPED, OrderState.TO_REVIEW])
def test_several_partial_refunds_one_after_the_other_lead_back_each_time_and_the_last_one_ends_it(sku, staff, state):
    order = ordered(sku)
    if state == OrderState.SHIPPED:
        sent(order)
    elif state == OrderState.TO_REVIEW:
        received(order)
    line = order.lines.get()
    for _number in range(2):
        send_refund(refund_id=refund(now_of(order), staff, counts={line.pk: 1}).pk)
        assert (now_of(order).state, order.state_before_refund) == (state, None)

    send_refund(refund_id=refund(order, staff).pk)

    assert now_of(order).state == OrderState.REFUNDED
    assert figures(sku) == (10, 0)


def test_while_a_refund_is_under_way_there_is_no_second_one(sku, staff):
    order, limit = ordered(sku), sku_with_stock(1, price=Decimal("600.00"))
    line = order.lines.get()
    first = refund(order, staff, counts={line.pk: 1})
    with pytest.raises(RefundUnderWay) as refused:
        refund(order, staff, counts={line.pk: 1})
    assert refused.value.params["number"] == first.out_request_no
    waiting = refund(order_with_payment(items={limit: 1}), staff)
    with pytest.raises(RefundUnderWay):
        refund(waiting.order, staff)

    assert Refund.objects.count() == 2


def test_an_order_that_an_after_sale_holds_is_not_refunded_by_hand(sku, staff):
    order = ordered(sku)
    start_refunding(order_id=order.pk, actor="buyer", by=order.user)

    with pytest.raises(OrderStateConflict):
        refund(order, staff)

    end_refunding(order_id=order.pk, actor="buyer", by=order.user)


def test_a_refund_for_an_after_sale_finds_the_order_held(sku, staff):
    order = ordered(sku)

    with pytest.raises(OrderStateConflict):
        refund(order, staff, cause=Refund.Cause.AFTER_SALE)


@pytest.mark.parametrize(
    ("count", "amount", "freight", "error"),
    [
        (4, "1.00", "0.00", RefundTooManyPieces),
        (-1, "1.00", "0.00", RefundTooManyPieces),
        (1, "30.01", "0.00", RefundTooHigh),
        (1, "-0.01", "1.00", RefundTooHigh),
        (1, "10.00", "8.01", RefundTooHigh),
        (1, "10.00", "-0.01", RefundTooHigh),
        (1, "0.00", "0.00", RefundEmpty),
        (3, "30.00", "0.00", RestBeforeShipping),
        (3, "29.99", "8.00", RestBeforeShipping),
    ],
)
def test_what_cannot_be_refunded_is_refused_and_nothing_stays(sku, staff, count, amount, freight, error):
    flat_freight("8.00")
    order = ordered(sku)
    part = RefundedPieces(order.lines.get().pk, count, Decimal(amount), restock=True)

    with pytest.raises(error):
        refund(order, staff, lines=[part], freight=Decimal(freight))

    assert (Refund.objects.count(), now_of(order).state) == (0, OrderState.TO_SHIP)


def test_lines_of_other_orders_and_lines_named_twice_are_refused(sku, staff):
    order, other = ordered(sku, 2), ordered(sku, 2)

    for lines in (pieces(other), pieces(order, {order.lines.get().pk: 1}) * 2):
        with pytest.raises(RefundLineUnknown):
            refund(order, staff, lines=lines)


def test_after_shipping_all_pieces_may_go_back_for_less(sku, staff):
    flat_freight("8.00")
    order = sent(ordered(sku))

    send_refund(refund_id=refund(order, staff).pk)

    assert (now_of(order).state, order.refunded_amount, freight_left(order)) == (
        OrderState.SHIPPED,
        Decimal("30.00"),
        Decimal("8.00"),
    )


def test_freight_goes_back_once(sku, staff):
    flat_freight("8.00")
    order = sent(ordered(sku))
    send_refund(refund_id=refund(order, staff, lines=[], freight=Decimal("8.00")).pk)

    with pytest.raises(RefundTooHigh) as refused:
        refund(now_of(order), staff, lines=[], freight=Decimal("0.01"))

    assert (refused.value.field, refused.value.params["most"]) == ("freight", "0.00")


def test_even_if_the_parts_were_counted_wrong_the_whole_stays_within_what_was_paid(sku, staff, monkeypatch):
    order = sent(ordered(sku))
    monkeypatch.setattr("shop.payments.services.refunds.requesting.freight_left", lambda order: Decimal("5.00"))

    with pytest.raises(RefundTooHigh) as refused:
        refund(order, staff, freight=Decimal("0.01"))

    assert refused.value.params["most"] == "30.00"


def test_a_price_made_good_gives_money_back_for_no_piece(sku, staff):
    order = received(ordered(sku))
    line = order.lines.get()
    part = RefundedPieces(line.pk, 0, Decimal("5.00"), restock=False)

    send_refund(refund_id=refund(order, staff, lines=[part]).pk)
    send_refund(refund_id=refund(now_of(order), staff).pk)

    line.refresh_from_db()
    assert (line.refunded_count, line.refunded_amount) == (3, Decimal("30.00"))
    assert now_of(order).state == OrderState.REFUNDED


def test_a_free_gift_goes_back_with_what_was_paid(sku, staff):
    order = order_with_payment(items={sku: 1, sku_with_stock(5, price=Decimal("0.01")): 1})

    assert refund(order, staff).amount == Decimal("10.01")


def test_nothing_goes_back_of_what_was_never_paid(staff, sku):
    for order in (unpaid_order(items={sku: 1}), paid_order(items={sku: 1})):
        # The second one was marked paid, but there is no payment to send money back from.
        with pytest.raises(NothingPaid):
            refund(order, staff)
    with pytest.raises(OrderNotFound):
        request_refund(order_id=10**9, lines=[], reason="", by=staff)


def test_a_refunded_order_is_not_refunded_again(sku, staff):
    order = ordered(sku)
    send_refund(refund_id=refund(order, staff).pk)

    with pytest.raises(NothingPaid):
        refund(now_of(order), staff, lines=[])


def test_pieces_refunded_one_by_one_sum_to_the_line_and_cost_the_same_together():
    line = OrderLine(count=3, amount=Decimal("10.00"), refunded_count=0, refunded_amount=Decimal("0.00"))
    together = [proposed_amount(line, count) for count in range(4)]

    one_by_one = []
    for _piece in range(3):
        share = proposed_amount(line, 1)
        one_by_one.append(share)
        line.refunded_count += 1
        line.refunded_amount += share

    assert one_by_one == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert together == [Decimal(0), Decimal("3.34"), Decimal("6.67"), Decimal("10.00")]
    with pytest.raises(ValueError, match="more pieces"):
        proposed_amount(line, 1)


def test_pieces_that_are_refunded_let_the_rest_that_has_left_count_as_sent(sku, staff):
    other = sku_with_stock(5)
    order = order_with_payment(items={sku: 1, other: 1})
    gone, left = order.lines.get(sku=other), order.lines.get(sku=sku)
    sent(order, {gone.pk: 1})

    send_refund(refund_id=refund(order, staff, counts={left.pk: 1}).pk)

    assert now_of(order).state == OrderState.SHIPPED
    assert order.auto_receipt_at is not None


# -- the second person


@pytest.fixture
def dear():
    return sku_with_stock(10, price=Decimal("250.00"))


def test_from_the_limit_on_a_refund_waits_for_a_second_person(dear, staff, emitted, books):
    order = ordered(dear, 2)
    asked = refund(order, staff)
    assert (asked.state, asked.next_try_at) == (State.AWAITING_APPROVAL, None)
    assert not [one for one in emitted if isinstance(one, RefundQueued)]
    assert send_refund(refund_id=asked.pk) is None
    assert (send_due_refunds(), books.calls) == (0, [])
    second = StaffFactory()

    approved = approve_refund(refund_id=asked.pk, by=second)

    assert (approved.state, approved.approved_by) == (State.QUEUED, second)
    assert [one for one in emitted if isinstance(one, RefundQueued)] == [RefundQueued(refund_id=asked.pk)]
    send_refund(refund_id=asked.pk)
    assert now_of(order).state == OrderState.REFUNDED


def test_nobody_approves_their_own_refund_nor_one_of_their_own_order(dear, staff):
    shopper = buyer_with_address(is_staff=True)
    asked = refund(ordered(dear, 2, user=shopper), staff)

    for person in (staff, shopper):
        with pytest.raises(SecondPersonNeeded):
            approve_refund(refund_id=asked.pk, by=person)

    assert now_of(asked).state == State.AWAITING_APPROVAL


def test_the_guarded_update_refuses_who_asked_even_if_the_rule_before_it_did_not(dear, staff, monkeypatch):
    asked = refund(ordered(dear, 2), staff)
    stale = Refund.objects.get(pk=asked.pk)
    stale.requested_by_id = None
    monkeypatch.setattr("shop.payments.services.refunds.approving._waiting", lambda refund_id: stale)

    with pytest.raises(RefundStateConflict):
        approve_refund(refund_id=asked.pk, by=staff)


def test_of_a_refusal_and_an_approval_the_second_is_refused(dear, staff, monkeypatch):
    asked = refund(ordered(dear, 2), staff)
    stale = Refund.objects.select_related("payment").get(pk=asked.pk)
    approve_refund(refund_id=asked.pk, by=StaffFactory())
    monkeypatch.setattr("shop.payments.services.refunds.approving._waiting", lambda refund_id: stale)

    with pytest.raises(RefundStateConflict):
        refuse_refund(refund_id=asked.pk, by=StaffFactory(), note="不")

    assert now_of(asked).state == State.QUEUED


def test_a_large_sum_does_not_pass_in_small_ones(dear, staff):
    order = received(ordered(dear, 3))
    line = order.lines.get()
    first = refund(order, staff, counts={line.pk: 1})
    send_refund(refund_id=first.pk)
    second = refund(now_of(order), staff, counts={line.pk: 1})
    assert (first.approved_by, second.state) == (None, State.AWAITING_APPROVAL)
    approve_refund(refund_id=second.pk, by=StaffFactory())
    send_refund(refund_id=second.pk)

    third = refund(now_of(order), staff, lines=pieces(order, {line.pk: 1}))

    assert third.state == State.AWAITING_APPROVAL


def test_the_limit_is_a_setting_and_a_caller_may_bring_the_approval_along(dear, staff, settings):
    settings.REFUND_APPROVAL_FROM = Decimal("500.01")
    assert refund(ordered(dear, 2), staff).state == State.QUEUED
    settings.REFUND_APPROVAL_FROM = Decimal("0.00")
    assert refund(ordered(dear, 1), staff).state == State.AWAITING_APPROVAL
    assert refund(ordered(dear, 1), staff, approved=True).state == State.QUEUED


def test_a_refused_refund_lets_the_order_go_on_and_takes_none_of_its_money(dear, staff, emitted):
    order = ordered(dear, 2)
    asked = refund(order, staff)

    refused = refuse_refund(refund_id=asked.pk, by=StaffFactory(), note="买家已收货")

    assert (refused.state, refused.last_error) == (State.REFUSED, "买家已收货")
    assert (now_of(order).state, order.refunded_amount) == (OrderState.TO_SHIP, Decimal("0.00"))
    assert RefundEnded(refund_id=asked.pk) in list(emitted)
    assert refund(order, staff).amount == Decimal("500.00")
    for decide in (
        lambda: approve_refund(refund_id=asked.pk, by=StaffFactory()),
        lambda: refuse_refund(refund_id=asked.pk, by=StaffFactory(), note="再拒"),
    ):
        with pytest.raises(RefundStateConflict):
            decide()


def test_a_refund_that_does_not_exist_is_not_found(staff):
    for decide in (
        lambda: approve_refund(refund_id=1, by=staff),
        lambda: refuse_refund(refund_id=1, by=staff, note=""),
        lambda: settle_cash_refund(refund_id=1, by=staff),
    ):
        with pytest.raises(RefundNotFound):
            decide()
    assert send_refund(refund_id=1) is None


# -- the gateway


def test_a_refund_that_ended_is_not_sent_or_booked_again(sku, staff, books):
    order = ordered(sku)
    asked = refund(order, staff)

    for _run in range(3):
        assert send_refund(refund_id=asked.pk) is None

    assert books.calls == [("refund", asked.out_request_no)]
    assert now_of(order).refunded_amount == Decimal("30.00")


def test_a_lost_request_is_asked_for_then_sent_again_under_the_same_number(sku, staff, books):
    asked = refund(ordered(sku), staff)
    books.faults.extend(["lost"])
    with time_machine.travel(timezone.now(), tick=False) as clock_hand:
        assert send_refund(refund_id=asked.pk) == BACK_OFF[0]
        assert (now_of(asked).state, asked.attempts) == (State.UNKNOWN, 1)
        assert "timeout" in asked.last_error
        assert now_of(asked.order).state == OrderState.REFUNDING
        # Not due yet: nobody is asked.
        assert send_refund(refund_id=asked.pk) is None
        assert len(books.calls) == 1
        clock_hand.shift(BACK_OFF[0])
        assert send_refund(refund_id=asked.pk) is None

    number = asked.out_request_no
    assert books.calls == [("refund", number), ("query", number), ("refund", number)]
    assert (now_of(asked).state, asked.last_error) == (State.SUCCEEDED, "")


def test_a_refund_whose_answer_was_lost_is_found_by_its_number_and_booked_once(sku, staff, books):
    order = ordered(sku)
    asked = refund(order, staff)
    books.faults.extend(["unheard"])
    with time_machine.travel(timezone.now(), tick=False) as clock_hand:
        send_refund(refund_id=asked.pk)
        assert now_of(order).refunded_amount == 0
        clock_hand.shift(BACK_OFF[0])
        send_refund(refund_id=asked.pk)

    assert [what for what, _number in books.calls] == ["refund", "query"]
    assert (now_of(asked).state, now_of(order).refunded_amount) == (State.SUCCEEDED, Decimal("30.00"))
    assert list(books.refunds.values()) == [Decimal("30.00")]


def test_a_gateway_that_never_answers_is_asked_less_and_less_often_and_never_forgotten(sku, staff, books):
    asked = refund(ordered(sku), staff)
    books.faults.extend(["lost"] * 20)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock_hand:
        for _try in range(20):
            waits.append(send_refund(refund_id=asked.pk))
            clock_hand.shift(waits[-1])

    assert waits == [*BACK_OFF, *[BACK_OFF[-1]] * 9]
    assert now_of(asked).state == State.UNKNOWN


def test_what_the_gateway_refuses_fails_for_everybody_to_see_and_the_order_goes_on(sku, staff, books, emitted):
    order = ordered(sku)
    asked = refund(order, staff)
    books.faults.extend(["refused"])

    assert send_refund(refund_id=asked.pk) is None

    assert (now_of(asked).state, asked.last_error) == (State.FAILED, "ACQ.SELLER_BALANCE_NOT_ENOUGH")
    assert (now_of(order).state, order.refunded_amount) == (OrderState.TO_SHIP, Decimal("0.00"))
    assert RefundEnded(refund_id=asked.pk) in list(emitted)
    assert [one.pk for one in failed_refunds()] == [asked.pk]
    again = refund(order, staff)
    send_refund(refund_id=again.pk)
    assert now_of(order).state == OrderState.REFUNDED


def test_a_refusal_of_the_second_request_does_not_hide_that_the_first_one_was_done(sku, staff, books):
    """The first request arrives after we asked for it, and before we send it again."""
    asked = refund(ordered(sku), staff)
    books.faults.extend(["lost"])
    with time_machine.travel(timezone.now(), tick=False) as clock_hand:
        send_refund(refund_id=asked.pk)
        clock_hand.shift(BACK_OFF[0])
        books.faults.extend(["", "refused"])
        real = type(books.faults).popleft

        class Late(type(books.faults)):
            def popleft(self):
                fault = real(self)
                if fault == "refused":
                    books.refunds[asked.out_request_no] = asked.amount
                return fault

        books.faults = Late(books.faults)
        send_refund(refund_id=asked.pk)

    assert [what for what, _number in books.calls] == ["refund", "query", "refund", "query"]
    assert now_of(asked).state == State.SUCCEEDED


def test_another_sum_than_ours_is_never_booked(sku, staff, books, caplog):
    order = ordered(sku)
    asked = refund(order, staff, counts={order.lines.get().pk: 1})
    books.faults.extend(["other sum"])

    assert send_refund(refund_id=asked.pk) == BACK_OFF[0]

    assert (now_of(asked).state, now_of(order).refunded_amount) == (State.UNKNOWN, Decimal("0.00"))
    assert "refund of another sum" in caplog.text


def test_a_process_that_dies_with_the_request_leaves_a_refund_that_is_asked_for(sku, staff, books, monkeypatch):
    asked = refund(ordered(sku), staff)

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    with time_machine.travel(timezone.now(), tick=False) as clock_hand:
        with monkeypatch.context() as dying:
            dying.setattr("shop.payments.services.refunds.sending._asked", dies)
            with pytest.raises(KeyboardInterrupt):
                send_refund(refund_id=asked.pk)
        assert now_of(asked).state == State.UNKNOWN
        assert send_due_refunds() == 0
        clock_hand.shift(CLAIMED)
        assert send_due_refunds() == 1

    assert [what for what, _number in books.calls] == ["query", "refund"]


def test_a_gateway_that_never_heard_of_what_it_was_just_sent_is_asked_again(sku, staff, books):
    asked = refund(ordered(sku), staff)
    books.faults.extend(["forgotten"])

    assert send_refund(refund_id=asked.pk) == BACK_OFF[0]
    assert now_of(asked).state == State.UNKNOWN


def test_a_refund_ends_once_however_many_say_so(sku, staff):
    order = ordered(sku)
    asked = refund(order, staff)
    assert fail(asked, why="不行")

    assert not fail(asked, why="还是不行")
    assert not succeed(asked, actor="gateway")

    assert (now_of(asked).state, asked.last_error, now_of(order).refunded_amount) == (State.FAILED, "不行", 0)


def test_the_sweep_sends_what_lost_its_task_and_one_broken_refund_does_not_hold_up_the_others(sku, staff, caplog):
    broken, whole = refund(ordered(sku), staff), refund(ordered(sku), staff)
    PaymentAttempt.objects.filter(pk=broken.payment_id).update(gateway="gone")
    Refund.objects.filter(pk=broken.pk).update(next_try_at=clock.now() - timedelta(hours=1))

    assert send_due_refunds() == 1

    assert (now_of(broken).state, now_of(whole).state) == (State.QUEUED, State.SUCCEEDED)
    assert "could not be sent" in caplog.text
    with pytest.raises(GatewayMissing):
        send_refund(refund_id=broken.pk)


def test_stray_money_goes_back_without_touching_order_stock_or_books(sku, books):
    order = ordered(sku)
    stray = attempt(order, counts=False)
    row = Refund.objects.create(
        payment=stray,
        order=order,
        out_request_no="R1",
        amount=stray.amount,
        cause=Refund.Cause.DOUBLE_PAYMENT,
        next_try_at=clock.now(),
    )

    assert send_refund(refund_id=row.pk) is None

    assert now_of(row).state == State.SUCCEEDED
    assert (now_of(order).state, order.refunded_amount) == (OrderState.TO_SHIP, Decimal("0.00"))
    assert figures(sku) == (7, 3)
    assert order.events.last().kind == "stray_money_returned"


def test_stray_money_that_the_gateway_keeps_fails_and_the_order_stands(sku, books):
    order = ordered(sku)
    stray = attempt(order, counts=False)
    row = Refund.objects.create(
        payment=stray, order=order, out_request_no="R1", amount=stray.amount, cause=Refund.Cause.LATE_PAYMENT,
        next_try_at=clock.now(),
    )  # fmt: skip
    books.faults.extend(["refused"])

    send_refund(refund_id=row.pk)

    assert (now_of(row).state, now_of(order).state) == (State.FAILED, OrderState.TO_SHIP)


# -- cash


def test_cash_of_the_carrier_is_given_back_by_hand_and_booked_like_any_other(sku, staff, books):
    order = cash_order(items={sku: 2})
    asked = refund(order, staff)
    assert (asked.state, asked.next_try_at, asked.payment.gateway) == (State.QUEUED, None, "cash")
    assert (send_due_refunds(), send_refund(refund_id=asked.pk), books.calls) == (0, None, [])
    assert [one.pk for one in cash_refunds()] == [asked.pk]

    settle_cash_refund(refund_id=asked.pk, by=staff)

    assert (now_of(asked).state, now_of(order).state) == (State.SUCCEEDED, OrderState.REFUNDED)
    assert figures(sku) == (10, 0)
    with pytest.raises(RefundStateConflict):
        settle_cash_refund(refund_id=asked.pk, by=staff)


def test_money_of_a_gateway_is_not_settled_by_hand(sku, staff):
    asked = refund(ordered(sku), staff)

    with pytest.raises(RefundStateConflict):
        settle_cash_refund(refund_id=asked.pk, by=staff)

    assert now_of(asked).state == State.QUEUED


def test_cash_waits_for_the_second_person_too(staff):
    order = cash_order(items={sku_with_stock(5, price=Decimal("500.00")): 1})
    asked = refund(order, staff)
    with pytest.raises(RefundStateConflict):
        settle_cash_refund(refund_id=asked.pk, by=staff)

    approve_refund(refund_id=asked.pk, by=StaffFactory())

    assert now_of(asked).next_try_at is None
    settle_cash_refund(refund_id=asked.pk, by=staff)


# -- reads


def test_staff_lists_cost_the_same_for_1_and_for_10(staff, sku, settings):
    sku_with_stock(100)

    def cost(rows):
        with CaptureQueriesContext(connection) as queries:
            for row in rows:
                _shown = (
                    row.order.number,
                    row.order.user.username,
                    row.payment.gateway,
                    row.requested_by,
                    row.approved_by,
                    [part.order_line.name for part in row.lines.all()],
                )
        return len(queries)

    settings.REFUND_APPROVAL_FROM = Decimal(0)
    first = refund(ordered(sku, 1), staff)
    lists = (refunds_awaiting_approval, unknown_refunds, failed_refunds, lambda: refunds_of(first.order))
    one = [cost(some()) for some in lists]
    for _number in range(8):
        refund(ordered(sku, 1), staff)

    assert [cost(some()) for some in lists] == one
    assert one[0] == 2
    assert Order.objects.count() == 9
