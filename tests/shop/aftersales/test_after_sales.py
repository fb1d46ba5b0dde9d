"""After-sales: a buyer asks, staff answer, goods and money go back, the order follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.aftersales.errors import (
    AfterSaleNotFound,
    AfterSaleOpen,
    AfterSaleStateConflict,
    AfterSaleTooLate,
    AmountNeeded,
    NoteNeeded,
    NothingAsked,
    NotSentYet,
    TooManyPhotos,
)
from shop.aftersales.models import AfterSale
from shop.aftersales.reasons import Reason, reason_text
from shop.aftersales.selectors import after_sales_for_staff, after_sales_queue
from shop.aftersales.services import (
    Asked,
    Kind,
    accept_after_sale,
    apply_after_sale,
    follow_ended_refunds,
    follow_refund,
    following,
    receive_return,
    refuse_after_sale,
    send_back,
    withdraw_after_sale,
    withdraw_overdue_returns,
    withdrawing,
)
from shop.aftersales.services.stepping import TRANSITIONS, move
from shop.audit.selectors import drifts
from shop.orders.errors import OrderNotFound, OrderStateConflict, RefundTooHigh, RefundTooManyPieces
from shop.orders.models import Order, OrderLine
from shop.orders.services import cancel_order
from shop.orders.services.cancelling import CancelReason
from shop.orders.states import OrderState, PayMethod
from shop.payments.models import Refund
from shop.payments.refund_errors import NothingPaid, RefundEmpty, RefundLineUnknown, RefundUnderWay, RestBeforeShipping
from shop.payments.services import approve_refund, refuse_refund, send_refund, settle_cash_refund
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.refunds import cash_order, order_with_payment, received, refund, sent
from tests.factories.trade import flat_freight, sku_with_stock, unpaid_order
from tests.fakes.gateways import memory_gateway

pytestmark = pytest.mark.django_db

State = AfterSale.State


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


def applied(order, **changed):
    values = {"number": order.number, "owner": order.user, "kind": Kind.REFUND, "reason": Reason.FAULTY}
    return apply_after_sale(**values | changed)


def now_of(row):
    row.refresh_from_db()
    return row


def paid_back(after_sale):
    """The money's way, as the tasks walk it."""
    refund_id = now_of(after_sale).refund_id
    send_refund(refund_id=refund_id)
    follow_refund(refund_id=refund_id)
    return now_of(after_sale)


def stock_of(sku):
    return now_of(sku).stock


def test_everything_before_shipping_comes_back_with_its_freight_and_its_pieces(sku, staff):
    flat_freight("8.00")
    order = ordered(sku)

    after_sale = applied(order, text="  不需要了")

    assert (after_sale.state, after_sale.amount) == (State.APPLIED, Decimal("38.00"))
    assert now_of(order).state == OrderState.REFUNDING
    accepted = accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    assert (accepted.state, accepted.handled_by, accepted.refund.amount) == (State.REFUNDING, staff, Decimal("38.00"))
    assert paid_back(after_sale).state == State.DONE
    assert (now_of(order).state, stock_of(sku)) == (OrderState.REFUNDED, 10)


def test_the_timeline_tells_the_whole_story(sku, staff):
    order = received(ordered(sku, 1))
    after_sale = applied(order, kind=Kind.RETURN)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="广州市天河区某路 1 号")
    send_back(number=after_sale.number, by=order.user, carrier="SF", waybill="SF123")
    receive_return(after_sale_id=after_sale.pk, by=staff)
    paid_back(after_sale)

    kinds = [event.kind for event in order.events.all()]
    assert kinds[kinds.index("refunding") :] == [
        "refunding",
        "after_sale_applied",
        "after_sale_accepted",
        "return_sent",
        "return_received",
        "refund_requested",
        "refund_booked",
        "refunded",
        "after_sale_done",
    ]


def test_a_part_before_shipping_leaves_the_rest_to_be_sent_and_keeps_the_freight(sku, staff):
    flat_freight("8.00")
    order = ordered(sku)
    after_sale = applied(order, lines=[Asked(count=2, sku_id=sku.pk)])
    assert after_sale.amount == Decimal("20.00")

    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    paid_back(after_sale)

    assert (now_of(order).state, order.refunded_amount, stock_of(sku)) == (OrderState.TO_SHIP, Decimal("20.00"), 9)
    rest = applied(order)
    assert rest.amount == Decimal("18.00")


