"""Placing an order: stock, order, lines, timeline and cart in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import Address, User
from accounts.selectors.addresses import address_snapshot, owned_address
from kernel import clock, money
from shop.cart.errors import LineFull
from shop.cart.selectors import SKU_FIELDS, selected_lines_locked
from shop.cart.services import MOST_LINES, MOST_PIECES, remove_ordered
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku
from shop.catalog.selectors import image_id_of
from shop.orders.errors import NothingSelected, PayableChanged, TooManyItems
from shop.orders.models import Order, OrderLine
from shop.orders.numbers import new_number
from shop.orders.pricing import Quote, price_goods, quote
from shop.orders.services.paying import settle_free_order
from shop.orders.services.stepping import Actor, record
from shop.orders.states import OrderState, PayMethod
from shop.stock.models import StockMovement
from shop.stock.services import take_locked_pieces


@transaction.atomic
def place_order(
    *,
    user: User,
    address_id: int,
    pay_method: PayMethod,
    items: Sequence[tuple[int, int]] | None = None,
    remark: str = "",
    expected_payable: Decimal | None = None,
) -> Order:
    """Make an order of the ticked lines of the cart, or of ``items`` (sku id, pieces), which leave the cart alone.

    The pieces are taken from stock now. Prices are the server's, at this moment; a sum that the buyer saw
    and that is no longer right refuses the order. Cash on delivery is to be shipped at once; the rest waits
    for its money for ``ORDER_PAY_MINUTES``.
    Units: yuan; whole pieces.
    Locks: the cart lines and SKUs in id order.
    Raises: AddressNotFound, NothingSelected, TooManyItems, LineFull, SkuNotFound, SkuNotForSale, StockShort,
    AmountTooHigh, NoDelivery, PayableChanged.
    Emits: SkusChanged, after commit.
    """
    address = owned_address(user_id=user.pk, address_id=address_id)
    line_ids, goods = _goods(user, items)
    sums = quote(price_goods(goods), area_codes=(address.province_id, address.city_id, address.district_id))
    if expected_payable is not None and money.yuan(expected_payable) != sums.payable:
        raise PayableChanged(payable=money.text(sums.payable))
    number = new_number()
    take_locked_pieces(pieces=sums.pieces, cause=StockMovement.Cause.ORDERED, reference=number)
    order = _write(user, number, address, pay_method, sums, remark)
    if line_ids:
        remove_ordered(line_ids=line_ids)
    if pay_method != PayMethod.CASH_ON_DELIVERY and order.payable == 0:
        settle_free_order(order)
    return order


def _goods(user: User, items: Sequence[tuple[int, int]] | None) -> tuple[list[int], list[tuple[Sku, int]]]:
    """The cart lines that the order uses up, and its SKUs with counts, in id order and locked."""
    if items is None:
        lines = selected_lines_locked(user_id=user.pk)
        if not lines:
            raise NothingSelected
        return [line.pk for line in lines], [(line.sku, line.count) for line in lines]
    counts: Counter[int] = Counter()
    for sku_id, count in items:
        counts[sku_id] += count
    if not counts:
        raise NothingSelected
    if len(counts) > MOST_LINES:
        raise TooManyItems(most=MOST_LINES)
    if max(counts.values()) > MOST_PIECES:
        raise LineFull(field="items", most=MOST_PIECES)
    skus = {
        sku.pk: sku
        for sku in Sku.objects.select_for_update(of=("self",), no_key=True)
        .select_related("spu")
        .only(*SKU_FIELDS)
        .filter(pk__in=counts)
        .order_by("pk")
    }
    if missing := set(counts) - set(skus):
        raise SkuNotFound(field="items", sku_id=min(missing))
    return [], [(skus[sku_id], counts[sku_id]) for sku_id in sorted(counts)]


def _write(user: User, number: str, address: Address, pay_method: PayMethod, sums: Quote, remark: str) -> Order:
    on_delivery = pay_method == PayMethod.CASH_ON_DELIVERY
    state = OrderState.TO_SHIP if on_delivery else OrderState.UNPAID
    order = Order.objects.create(
        number=number,
        user=user,
        state=state,
        pay_method=pay_method,
        goods_amount=sums.goods_amount,
        freight=sums.freight,
        discount=sums.discount,
        payable=sums.payable,
        total_count=sum(line.count for line in sums.lines),
        address=address_snapshot(address),
        receiver=address.receiver,
        receiver_mobile=address.mobile,
        remark=remark,
        expires_at=None if on_delivery else clock.now() + timedelta(minutes=settings.ORDER_PAY_MINUTES),
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            sku=line.sku,
            name=line.sku.name,
            image_id=image_id_of(line.sku),
            price=line.price,
            count=line.count,
            amount=line.amount,
            weight_grams=line.sku.weight_grams,
        )
        for line in sums.lines
    )
    record(order, kind="placed", actor=Actor.BUYER, by=user, to_state=state)
    return order
