"""What a buyer's cart takes, refuses and says."""

from decimal import Decimal

import pytest

from shop.cart import services
from shop.cart.errors import CartFull, LineFull, LineNotFound
from shop.cart.guest import GuestCart, GuestLine
from shop.cart.models import CartLine
from shop.cart.selectors import Change, cart_of_buyer, cart_of_guest
from shop.cart.services import add_to_cart, guest_add, guest_set, merge_guest_cart, select_all, set_line
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku, Spu
from shop.stock.errors import StockShort
from tests.factories.catalog import SkuFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


def held(user):
    return {line.sku_id: (line.count, line.selected) for line in CartLine.objects.filter(user=user)}


def test_adding_twice_adds_up(user):
    sku = SkuFactory(stock=10)

    add_to_cart(user=user, sku_id=sku.pk, count=2)
    add_to_cart(user=user, sku_id=sku.pk, count=3)

    assert held(user) == {sku.pk: (5, True)}


def test_the_sum_is_checked_against_stock_and_not_the_added_part(user):
    sku = SkuFactory(stock=5)
    add_to_cart(user=user, sku_id=sku.pk, count=3)

    with pytest.raises(StockShort) as short:
        add_to_cart(user=user, sku_id=sku.pk, count=3)

    assert short.value.params["left"] == 5
    assert held(user) == {sku.pk: (3, True)}


def test_putting_into_the_cart_reserves_nothing(user):
    sku = SkuFactory(stock=5)

    add_to_cart(user=user, sku_id=sku.pk, count=5)

    sku.refresh_from_db()
    assert sku.stock == 5


def test_a_line_holds_no_more_than_its_cap(user):
    sku = SkuFactory(stock=1000)
    add_to_cart(user=user, sku_id=sku.pk, count=services.MOST_PIECES)

    with pytest.raises(LineFull):
        add_to_cart(user=user, sku_id=sku.pk, count=1)


def test_a_cart_holds_no_more_lines_than_its_cap_but_more_of_what_it_has(user, monkeypatch):
    monkeypatch.setattr(services, "MOST_LINES", 2)
    first, second, third = SkuFactory(stock=9), SkuFactory(stock=9), SkuFactory(stock=9)
    for sku in (first, second):
        add_to_cart(user=user, sku_id=sku.pk, count=1)

    with pytest.raises(CartFull):
        add_to_cart(user=user, sku_id=third.pk, count=1)
    add_to_cart(user=user, sku_id=first.pk, count=1)

    assert held(user) == {first.pk: (2, True), second.pk: (1, True)}


@pytest.mark.parametrize("gone", [{"is_on_sale": False}, {"spu__status": Spu.Status.DRAFT}])
def test_what_is_not_on_sale_cannot_be_put_in(user, gone):
    sku = SkuFactory(stock=9, **gone)

    with pytest.raises(SkuNotFound):
        add_to_cart(user=user, sku_id=sku.pk, count=1)


def test_setting_a_line_that_is_not_there_is_refused(user):
    with pytest.raises(LineNotFound):
        set_line(user=user, sku_id=SkuFactory().pk, count=1, selected=True)


def test_fewer_pieces_or_no_tick_are_fine_even_of_what_left_the_shelf_but_more_are_not(user):
    sku = SkuFactory(stock=9)
    add_to_cart(user=user, sku_id=sku.pk, count=3)
    Sku.objects.filter(pk=sku.pk).update(is_on_sale=False)

    set_line(user=user, sku_id=sku.pk, count=2, selected=False)
    assert held(user) == {sku.pk: (2, False)}
    for asked in ({"count": 3, "selected": False}, {"count": 2, "selected": True}):
        with pytest.raises(SkuNotFound):
            set_line(user=user, sku_id=sku.pk, **asked)


def test_ticking_all_of_an_empty_cart_is_fine_and_touches_nobody_else(user):
    stranger = UserFactory()
    sku = SkuFactory(stock=9)
    add_to_cart(user=stranger, sku_id=sku.pk, count=1)

    select_all(user=user, selected=False)

    assert held(user) == {}
    assert held(stranger) == {sku.pk: (1, True)}


