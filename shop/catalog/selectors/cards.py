"""SKUs as every list shows them: category, brand, search, home, favourites, history."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

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


_OF_A_CARD = (
    *("pk", "spu_id", "name", "price", "market_price", "stock", "sales", "comments", "default_image_id"),
    *("spu__caption", "spu__default_image_id"),
)


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
    """The cards of those of these SKUs that are on sale now, in the order asked for. Three queries.

    Search asks for them at every answer, and two model instances a row would be half of what that costs.
    """
    wanted = list(dict.fromkeys(sku_ids))
    rows = skus_on_sale().filter(pk__in=wanted).values_list(*_OF_A_CARD, named=True)
    found = {row.pk: row for row in rows}
    images = pictures(row.default_image_id or row.spu__default_image_id for row in found.values())
    return [
        SkuCard(
            id=row.pk,
            spu_id=row.spu_id,
            name=row.name,
            caption=row.spu__caption,
            price=row.price,
            market_price=row.market_price,
            images=images.get(row.default_image_id or row.spu__default_image_id or 0),
            sales=row.sales,
            comments=row.comments,
            stock_state=stock_state(row.stock),
        )
        for row in (found[sku_id] for sku_id in wanted if sku_id in found)
    ]