def test_money_back_for_goods_that_stay_puts_nothing_on_the_shelf(sku, staff):
    order = received(ordered(sku))
    after_sale = applied(order, lines=[Asked(count=0, sku_id=sku.pk, amount=Decimal("4.50"))])

    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    paid_back(after_sale)

    assert (now_of(order).state, order.refunded_amount, stock_of(sku)) == (OrderState.TO_REVIEW, Decimal("4.50"), 7)
    assert order.lines.get().refunded_count == 0


def test_pieces_that_left_do_not_return_by_a_refund_alone_unless_staff_say_so(sku, staff):
    first, second = (sent(ordered(sku, 2)) for _number in range(2))
    for order, restock in ((first, None), (second, {second.lines.get().pk: True})):
        after_sale = applied(order)
        accept_after_sale(after_sale_id=after_sale.pk, by=staff, restock=restock)
        paid_back(after_sale)

    assert (now_of(first.lines.get()).restocked_count, now_of(second.lines.get()).restocked_count) == (0, 2)
    assert stock_of(sku) == 8


def test_a_return_waits_for_the_goods_and_staff_say_what_can_be_sold_again(staff, sku):
    broken = sku_with_stock(5, price=Decimal("7.00"))
    order = received(order_with_payment(items={sku: 1, broken: 1}))
    after_sale = applied(order, kind=Kind.RETURN)
    assert now_of(order).state == OrderState.REFUNDING
    with pytest.raises(NoteNeeded):
        accept_after_sale(after_sale_id=after_sale.pk, by=staff, note=" ")
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="广州市天河区某路 1 号")
    assert (now_of(after_sale).state, after_sale.staff_note) == (State.TO_RETURN, "广州市天河区某路 1 号")
    send_back(number=after_sale.number, by=order.user, carrier="SF", waybill="SF1")
    corrected = send_back(number=after_sale.number, by=order.user, carrier="YTO", waybill="YT2")
    assert (corrected.state, corrected.return_carrier, corrected.return_waybill) == (State.RETURNING, "YTO", "YT2")

    receive_return(after_sale_id=after_sale.pk, by=staff, restock={order.lines.get(sku=broken).pk: False})

    assert paid_back(after_sale).state == State.DONE
    assert now_of(order).state == OrderState.REFUNDED
    assert (stock_of(sku), stock_of(broken)) == (10, 4)
    assert dict(after_sale.lines.values_list("order_line__sku_id", "restock")) == {sku.pk: True, broken.pk: False}


def test_goods_may_come_back_without_a_waybill(sku, staff):
    after_sale = applied(received(ordered(sku)), kind=Kind.RETURN)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="送到门店")

    assert receive_return(after_sale_id=after_sale.pk, by=staff).state == State.REFUNDING
    paid_back(after_sale)


def test_staff_may_give_the_freight_back_too(sku, staff):
    flat_freight("8.00")
    order = received(ordered(sku))
    after_sale = applied(order)
    assert after_sale.amount == Decimal("30.00")

    accept_after_sale(after_sale_id=after_sale.pk, by=staff, freight=Decimal("8.00"))

    paid_back(after_sale)
    assert (now_of(order).state, order.refunded_amount) == (OrderState.REFUNDED, Decimal("38.00"))


@pytest.mark.parametrize("prepare", [lambda order: order, sent, received], ids=["to ship", "sent", "received"])
def test_withdrawn_or_refused_the_order_goes_on_where_it_was_and_may_be_asked_again(sku, staff, prepare):
    order = prepare(ordered(sku))
    before = now_of(order).state
    first = applied(order)

    withdraw_after_sale(number=first.number, by=order.user)

    assert (now_of(first).state, now_of(order).state) == (State.WITHDRAWN, before)
    second = applied(order)
    with pytest.raises(NoteNeeded):
        refuse_after_sale(after_sale_id=second.pk, by=staff, note="")
    refused = refuse_after_sale(after_sale_id=second.pk, by=staff, note="影响二次销售")
    assert (refused.state, refused.staff_note, now_of(order).state) == (State.REFUSED, "影响二次销售", before)
    assert applied(order).state == State.APPLIED


def test_a_return_may_be_withdrawn_until_the_goods_are_on_their_way_and_refused_after(sku, staff):
    order = received(ordered(sku))
    first = applied(order, kind=Kind.RETURN)
    accept_after_sale(after_sale_id=first.pk, by=staff, note="地址")
    withdraw_after_sale(number=first.number, by=order.user)
    second = applied(order, kind=Kind.RETURN)
    accept_after_sale(after_sale_id=second.pk, by=staff, note="地址")
    send_back(number=second.number, by=order.user, carrier="SF", waybill="SF1")
    with pytest.raises(AfterSaleStateConflict):
        withdraw_after_sale(number=second.number, by=order.user)

    refuse_after_sale(after_sale_id=second.pk, by=staff, note="寄回的不是原商品")

    assert now_of(order).state == OrderState.TO_REVIEW


