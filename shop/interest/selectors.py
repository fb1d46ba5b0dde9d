"""Reads of favourites and of what was looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max, QuerySet

from shop.catalog.models import Sku
from shop.catalog.selectors import SkuCard, for_cards, sku_cards, skus_on_sale
from shop.interest.models import Favorite, Visit


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A SKU's card with when the buyer kept or saw it; one that left the shelf stays, and says so."""

    card: SkuCard
    at: datetime
    on_sale: bool


def favorites_of(*, user_id: int) -> QuerySet[Favorite]:
    """The buyer's favourites, newest first; give a page of them to ``favorite_cards``."""
    return Favorite.objects.filter(user_id=user_id).order_by("-id")


def favorite_cards(rows: Iterable[Favorite]) -> list[KeptCard]:
    """The cards of these favourites, in their order. Four queries, however many."""
    return _cards([(row.sku_id, row.created_at) for row in rows])


def favorite_of(*, user_id: int, sku_id: int) -> Favorite | None:
    """This SKU among the buyer's favourites."""
    return Favorite.objects.filter(user_id=user_id, sku_id=sku_id).first()


def favorite_spu_ids(*, user_id: int, spu_ids: Sequence[int]) -> set[int]:
    """Those of these SPUs of which the buyer keeps any SKU."""
    found = Favorite.objects.filter(user_id=user_id, sku__spu_id__in=spu_ids)
    return set(found.values_list("sku__spu_id", flat=True))


def favorite_product_ids(*, user_id: int, most: int, spu_id: int | None = None) -> list[int]:
    """The products of which the buyer keeps any SKU, the one kept last first; only this product, if told. One query."""
    rows = Favorite.objects.filter(user_id=user_id)
    if spu_id is not None:
        rows = rows.filter(sku__spu_id=spu_id)
    kept = rows.values("sku__spu_id").annotate(last=Max("pk")).order_by("-last")
    return list(kept.values_list("sku__spu_id", flat=True)[:most])


def history_of(*, user_id: int) -> list[KeptCard]:
    """What the buyer looked at, newest first. Five queries, however many."""
    rows = Visit.objects.filter(user_id=user_id).order_by("-seen_at", "-id")[: settings.BROWSE_HISTORY_LIMIT]
    return _cards([(row.sku_id, row.seen_at) for row in rows])


def _cards(kept: list[tuple[int, datetime]]) -> list[KeptCard]:
    ids = [sku_id for sku_id, _at in kept]
    cards = {card.id: card for card in sku_cards(for_cards(Sku.objects.filter(pk__in=ids)))}
    on_sale = set(skus_on_sale().filter(pk__in=ids).values_list("pk", flat=True))
    return [KeptCard(card=cards[sku_id], at=at, on_sale=sku_id in on_sale) for sku_id, at in kept if sku_id in cards]
