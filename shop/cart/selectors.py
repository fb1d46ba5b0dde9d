"""What a cart shows, for buyers and guests alike."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce

from kernel.prepared import Prepared
from media.joined import card_file, card_urls
from shop.cart.guest import GuestCart
from shop.cart.models import CartLine
from shop.catalog.models import Sku
from shop.catalog.selectors import StockState, chosen_options, image_id_of, is_on_sale, stock_state

#: What a line reads of its SKU and product: the long texts stay where they are.
SKU_FIELDS = (
    *("name", "price", "market_price", "stock", "weight_grams", "is_on_sale", "default_image_id"),
    *(f"spu__{name}" for name in ("caption", "default_image_id", "status", "on_sale_at", "off_sale_at", "ship_free")),
)


class Change(StrEnum):
    """What is different from when the buyer put it in."""

    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    OFF_SALE = "off_sale"
    SOLD_OUT = "sold_out"
    SHORT = "short"


@dataclass(frozen=True)
class ShownLine:
    """One line as buyers see it. ``left`` says how many pieces there are where they are too few. Units: yuan."""

    id: int
    name: str
    caption: str
    price: Decimal
    market_price: Decimal | None
    default_image_url: str | None
    stock_state: StockState
    count: int
    selected: bool
    price_seen: Decimal
    left: int | None
    changed: list[Change] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """Exact by itself: a price of two places times whole pieces. It may be more than an order's columns hold."""
        return self.price * self.count

    @property
    def can_be_ordered(self) -> bool:
        return not {Change.OFF_SALE, Change.SOLD_OUT, Change.SHORT} & set(self.changed)


def cart_of_buyer(*, user_id: int) -> list[ShownLine]:
    """The buyer's lines, newest first. One query, pictures included."""
    image_id = Coalesce(OuterRef("sku__default_image_id"), OuterRef("sku__spu__default_image_id"))
    lines = list(_lines(user_id).annotate(image_file=card_file(image_id)))
    return _shown(
        [(line.sku, line.count, line.selected, line.price_seen) for line in lines],
        {line.sku_id: line.image_file for line in lines},
    )


def cart_of_guest(*, cart: GuestCart) -> list[ShownLine]:
    """A guest's lines, newest first; SKUs that are gone for good are left out. One query."""
    image_id = Coalesce(OuterRef("default_image_id"), OuterRef("spu__default_image_id"))
    found = Sku.objects.filter(pk__in=cart.lines).select_related("spu").only(*SKU_FIELDS)
    skus = {sku.pk: sku for sku in found.annotate(image_file=card_file(image_id))}
    return _shown(
        [
            (skus[sku_id], line.count, line.selected, line.price_seen)
            for sku_id, line in reversed(cart.lines.items())
            if sku_id in skus
        ],
        {pk: sku.image_file for pk, sku in skus.items()},
    )


def selected_lines_locked(*, user_id: int) -> list[CartLine]:
    """The ticked lines with their SKUs, whose rows stay locked in id order until the transaction ends. One query.

    Each has the SKU's options as ``chosen``.
    """
    return _selected_locked(user_id=user_id)


def _selected(user_id: int) -> QuerySet[CartLine]:
    lines = _lines(user_id).filter(selected=True).order_by("sku_id").annotate(chosen=chosen_options(OuterRef("sku_id")))
    # Without the key: a cart line or ledger row that points at these SKUs need not wait for this order.
    return lines.select_for_update(of=("self", "sku"), no_key=True)


def _lines(user_id: int) -> QuerySet[CartLine]:
    return (
        CartLine.objects.filter(user_id=user_id)
        .select_related("sku__spu")
        .only("count", "selected", "price_seen", "user_id", *(f"sku__{name}" for name in SKU_FIELDS))
    )


_selected_locked = Prepared(_selected, user_id=2_000_000_101)


def _shown(rows: Iterable[tuple[Sku, int, bool, Decimal]], files: dict[int, str | None]) -> list[ShownLine]:
    listed = list(rows)
    urls = card_urls((image_id_of(sku), files[sku.pk]) for sku, *_rest in listed)
    return [_line(*row, urls) for row in listed]


def _line(sku: Sku, count: int, selected: bool, seen: Decimal, urls: dict[int, str]) -> ShownLine:
    live = is_on_sale(sku)
    changed = []
    if not live:
        changed.append(Change.OFF_SALE)
    elif sku.stock <= 0:
        changed.append(Change.SOLD_OUT)
    elif sku.stock < count:
        changed.append(Change.SHORT)
    if sku.price != seen:
        changed.append(Change.PRICE_UP if sku.price > seen else Change.PRICE_DOWN)
    return ShownLine(
        id=sku.pk,
        name=sku.name,
        caption=sku.spu.caption,
        price=sku.price,
        market_price=sku.market_price,
        default_image_url=urls.get(image_id_of(sku) or 0),
        stock_state=stock_state(sku.stock),
        count=count,
        selected=selected,
        price_seen=seen,
        left=max(sku.stock, 0) if live and sku.stock < count else None,
        changed=changed,
    )