def test_a_return_that_nobody_sends_withdraws_itself_and_the_order_goes_on(sku, staff, settings, caplog, monkeypatch):
    settings.AFTER_SALE_RETURN_DAYS = 7
    stuck, late, sent_in_time = (received(ordered(sku, 1)) for _number in range(3))
    asked = [applied(order, kind=Kind.RETURN) for order in (stuck, late, sent_in_time)]
    for one in asked:
        accept_after_sale(after_sale_id=one.pk, by=staff, note="地址")
    send_back(number=asked[2].number, by=sent_in_time.user, carrier="SF", waybill="SF1")
    assert withdraw_overdue_returns() == 0
    real = withdrawing.both_locked

    def locked(*, after_sale_id):
        if after_sale_id == asked[0].pk:
            raise OperationalError("canceling statement due to lock timeout")
        return real(after_sale_id=after_sale_id)

    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        with monkeypatch.context() as broken:
            broken.setattr(withdrawing, "both_locked", locked)
            assert withdraw_overdue_returns() == 1
        assert (withdraw_overdue_returns(), withdraw_overdue_returns()) == (1, 0)

    assert [now_of(one).state for one in asked] == [State.WITHDRAWN, State.WITHDRAWN, State.RETURNING]
    assert (now_of(late).state, late.events.last().kind) == (OrderState.TO_REVIEW, "refund_ended")
    assert "could not be withdrawn" in caplog.text


def test_a_waybill_that_comes_first_wins_over_the_sweep(sku, staff, monkeypatch):
    after_sale = applied(received(ordered(sku, 1)), kind=Kind.RETURN)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="地址")
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        send_back(number=after_sale.number, by=after_sale.user, carrier="SF", waybill="SF1")
        assert not withdrawing._withdraw_if_overdue(after_sale.pk)

    assert now_of(after_sale).state == State.RETURNING


def test_unsent_pieces_of_a_line_that_has_left_in_part_go_back_on_the_shelf(sku, staff):
    order = ordered(sku, 3)
    sent(order, {order.lines.get().pk: 1})
    for count, restocked in ((1, 1), (2, 1)):
        after_sale = applied(order, lines=[Asked(count=count, sku_id=sku.pk)])
        accept_after_sale(after_sale_id=after_sale.pk, by=staff)
        paid_back(after_sale)
        assert order.lines.get().restocked_count == restocked


@pytest.mark.parametrize(
    ("came_from", "to"),
    [(a, b) for a in State for b in State if b not in TRANSITIONS[a]],
    ids=lambda state: state.name,
)
def test_steps_that_the_table_does_not_know_are_refused(came_from, to):
    with pytest.raises(AfterSaleStateConflict):
        move(AfterSale(pk=1, state=came_from), to)


def test_of_two_steps_from_the_same_state_the_second_is_refused(sku):
    after_sale = applied(ordered(sku))
    stale = AfterSale.objects.get(pk=after_sale.pk)
    withdraw_after_sale(number=after_sale.number, by=after_sale.user)

    with pytest.raises(AfterSaleStateConflict):
        move(stale, State.REFUSED)


def test_what_is_decided_is_not_decided_again(sku, staff):
    order = ordered(sku)
    after_sale = applied(order)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)

    for again in (
        lambda: accept_after_sale(after_sale_id=after_sale.pk, by=staff),
        lambda: refuse_after_sale(after_sale_id=after_sale.pk, by=staff, note="不"),
        lambda: receive_return(after_sale_id=after_sale.pk, by=staff),
        lambda: withdraw_after_sale(number=after_sale.number, by=order.user),
        lambda: send_back(number=after_sale.number, by=order.user, carrier="SF", waybill="SF1"),
    ):
        with pytest.raises(AfterSaleStateConflict):
            again()
    assert Refund.objects.count() == 1


def test_strangers_find_nothing(sku):
    order, stranger = ordered(sku), UserFactory()
    with pytest.raises(OrderNotFound):
        applied(order, owner=stranger)
    after_sale = applied(order)

    for touch in (
        lambda: withdraw_after_sale(number=after_sale.number, by=stranger),
        lambda: send_back(number=after_sale.number, by=stranger, carrier="SF", waybill="1"),
        lambda: withdraw_after_sale(number="0", by=order.user),
    ):
        with pytest.raises(AfterSaleNotFound):
            touch()


def test_one_application_at_a_time(sku, staff):
    order = ordered(sku)
    applied(order)
    with pytest.raises(AfterSaleOpen):
        applied(order)
    by_hand = ordered(sku)
    refund(by_hand, staff)
    with pytest.raises(AfterSaleOpen):
        applied(by_hand)


