"""Products for the blocks of content, with what decides whether a block shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BooleanField, Case, Value, When

from media.renditions import Urls
from shop.catalog.models import Sku
from shop.catalog.selectors import SkuCard, StockState, card_of, for_cards, on_sale


@dataclass(frozen=True, slots=True)
class Product:
    """A card as every list shows it; one that has left the shelf is sold out to buyers."""

    card: SkuCard
    on_sale: bool

    @property
    def can_be_bought(self) -> bool:
        """Whether it is on sale and in stock."""
        return self.on_sale and self.card.stock_state is not StockState.SOLD_OUT


def skus_to_show(sku_ids: Iterable[int], at: datetime) -> list[Sku]:
    """Those of these SKUs that exist, each saying in ``shown`` whether it is on sale at this moment. One query."""
    shown = Case(When(on_sale(at), then=Value(True)), default=Value(False), output_field=BooleanField())
    return list(for_cards(Sku.objects.filter(pk__in=set(sku_ids))).annotate(shown=shown))


def products_of(skus: Iterable[Sku], images: dict[int, Urls]) -> dict[int, Product]:
    """By id, with the pictures that were loaded for all of them."""
    found = {}
    for sku in skus:
        card = card_of(sku, images)
        is_shown = bool(getattr(sku, "shown", False))
        if not is_shown:
            card = replace(card, stock_state=StockState.SOLD_OUT)
        found[sku.pk] = Product(card=card, on_sale=is_shown)
    return found
