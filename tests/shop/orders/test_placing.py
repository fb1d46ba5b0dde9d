"""What an order copies, takes and refuses."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.addressing.errors import AddressNotFound
from kernel import clock
from shop.cart.errors import LineFull
from shop.cart.services import MOST_PIECES, add_to_cart, set_line
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku, Spu
from shop.orders.errors import AmountTooHigh, NothingSelected, PayableChanged, SkuNotForSale, TooManyItems
from shop.orders.models import Order
from shop.orders.numbers import new_number
from shop.orders.selectors import settlement
from shop.orders.services import place_order
from shop.orders.states import OrderState, PayMethod
from shop.shipping.errors import NoDelivery
from shop.shipping.models import FreightRule
from shop.stock.errors import StockShort
from shop.stock.models import StockMovement
from tests.factories.catalog import SkuFactory, SpuFactory
from tests.factories.trade import buyer_with_address, flat_freight, sku_with_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    return buyer_with_address()


def place(buyer, **changed):
    values = {"user": buyer, "address_id": buyer.addresses.get().pk, "pay_method": PayMethod.ALIPAY}
    return place_order(**values | changed)


def buy(buyer, sku, count=1, **changed):
    return place(buyer, items=[(sku.pk, count)], **changed)


def test_only_ticked_lines_are_ordered_and_leave_the_cart(buyer):
    ticked, unticked = sku_with_stock(9), sku_with_stock(9)
    for sku in (ticked, unticked):
        add_to_cart(user=buyer, sku_id=sku.pk, count=2)
    set_line(user=buyer, sku_id=unticked.pk, count=2, selected=False)

    order = place(buyer)

    assert [line.sku_id for line in order.lines.all()] == [ticked.pk]
    assert [line.sku_id for line in buyer.cart_lines.all()] == [unticked.pk]
    assert dict(Sku.objects.values_list("pk", "stock")) == {ticked.pk: 7, unticked.pk: 9}


def test_buying_now_leaves_the_cart_alone_even_for_the_same_sku(buyer):
    sku = sku_with_stock(9)
    add_to_cart(user=buyer, sku_id=sku.pk, count=2)

    order = place(buyer, items=[(sku.pk, 1), (sku.pk, 2)])

    assert [(line.sku_id, line.count) for line in order.lines.all()] == [(sku.pk, 3)]
    assert buyer.cart_lines.get().count == 2


def test_prices_names_and_address_are_copies(buyer):
    sku = sku_with_stock(9, price=Decimal("10.00"))
    order = buy(buyer, sku, 3)
    name, place_was = sku.name, buyer.addresses.get().place

    Sku.objects.filter(pk=sku.pk).update(price=Decimal("99.00"), name="另一个名字")
    buyer.addresses.update(place="别处", receiver="李四")

    order = Order.objects.get(pk=order.pk)
    line = order.lines.get()
    assert (line.price, line.amount, line.name) == (Decimal("10.00"), Decimal("30.00"), name)
    assert (order.address["place"], order.receiver, order.address["province"]) == (place_was, "张三", "广东省")


def test_the_sums_add_up_with_freight(buyer):
    flat_freight("8.00", free_from="99")
    dear, cheap = sku_with_stock(9, price=Decimal("33.33")), sku_with_stock(9, price=Decimal("0.01"))

    order = place(buyer, items=[(dear.pk, 2), (cheap.pk, 3)])

    assert (order.goods_amount, order.freight, order.payable) == (
        Decimal("66.69"),
        Decimal("8.00"),
        Decimal("74.69"),
    )
    assert order.total_count == 5
    assert buy(buyer, dear, 3).freight == Decimal("0.00")


def test_an_order_waits_for_its_money_as_long_as_the_setting_says(buyer, settings):
    settings.ORDER_PAY_MINUTES = 5
    began = clock.now()

    order = buy(buyer, sku_with_stock())

    assert order.state == OrderState.UNPAID
    assert timedelta(minutes=5) <= order.expires_at - began < timedelta(minutes=6)
    assert [(event.kind, event.to_state) for event in order.events.all()] == [("placed", OrderState.UNPAID)]


def test_cash_on_delivery_is_to_be_shipped_at_once(buyer):
    order = buy(buyer, sku_with_stock(), pay_method=PayMethod.CASH_ON_DELIVERY)

    assert (order.state, order.expires_at, order.paid_amount) == (OrderState.TO_SHIP, None, Decimal("0"))


def test_an_order_that_costs_nothing_is_paid_at_once(buyer):
    sku = sku_with_stock(5, price=Decimal("0.00"))

    order = buy(buyer, sku)

    assert order.state == OrderState.TO_SHIP
    sku.refresh_from_db()
    assert sku.sales == 1


def test_every_piece_taken_has_its_row_in_the_ledger(buyer):
    a, b = sku_with_stock(9), sku_with_stock(9)

    order = place(buyer, items=[(b.pk, 2), (a.pk, 1)])

    moved = StockMovement.objects.filter(reference=order.number).order_by("sku_id")
    assert [(one.sku_id, one.delta, one.cause) for one in moved] == [(a.pk, -1, "ordered"), (b.pk, -2, "ordered")]


def refused(buyer, error, **changed):
    """The order is refused, and nothing moved."""
    stock = dict(Sku.objects.values_list("pk", "stock"))
    with pytest.raises(error) as why:
        place(buyer, **changed)
    assert Order.objects.count() == 0
    assert dict(Sku.objects.values_list("pk", "stock")) == stock
    return why.value


def test_an_empty_selection_is_refused(buyer):
    refused(buyer, NothingSelected)
    refused(buyer, NothingSelected, items=[])


def test_the_address_must_be_the_buyers_own_and_not_deleted(buyer):
    stranger, sku = buyer_with_address(), sku_with_stock()
    refused(buyer, AddressNotFound, items=[(sku.pk, 1)], address_id=stranger.addresses.get().pk)
    buyer.addresses.update(is_deleted=True, is_default=False)
    refused(buyer, AddressNotFound, items=[(sku.pk, 1)])


def test_one_short_line_refuses_the_whole_order_and_is_named(buyer):
    plenty, short = sku_with_stock(9), sku_with_stock(1)

    why = refused(buyer, StockShort, items=[(plenty.pk, 2), (short.pk, 2)])

    assert why.params == {"sku_id": short.pk, "left": 1}


def test_what_left_the_shelf_is_refused_and_named(buyer):
    gone, draft = SkuFactory(stock=9, is_on_sale=False), SkuFactory(stock=9, spu__status=Spu.Status.DRAFT)

    assert refused(buyer, SkuNotForSale, items=[(gone.pk, 1)]).params["sku_id"] == gone.pk
    refused(buyer, SkuNotForSale, items=[(draft.pk, 1)])
    refused(buyer, SkuNotFound, items=[(10**12, 1)])


def test_caps_of_pieces_and_lines_hold_for_buying_now_too(buyer):
    sku = sku_with_stock(1000)

    refused(buyer, LineFull, items=[(sku.pk, MOST_PIECES), (sku.pk, 1)])
    refused(buyer, TooManyItems, items=[(number, 1) for number in range(1, 123)])


def test_a_mistyped_price_refuses_the_order_and_the_settlement(buyer):
    sku = sku_with_stock(9, price=Decimal("9999999999.99"))

    refused(buyer, AmountTooHigh, items=[(sku.pk, 2)])
    with pytest.raises(AmountTooHigh):
        settlement(user=buyer, items=[(sku.pk, 2)])


def test_where_the_shop_does_not_send_nothing_is_ordered(buyer):
    template = flat_freight("8.00")
    FreightRule.objects.create(template=template, area_codes=[440106], no_delivery=True)

    refused(buyer, NoDelivery, items=[(sku_with_stock().pk, 1)])


def test_a_sum_that_the_buyer_did_not_see_is_refused_and_the_right_one_told(buyer):
    sku = sku_with_stock(9, price=Decimal("10.00"))

    why = refused(buyer, PayableChanged, items=[(sku.pk, 1)], expected_payable=Decimal("9.99"))

    assert why.params == {"payable": "10.00"}
    assert buy(buyer, sku, expected_payable=Decimal("10.0")).payable == Decimal("10.00")


def test_numbers_of_one_moment_differ_and_sort_by_time(monkeypatch):
    moment = datetime.fromisoformat("2026-05-01T12:00:00.123456+08:00")
    monkeypatch.setattr(clock, "now", lambda: moment)
    same_moment = {new_number() for _number in range(200)}
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(milliseconds=1))

    assert len(same_moment) == 200
    assert {len(number) for number in same_moment} == {22}
    assert all(number < new_number() for number in same_moment)


def test_two_orders_in_one_second_have_two_numbers(buyer):
    sku = sku_with_stock(9)

    assert buy(buyer, sku).number != buy(buyer, sku).number


def test_the_settlement_shows_what_the_order_will_cost_and_writes_nothing(buyer):
    flat_freight("8.00")
    sku = sku_with_stock(9, price=Decimal("10.00"))
    add_to_cart(user=buyer, sku_id=sku.pk, count=2)

    quoted = settlement(user=buyer)

    assert (quoted.goods_amount, quoted.freight, quoted.payable) == (Decimal("20"), Decimal("8"), Decimal("28"))
    sku.refresh_from_db()
    assert sku.stock == 9
    assert place(buyer, expected_payable=quoted.payable).payable == quoted.payable


def test_a_line_keeps_the_options_that_were_chosen_in_the_merchants_order(buyer):
    spu = SpuFactory()
    black = sku_with_stock(spu=spu, options={"颜色": "黑", "容量": "256G"})
    plain = sku_with_stock()
    add_to_cart(user=buyer, sku_id=black.pk, count=1)
    add_to_cart(user=buyer, sku_id=plain.pk, count=1)

    for order in (place(buyer), place(buyer, items=[(black.pk, 1), (plain.pk, 1)])):
        texts = dict(order.lines.values_list("sku_id", "options"))
        assert texts == {black.pk: "颜色：黑 / 容量：256G", plain.pk: ""}
