"""Reads of a buyer's orders, and what the next one would cost."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.selectors.addresses import live_addresses, owned_address
from kernel import clock
from media.joined import card_file, card_urls
from shop.cart.models import CartLine
from shop.cart.selectors import SKU_FIELDS
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku
from shop.orders.errors import NothingSelected, OrderNotFound
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.pricing import Quote, price_goods, quote
from shop.orders.states import OrderState


def orders_of(*, user_id: int, state: OrderState | None = None) -> QuerySet[Order]:
    """The buyer's orders, newest first, with their lines: two queries for a page of any size."""
    orders = Order.objects.filter(user_id=user_id).prefetch_related(_with_lines())
    return orders.filter(state=state) if state is not None else orders


def latest_orders_of(*, user_id: int, most: int) -> QuerySet[Order]:
    """The buyer's newest orders without their lines; one query."""
    return Order.objects.filter(user_id=user_id)[:most]


def order_of(*, user_id: int, number: str | None = None, order_id: int | None = None) -> Order:
    """One of the buyer's orders, with lines, parcels and timeline.

    Raises: OrderNotFound, also for someone else's.
    """
    whole = Order.objects.prefetch_related(
        _with_lines(),
        "parcels",
        Prefetch("events", OrderEvent.objects.exclude(kind="noted").order_by("pk")),
    )
    named = Q(pk=order_id) if order_id is not None else Q(number=number)
    order = whole.filter(named, user_id=user_id).first()
    if order is None:
        raise OrderNotFound
    return order


def line_pictures(orders: Iterable[Order]) -> dict[int, str]:
    """The card-sized addresses of what these orders show, by picture. No query where all are made."""
    return card_urls(
        (line.image_id, getattr(line, "image_file", None)) for order in orders for line in order.lines.all()
    )


def counts_by_state(*, user_id: int) -> dict[int, int]:
    """How many orders the buyer has in each state; one query."""
    found = Order.objects.filter(user_id=user_id).order_by().values_list("state").annotate(orders=Count("pk"))
    return dict.fromkeys(OrderState.values, 0) | dict(found)


def settlement(*, user: User, address_id: int | None = None, items: Sequence[tuple[int, int]] | None = None) -> Quote:
    """The sums of the ticked lines, or of ``items``, sent to this address, else to the default one.

    Nothing is written or reserved. Units: yuan.
    Raises: AddressNotFound, NothingSelected, SkuNotFound, SkuNotForSale, StockShort, AmountTooHigh,
    NoDelivery.
    """
    address = (
        owned_address(user_id=user.pk, address_id=address_id)
        if address_id is not None
        else live_addresses(user_id=user.pk).filter(is_default=True).first()
    )
    if items is None:
        lines = CartLine.objects.filter(user=user, selected=True).select_related("sku__spu").order_by("sku_id")
        goods = [(line.sku, line.count) for line in lines]
    else:
        skus = Sku.objects.select_related("spu").only(*SKU_FIELDS).in_bulk([sku_id for sku_id, _count in items])
        if missing := {sku_id for sku_id, _count in items} - set(skus):
            raise SkuNotFound(field="items", sku_id=min(missing))
        goods = [(skus[sku_id], count) for sku_id, count in items]
    if not goods:
        raise NothingSelected
    area_codes = (address.province_id, address.city_id, address.district_id) if address else None
    return quote(price_goods(goods), area_codes=area_codes)


def _with_lines() -> Prefetch[str, QuerySet[OrderLine], str]:
    return Prefetch("lines", OrderLine.objects.annotate(image_file=card_file(OuterRef("image_id"))).order_by("pk"))


def orders_lately(*, within: timedelta) -> int:
    """How many orders were placed in this time; one query by the index of creation."""
    return Order.objects.filter(created_at__gte=clock.now() - within).count()


def unpaid_past_due(*, by: timedelta) -> int:
    """How many orders should have closed themselves this long ago and still wait for money."""
    return Order.objects.filter(state=OrderState.UNPAID, expires_at__lt=clock.now() - by).count()