def test_only_what_was_paid_can_be_asked_back(sku):
    unpaid = unpaid_order(items={sku: 1})
    on_delivery = unpaid_order(items={sku: 1}, pay_method=PayMethod.CASH_ON_DELIVERY)
    for order in (unpaid, on_delivery):
        with pytest.raises(NothingPaid):
            applied(order)
    cancel_order(order_id=unpaid.pk, owner=unpaid.user, by=unpaid.user, reason=CancelReason.OTHER)
    with pytest.raises(NothingPaid):
        applied(unpaid)


def test_goods_that_were_not_sent_cannot_come_back(sku):
    with pytest.raises(NotSentYet):
        applied(ordered(sku), kind=Kind.RETURN)


def test_the_time_to_ask_ends_so_many_days_after_the_receipt(sku, settings):
    settings.AFTER_SALE_DAYS = 15
    order = received(ordered(sku))
    with time_machine.travel(timezone.now() + timedelta(days=15, seconds=1)), pytest.raises(AfterSaleTooLate):
        applied(order)
    with time_machine.travel(timezone.now() + timedelta(days=14, hours=23)):
        assert applied(order).state == State.APPLIED


def test_a_sent_order_has_no_last_day_before_it_is_received(sku):
    order = sent(ordered(sku))

    with time_machine.travel(timezone.now() + timedelta(days=90)):
        assert applied(order).state == State.APPLIED


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ([], NothingAsked),
        ([{"count": 4}], RefundTooManyPieces),
        ([{"count": -1}], RefundTooManyPieces),
        ([{"count": 1, "amount": Decimal("10.01")}], RefundTooHigh),
        ([{"count": 1, "amount": Decimal("-1.00")}], RefundTooHigh),
        ([{"count": 0}], AmountNeeded),
        ([{"count": 0, "amount": Decimal("30.01")}], RefundTooHigh),
        ([{"count": 1, "amount": Decimal("0.00")}], RefundEmpty),
        ([{"count": 3, "amount": Decimal("29.99")}], RestBeforeShipping),
        ([{"count": 1}, {"count": 1}], RefundLineUnknown),
        ([{"count": 1, "sku_id": 10**9}], RefundLineUnknown),
    ],
)
def test_what_cannot_be_asked_is_refused_and_the_order_stands(sku, asked, error):
    order = ordered(sku)

    with pytest.raises(error):
        applied(order, lines=[Asked(**{"sku_id": sku.pk} | one) for one in asked])

    assert (AfterSale.objects.count(), now_of(order).state) == (0, OrderState.TO_SHIP)


def test_a_return_of_no_piece_is_no_return(sku):
    order = received(ordered(sku))

    with pytest.raises(NothingAsked):
        applied(order, kind=Kind.RETURN, lines=[Asked(count=0, sku_id=sku.pk, amount=Decimal("1.00"))])


def test_a_line_of_another_order_is_unknown(sku):
    order, other = ordered(sku, 1), ordered(sku, 1)

    with pytest.raises(RefundLineUnknown):
        applied(order, lines=[Asked(count=1, line_id=other.lines.get().pk)])


def test_a_refund_that_the_second_person_refuses_comes_back_to_the_queue(staff):
    order = ordered(sku_with_stock(5, price=Decimal("600.00")), 1)
    after_sale = applied(order)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    waiting = now_of(after_sale).refund
    assert waiting.state == Refund.State.AWAITING_APPROVAL

    refuse_refund(refund_id=waiting.pk, by=StaffFactory(), note="金额不对")
    follow_refund(refund_id=waiting.pk)

    assert (now_of(after_sale).state, now_of(order).state) == (State.APPLIED, OrderState.REFUNDING)
    assert [one.pk for one in after_sales_queue()] == [after_sale.pk]
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    approve_refund(refund_id=now_of(after_sale).refund_id, by=StaffFactory())
    assert paid_back(after_sale).state == State.DONE
    assert now_of(order).state == OrderState.REFUNDED


def test_a_return_whose_money_failed_waits_as_goods_received_and_restocks_once(sku, staff, books):
    order = received(ordered(sku))
    after_sale = applied(order, kind=Kind.RETURN)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff, note="地址")
    send_back(number=after_sale.number, by=order.user, carrier="SF", waybill="SF1")
    receive_return(after_sale_id=after_sale.pk, by=staff)
    books.faults.extend(["refused"])

    failed = paid_back(after_sale)

    assert (failed.state, now_of(order).state, stock_of(sku)) == (State.RETURNING, OrderState.REFUNDING, 7)
    receive_return(after_sale_id=after_sale.pk, by=staff)
    assert paid_back(after_sale).state == State.DONE
    assert (now_of(order).state, stock_of(sku)) == (OrderState.REFUNDED, 10)