def test_the_cart_says_what_changed_since(user):
    dearer, cheaper, gone, out, short, same = (SkuFactory(stock=9, price=Decimal("10.00")) for _number in range(6))
    for sku in (dearer, cheaper, gone, out, short, same):
        add_to_cart(user=user, sku_id=sku.pk, count=3)
    Sku.objects.filter(pk=dearer.pk).update(price=Decimal("11.00"))
    Sku.objects.filter(pk=cheaper.pk).update(price=Decimal("9.00"))
    Sku.objects.filter(pk=gone.pk).update(is_on_sale=False)
    Sku.objects.filter(pk=out.pk).update(stock=0)
    Sku.objects.filter(pk=short.pk).update(stock=2)

    shown = {line.id: line for line in cart_of_buyer(user_id=user.pk)}

    assert {pk: line.changed for pk, line in shown.items()} == {
        dearer.pk: [Change.PRICE_UP],
        cheaper.pk: [Change.PRICE_DOWN],
        gone.pk: [Change.OFF_SALE],
        out.pk: [Change.SOLD_OUT],
        short.pk: [Change.SHORT],
        same.pk: [],
    }
    assert {pk for pk, line in shown.items() if not line.can_be_ordered} == {gone.pk, out.pk, short.pk}
    assert (shown[short.pk].left, shown[same.pk].left) == (2, None)
    assert shown[dearer.pk].amount == Decimal("33.00")


def test_a_guests_lines_replace_the_buyers_own_and_the_others_stay(user):
    both, own, guests = SkuFactory(stock=9), SkuFactory(stock=9), SkuFactory(stock=9)
    add_to_cart(user=user, sku_id=both.pk, count=5)
    add_to_cart(user=user, sku_id=own.pk, count=1)
    cart = GuestCart(
        {
            both.pk: GuestLine(2, False, Decimal("1.00")),
            guests.pk: GuestLine(10**6, True, Decimal("1.00")),
            10**15: GuestLine(1, True, Decimal("1.00")),
        }
    )

    merge_guest_cart(user=user, cart=cart)

    assert held(user) == {both.pk: (2, False), own.pk: (1, True), guests.pk: (services.MOST_PIECES, True)}


def test_a_merge_that_would_pass_the_cap_keeps_what_fits(user, monkeypatch):
    monkeypatch.setattr(services, "MOST_LINES", 2)
    own, first, second = SkuFactory(stock=9), SkuFactory(stock=9), SkuFactory(stock=9)
    add_to_cart(user=user, sku_id=own.pk, count=1)
    seen = Decimal("1.00")

    merge_guest_cart(
        user=user, cart=GuestCart({first.pk: GuestLine(1, True, seen), second.pk: GuestLine(1, True, seen)})
    )

    assert set(held(user)) == {own.pk, first.pk}


def test_a_guests_cart_follows_the_same_rules():
    sku, cart = SkuFactory(stock=5), GuestCart()
    guest_add(cart, sku_id=sku.pk, count=3)

    with pytest.raises(StockShort):
        guest_add(GuestCart(dict(cart.lines)), sku_id=sku.pk, count=3)
    with pytest.raises(LineNotFound):
        guest_set(cart, sku_id=sku.pk + 1, count=1, selected=True)
    guest_set(cart, sku_id=sku.pk, count=1, selected=False)

    (line,) = cart_of_guest(cart=GuestCart.from_values(cart.as_values()))
    assert (line.id, line.count, line.selected) == (sku.pk, 1, False)


@pytest.mark.parametrize(
    "values", [[], "x", 3, {"1": 2}, {"1": [1, 1]}, {"x": [1, 1, "1.00"]}, {"1": [0, 1, "1.00"]}, {"1": [1, 1, "x"]}]
)
def test_values_of_another_shape_are_no_cart(values):
    if values == []:
        assert GuestCart.from_values(values).lines == {}
        return
    with pytest.raises(ValueError, match=r"."):
        GuestCart.from_values(values)


def test_the_cart_is_read_in_one_query_whatever_its_size(user, django_assert_num_queries):
    for _number in range(30):
        add_to_cart(user=user, sku_id=SkuFactory(stock=9).pk, count=1)

    with django_assert_num_queries(1):
        assert len(cart_of_buyer(user_id=user.pk)) == 30


def test_a_mistyped_price_does_not_break_the_cart(user):
    sku = SkuFactory(stock=300, price=Decimal("9999999999.99"))
    add_to_cart(user=user, sku_id=sku.pk, count=200)

    (line,) = cart_of_buyer(user_id=user.pk)

    assert line.amount == Decimal("1999999999998.00")
