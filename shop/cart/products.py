"""The cart seen by products: for shops whose carts know no variants.

What is put in is the product's cheapest SKU on sale; what is already there under another SKU counts as the product.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from shop.cart.errors import LineNotFound
from shop.cart.models import CartLine
from shop.cart.services import add_to_cart, remove_line, set_line
from shop.catalog.selectors import ProductCard, cheapest_sku, product_cards_by_id, skus_on_sale


@dataclass(frozen=True, slots=True)
class ProductLine:
    """So many pieces of one product, over all its SKUs in the cart."""

    card: ProductCard
    count: int


def product_lines(*, user_id: int) -> list[ProductLine]:
    """The buyer's cart by product, newest first; what is not on sale now is left out. Two queries."""
    counts: dict[int, int] = {}
    rows = CartLine.objects.filter(user_id=user_id).values_list("sku__spu_id", "count")
    for spu_id, count in rows:
        counts[spu_id] = counts.get(spu_id, 0) + count
    return [ProductLine(card, counts[card.id]) for card in product_cards_by_id(counts)]


def product_line(*, user_id: int, spu_id: int) -> ProductLine:
    """One product of the buyer's cart. Raises: LineNotFound."""
    found = [line for line in product_lines(user_id=user_id) if line.card.id == spu_id]
    if not found:
        raise LineNotFound
    return found[0]


@transaction.atomic
def add_product(*, user: User, spu_id: int, count: int) -> None:
    """Put so many more pieces of the product into the cart, to the line that is there or to a new one.

    Raises: SpuNotFound, SkuNotFound, LineFull, CartFull, StockShort.
    """
    lines = _sku_ids(user, spu_id)
    add_to_cart(user=user, sku_id=lines[0] if lines else cheapest_sku(spu_id), count=count)


@transaction.atomic
def set_product(*, user: User, spu_id: int, count: int) -> None:
    """Make the cart hold exactly so many pieces of the product: in its newest line, the others go.

    Raises: LineNotFound, SkuNotFound, LineFull, StockShort.
    """
    lines = _sku_ids(user, spu_id)
    if not lines:
        raise LineNotFound
    set_line(user=user, sku_id=lines[0], count=count, selected=True)
    for sku_id in lines[1:]:
        remove_line(user=user, sku_id=sku_id)


@transaction.atomic
def remove_product(*, user: User, spu_id: int) -> None:
    """Take every line of the product out of the cart. Raises: LineNotFound."""
    lines = _sku_ids(user, spu_id)
    if not lines:
        raise LineNotFound
    for sku_id in lines:
        remove_line(user=user, sku_id=sku_id)


@transaction.atomic
def tick_for_sale(*, user: User) -> None:
    """Tick every line that is on sale, and no other: an order then takes the whole cart, as far as it can be bought."""
    lines = CartLine.objects.filter(user=user).order_by("sku_id").select_for_update(no_key=True)
    ids = {line.sku_id: line for line in lines}
    live = set(skus_on_sale().filter(pk__in=ids).values_list("pk", flat=True))
    for line in ids.values():
        line.selected = line.sku_id in live
    CartLine.objects.bulk_update(ids.values(), ["selected"])


def _sku_ids(user: User, spu_id: int) -> list[int]:
    """The SKUs of this product in the cart, newest line first."""
    return list(CartLine.objects.filter(user=user, sku__spu_id=spu_id).order_by("-id").values_list("sku_id", flat=True))
