"""Lists of SPUs, each standing for itself by its cheapest SKU on sale: for shops that sell "goods", not variants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, OrderBy, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from media.joined import card_file, card_urls
from media.renditions import Urls, pictures
from shop.catalog.errors import SpuNotFound
from shop.catalog.models import Picture, Sku, Spu
from shop.catalog.selectors.categories import categories_shown, shown_below
from shop.catalog.selectors.selling import on_sale, skus_on_sale


class ProductOrdering(StrEnum):
    """What a list of products puts first; ``-`` is downwards."""

    CREATE_TIME = "create_time"
    CREATE_TIME_DOWN = "-create_time"
    SALES = "sales"
    SALES_DOWN = "-sales"
    PRICE = "price"
    PRICE_DOWN = "-price"


#: So many best sellers are looked through for one of each category.
MOST_RANKED = 1000

_COLUMNS = {"create_time": "created_at", "sales": "sold", "price": "price"}


@dataclass(frozen=True, slots=True)
class ProductFilters:
    """What a list is narrowed to. Units: yuan, of the cheapest SKU."""

    category_id: int | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    is_new: bool | None = None
    is_hot: bool | None = None


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One product of a list. ``sku_id`` is what one buys who chooses nothing. Units: yuan; whole pieces."""

    id: int
    sku_id: int
    name: str
    caption: str
    price: Decimal
    market_price: Decimal | None
    sold: int
    stock: int
    image_url: str | None
    ship_free: bool
    is_new: bool
    is_hot: bool
    views: int
    favorites: int
    category_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product with its long text and its gallery."""

    card: ProductCard
    detail: str
    gallery: list[Urls]


def products_on_sale() -> QuerySet[Any, Any]:
    """Every SPU that has a SKU on sale now, with ``sku_id``, ``price``, ``market_price``, ``sold`` and ``stock``.

    Plan on PostgreSQL 15: per SPU the index of ``shop_sku.spu_id``, a handful of rows each.
    """
    mine = skus_on_sale().filter(spu_id=OuterRef("pk")).order_by("price", "pk")
    sums = mine.order_by().values("spu_id").annotate(sold=Sum("sales"), left=Sum("stock"))
    return (
        Spu.objects.filter(on_sale(spu=""))
        .annotate(
            sku_id=Subquery(mine.values("pk")[:1]),
            price=Subquery(mine.values("price")[:1]),
            market_price=Subquery(mine.values("market_price")[:1]),
            sold=Coalesce(Subquery(sums.values("sold")), 0),
            stock=Coalesce(Subquery(sums.values("left")), 0),
        )
        .filter(sku_id__isnull=False)
    )


def products(
    *, filters: ProductFilters, ordering: ProductOrdering = ProductOrdering.CREATE_TIME_DOWN
) -> QuerySet[Any, Any]:
    """Products on sale, narrowed and ordered; one query for a page. A category that is not there has none."""
    found = products_on_sale()
    if filters.category_id is not None:
        found = found.filter(category_id__in=shown_below(filters.category_id).values("pk"))
    if filters.min_price is not None:
        found = found.filter(price__gte=filters.min_price)
    if filters.max_price is not None:
        found = found.filter(price__lte=filters.max_price)
    if filters.is_new is not None:
        found = found.filter(is_new=filters.is_new)
    if filters.is_hot is not None:
        found = found.filter(is_hot=filters.is_hot)
    down = ordering.startswith("-")
    column = _COLUMNS[ordering.removeprefix("-")]
    return found.order_by(OrderBy(F(column), descending=down), OrderBy(F("pk"), descending=down))


def product_cards(found: QuerySet[Any, Any]) -> list[ProductCard]:
    """The cards of these products, in their order. One query where every picture is made."""
    rows = list(
        found.annotate(image_file=card_file(OuterRef("default_image_id"))).defer("detail", "packing", "service")
    )
    urls = card_urls((row.default_image_id, row.image_file) for row in rows)
    return [_card(row, urls.get(row.default_image_id or 0)) for row in rows]


def product_cards_by_id(spu_ids: Iterable[int]) -> list[ProductCard]:
    """The cards of those of these products that are on sale now, in the order asked for."""
    wanted = list(dict.fromkeys(spu_ids))
    found = {card.id: card for card in product_cards(products_on_sale().filter(pk__in=wanted))}
    return [found[spu_id] for spu_id in wanted if spu_id in found]


def best_by_category(category_ids: Iterable[int]) -> dict[int, int]:
    """The product that sells best in each of these categories and below them, where there is one. Two queries."""
    wanted = set(category_ids)
    if not wanted:
        return {}
    shown = categories_shown().values_list("pk", "parent_id", "parent__parent_id")
    below = {path[0]: {one for one in path if one in wanted} for path in shown}
    rows = products_on_sale().filter(category_id__in=[pk for pk, found in below.items() if found])
    best: dict[int, int] = {}
    for spu_id, category_id in rows.order_by("-sold", "-pk").values_list("pk", "category_id")[:MOST_RANKED]:
        for wanted_id in below[category_id]:
            best.setdefault(int(wanted_id or 0), spu_id)
    return best


def product_detail(spu_id: int) -> ProductDetail:
    """The product as it is now. Four queries at the most.

    Raises: SpuNotFound, also where nothing of it is on sale.
    """
    shared = Picture.objects.filter(Q(sku__isnull=True))
    spu = products_on_sale().prefetch_related(Prefetch("pictures", queryset=shared)).filter(pk=spu_id).first()
    if spu is None:
        raise SpuNotFound(spu_id=spu_id)
    shown = sorted(spu.pictures.all(), key=lambda one: (one.sort_order, one.pk))
    images = pictures([spu.default_image_id, *(one.image_id for one in shown)])
    main = images.get(spu.default_image_id or 0)
    gallery = [images[one.image_id] for one in shown if one.image_id in images]
    return ProductDetail(
        card=_card(spu, main["card"] if main else None),
        detail=spu.detail,
        gallery=gallery or ([main] if main else []),
    )


def cheapest_sku(spu_id: int) -> int:
    """What one buys who names only the product: its cheapest SKU on sale.

    Raises: SpuNotFound.
    """
    found = skus_on_sale().filter(spu_id=spu_id).order_by("price", "pk").values_list("pk", flat=True).first()
    if found is None:
        raise SpuNotFound(spu_id=spu_id)
    return found


def spu_ids_of(sku_ids: Iterable[int]) -> dict[int, int]:
    """Which product each of these SKUs belongs to, on sale or not."""
    return dict(Sku.objects.filter(pk__in=list(sku_ids)).values_list("pk", "spu_id"))


def _card(row: Spu, image_url: str | None) -> ProductCard:
    # The annotations of products_on_sale, which mypy cannot see on the model.
    read = row.__dict__
    return ProductCard(
        id=row.pk,
        sku_id=read["sku_id"],
        name=row.name,
        caption=row.caption,
        price=read["price"],
        market_price=read["market_price"],
        sold=read["sold"],
        stock=read["stock"],
        image_url=image_url,
        ship_free=row.ship_free,
        is_new=row.is_new,
        is_hot=row.is_hot,
        views=row.views,
        favorites=row.favorites,
        category_id=row.category_id,
        created_at=row.created_at,
    )