def test_an_after_sale_follows_its_money_even_if_nobody_told_it_and_only_once(sku, staff):
    after_sale = applied(ordered(sku))
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    refund_id = now_of(after_sale).refund_id
    follow_refund(refund_id=refund_id)
    assert (follow_ended_refunds(), now_of(after_sale).state) == (0, State.REFUNDING)
    send_refund(refund_id=refund_id)

    assert (follow_ended_refunds(), follow_ended_refunds()) == (1, 0)
    follow_refund(refund_id=refund_id)

    assert now_of(after_sale).state == State.DONE
    assert after_sale.order.events.filter(kind="after_sale_done").count() == 1


def test_one_after_sale_that_cannot_follow_does_not_hold_up_the_others(sku, staff, monkeypatch, caplog):
    both = [applied(ordered(sku)) for _number in range(2)]
    for one in both:
        accept_after_sale(after_sale_id=one.pk, by=staff)
        send_refund(refund_id=now_of(one).refund_id)
    real = following.both_locked

    def locked(*, after_sale_id):
        if after_sale_id == both[0].pk:
            raise OperationalError("canceling statement due to lock timeout")
        return real(after_sale_id=after_sale_id)

    with monkeypatch.context() as broken:
        broken.setattr(following, "both_locked", locked)
        assert follow_ended_refunds() == 1
    assert "could not be followed" in caplog.text

    assert follow_ended_refunds() == 1
    assert {now_of(one).state for one in both} == {State.DONE}


def test_where_all_pieces_went_back_there_is_nothing_left_to_ask_for(sku, staff):
    flat_freight("8.00")
    order = received(ordered(sku))
    after_sale = applied(order)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    paid_back(after_sale)

    with pytest.raises(NothingAsked):
        applied(order)


def test_an_application_takes_so_many_photos_and_no_more(sku):
    with pytest.raises(TooManyPhotos):
        applied(ordered(sku), photos=["x"] * 7)


def test_a_refund_without_an_after_sale_is_nobodys_to_follow(sku, staff):
    follow_refund(refund_id=refund(ordered(sku), staff).pk)


def test_cash_paid_at_the_door_comes_back_by_hand(sku, staff):
    order = cash_order(items={sku: 1})
    after_sale = applied(order)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)

    settle_cash_refund(refund_id=now_of(after_sale).refund_id, by=staff)
    follow_refund(refund_id=after_sale.refund_id)

    assert (now_of(after_sale).state, now_of(order).state) == (State.DONE, OrderState.REFUNDED)


def test_while_an_after_sale_is_open_nothing_else_is_refunded(sku, staff):
    order = ordered(sku)
    after_sale = applied(order)
    with pytest.raises(OrderStateConflict):
        refund(order, staff)
    accept_after_sale(after_sale_id=after_sale.pk, by=staff)
    with pytest.raises(RefundUnderWay):
        refund(order, staff)


def test_shares_of_a_line_sum_to_what_was_paid_for_it(staff):
    """Three pieces for 10.00 with an adjustment: asked back one at a time."""
    sku = sku_with_stock(5, price=Decimal("3.34"))
    order = received(ordered(sku, 3))
    for _piece in range(3):
        after_sale = applied(order, lines=[Asked(count=1, sku_id=sku.pk)])
        accept_after_sale(after_sale_id=after_sale.pk, by=staff)
        paid_back(after_sale)

    assert OrderLine.objects.get().refunded_amount == OrderLine.objects.get().amount
    assert Order.objects.get().state == OrderState.REFUNDED


def test_a_reason_that_left_the_list_still_reads(db):
    assert (reason_text("faulty"), reason_text("gone")) == ("质量问题", "gone")


def test_staff_lists_cost_the_same_for_1_and_for_10(sku):
    def cost(rows):
        with CaptureQueriesContext(connection) as queries:
            for row in rows:
                _shown = (
                    row.order.number,
                    row.user.username,
                    row.refund and row.refund.payment.gateway,
                    row.handled_by,
                    [line.order_line.name for line in row.lines.all()],
                )
        return len(queries)

    applied(ordered(sku, 1))
    one = [cost(after_sales_queue()), cost(after_sales_for_staff())]
    for _number in range(8):
        applied(ordered(sku, 1))

    assert [cost(after_sales_queue()), cost(after_sales_for_staff())] == one == [2, 2]
