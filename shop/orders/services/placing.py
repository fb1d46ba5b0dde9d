"""Placing an order: stock, order, lines, timeline and cart in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef

from accounts.models import User
from accounts.selectors.addresses import AddressSnapshot, address_snapshot, owned_address
from kernel import clock, money
from shop.cart.errors import LineFull
from shop.cart.selectors import SKU_FIELDS, selected_lines_locked
from shop.cart.services import MOST_LINES, MOST_PIECES
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku
from shop.catalog.selectors import chosen_options, image_id_of, options_text
from shop.orders.errors import NothingSelected, PayableChanged, TooManyItems
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.numbers import new_number
from shop.orders.pricing import Quote, price_goods, quote
from shop.orders.services.paying import settle_free_order
from shop.orders.services.writing import write_order
from shop.orders.states import OrderState, PayMethod

#: New numbers tried when one is taken already; one in ten million is, for each other order of the same millisecond.
NUMBER_TRIES = 5


@transaction.atomic
def place_order(
    *,
    user: User,
    pay_method: PayMethod,
    address_id: int | None = None,
    delivery: AddressSnapshot | None = None,
    items: Sequence[tuple[int, int]] | None = None,
    remark: str = "",
    expected_payable: Decimal | None = None,
) -> Order:
    """Make an order of the ticked lines of the cart, or of ``items`` (sku id, pieces), which leave the cart alone.

    The pieces are taken from stock now. Prices are the server's, at this moment; a sum that the buyer saw
    and that is no longer right refuses the order. Cash on delivery is to be shipped at once; the rest waits
    for its money for ``ORDER_PAY_MINUTES``.
    It goes to an address of the book, or to ``delivery``, whose areas may be unknown: exactly one is given.
    Units: yuan; whole pieces.
    Locks: the cart lines and SKUs in id order.
    Raises: AddressNotFound, NothingSelected, TooManyItems, LineFull, SkuNotFound, SkuNotForSale, StockShort,
    AmountTooHigh, NoDelivery, PayableChanged.
    Emits: SkusChanged for SKUs that buyers now see differently, after commit.
    """
    if (delivery is None) == (address_id is None):
        raise ValueError("give either an address of the book or a delivery")
    to = delivery or address_snapshot(owned_address(user_id=user.pk, address_id=address_id or 0))
    line_ids, goods, options = _goods(user, items)
    sums = quote(price_goods(goods), area_codes=(to["province_id"], to["city_id"], to["district_id"]))
    if expected_payable is not None and money.yuan(expected_payable) != sums.payable:
        raise PayableChanged(payable=money.text(sums.payable))
    for _try in range(NUMBER_TRIES):
        order, lines, event = _drafted(user, to, pay_method, sums, remark, options)
        if write_order(order=order, lines=lines, event=event, cart_line_ids=line_ids):
            break
    else:
        raise RuntimeError("every order number that was tried is taken")
    if pay_method != PayMethod.CASH_ON_DELIVERY and order.payable == 0:
        settle_free_order(order)
    return order


def _goods(
    user: User, items: Sequence[tuple[int, int]] | None
) -> tuple[list[int], list[tuple[Sku, int]], dict[int, str]]:
    """The cart lines that the order uses up; its SKUs with counts, in id order and locked; their options by id."""
    if items is None:
        lines = selected_lines_locked(user_id=user.pk)
        if not lines:
            raise NothingSelected
        texts = {line.sku_id: options_text(getattr(line, "chosen", None)) for line in lines}
        return [line.pk for line in lines], [(line.sku, line.count) for line in lines], texts
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
        .annotate(options=chosen_options(OuterRef("pk")))
        .order_by("pk")
    }
    if missing := set(counts) - set(skus):
        raise SkuNotFound(field="items", sku_id=min(missing))
    texts = {sku_id: options_text(getattr(sku, "options", None)) for sku_id, sku in skus.items()}
    return [], [(skus[sku_id], counts[sku_id]) for sku_id in sorted(counts)], texts


def _drafted(
    user: User,
    to: AddressSnapshot,
    pay_method: PayMethod,
    sums: Quote,
    remark: str,
    options: dict[int, str],
) -> tuple[Order, list[OrderLine], OrderEvent]:
    """The rows of a new order under a new number, not yet written."""
    on_delivery = pay_method == PayMethod.CASH_ON_DELIVERY
    state = OrderState.TO_SHIP if on_delivery else OrderState.UNPAID
    order = Order(
        number=new_number(),
        user=user,
        state=state,
        pay_method=pay_method,
        goods_amount=sums.goods_amount,
        freight=sums.freight,
        discount=sums.discount,
        payable=sums.payable,
        total_count=sum(line.count for line in sums.lines),
        address=to,
        receiver=to["receiver"],
        receiver_mobile=to["mobile"],
        remark=remark,
        expires_at=None if on_delivery else clock.now() + timedelta(minutes=settings.ORDER_PAY_MINUTES),
    )
    lines = [
        OrderLine(
            sku=line.sku,
            name=line.sku.name,
            options=options[line.sku.pk],
            image_id=image_id_of(line.sku),
            price=line.price,
            count=line.count,
            amount=line.amount,
            weight_grams=line.sku.weight_grams,
        )
        for line in sums.lines
    ]
    return order, lines, OrderEvent(kind="placed", actor=OrderEvent.Actor.BUYER, by=user, to_state=state)
