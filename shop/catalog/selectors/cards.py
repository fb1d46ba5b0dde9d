"""SKUs as every list shows them: category, brand, search, home, favourites, history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce

from kernel import clock
from kernel.prepared import PreparedRows
from media.joined import all_urls, size_file
from media.models import SIZES
from media.renditions import Urls, pictures
from shop.catalog.models import Sku
from shop.catalog.selectors.availability import StockState, stock_state
from shop.catalog.selectors.selling import skus_on_sale


@dataclass(frozen=True, slots=True)
class SkuCard:
    """One SKU of a list. ``images`` is None where there is no picture, or none that can be read."""

    id: int
    spu_id: int
    name: str
    caption: str
    price: Decimal
    market_price: Decimal | None
    images: Urls | None
    sales: int
    comments: int
    stock_state: StockState

    @property
    def default_image_url(self) -> str | None:
        return self.images["card"] if self.images else None


def for_cards(skus: QuerySet[Sku]) -> QuerySet[Sku]:
    """These SKUs with what their cards read, and not the long texts of their products."""
    return skus.select_related("spu").only(
        *("name", "price", "market_price", "stock", "sales", "comments", "default_image_id"),
        *("spu__caption", "spu__default_image_id"),
    )


def image_id_of(sku: Sku) -> int | None:
    """The picture that stands for this SKU: its own, else its product's."""
    return sku.default_image_id or sku.spu.default_image_id


def sku_cards(skus: Iterable[Sku]) -> list[SkuCard]:
    """The cards of these SKUs, in their order; two queries for the pictures of all of them.

    The SKUs come with their SPUs loaded (``for_cards``).
    """
    rows = list(skus)
    images = pictures(image_id_of(row) for row in rows)
    return [card_of(row, images) for row in rows]


def card_of(sku: Sku, images: dict[int, Urls]) -> SkuCard:
    """One card, with the pictures that were loaded for all of them."""
    return SkuCard(
        id=sku.pk,
        spu_id=sku.spu_id,
        name=sku.name,
        caption=sku.spu.caption,
        price=sku.price,
        market_price=sku.market_price,
        images=images.get(image_id_of(sku) or 0),
        sales=sku.sales,
        comments=sku.comments,
        stock_state=stock_state(sku.stock),
    )


def cards_by_id(sku_ids: Iterable[int]) -> list[SkuCard]:
    """The cards of those of these SKUs that are on sale now, in the order asked for. One query, pictures included.

    Search asks for them at every answer: model instances and making the SQL anew would be most of what that costs.
    """
    wanted = list(dict.fromkeys(sku_ids))
    if not wanted:
        return []
    prepared = next((one for most, one in _PREPARED if len(wanted) <= most), _rows_of)
    rows = {row[0]: row for row in prepared(sku_ids=wanted, at=clock.now())}
    images = all_urls((row[9], dict(zip(_SIZES, row[10:], strict=True))) for row in rows.values())
    return [_card(rows[sku_id], images) for sku_id in wanted if sku_id in rows]


def _card(row: Sequence[Any], images: dict[int, Urls]) -> SkuCard:
    pk, spu_id, name, caption, price, market_price, sales, comments, stock, image, *_files = row
    shown = images.get(image or 0)
    return SkuCard(pk, spu_id, name, caption, price, market_price, shown, sales, comments, stock_state(stock))


_SIZES = tuple(SIZES)


def _rows_of(*, sku_ids: Sequence[int], at: datetime) -> QuerySet[Any, Any]:
    """What cards are made of, column by column."""
    shown = Coalesce("default_image_id", "spu__default_image_id")
    return (
        skus_on_sale(at)
        .annotate(shown=shown, **{f"{size}_file": size_file(OuterRef("shown"), size) for size in _SIZES})
        .values_list(
            *("pk", "spu_id", "name", "spu__caption", "price", "market_price", "sales", "comments", "stock"),
            *("shown", *(f"{size}_file" for size in _SIZES)),
        )
        .filter(pk__in=sku_ids)
    )


#: For pages of up to so many SKUs.
_PREPARED = [
    (most, PreparedRows(_rows_of, sku_ids=tuple(range(-most, 0)), at=datetime(1000, 1, 1, tzinfo=UTC)))
    for most in (10, 20, 50, 100)
]
