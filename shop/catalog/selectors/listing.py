"""Lists of SKUs: of a category at any level, of a brand; filtered and ordered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.db.models import Exists, F, OrderBy, OuterRef, QuerySet

from shop.catalog.errors import PriceRangeReversed
from shop.catalog.models import Sku, SkuOption
from shop.catalog.selectors.brands import brand_by_id
from shop.catalog.selectors.cards import SkuCard, for_cards, sku_cards
from shop.catalog.selectors.categories import ids_below
from shop.catalog.selectors.selling import skus_on_sale


class Ordering(StrEnum):
    """What a list puts first; ``-`` is downwards."""

    CREATE_TIME = "create_time"
    CREATE_TIME_DOWN = "-create_time"
    PRICE = "price"
    PRICE_DOWN = "-price"
    SALES = "sales"
    SALES_DOWN = "-sales"
    COMMENTS = "comments"
    COMMENTS_DOWN = "-comments"


_COLUMNS = {"create_time": "created_at", "price": "price", "sales": "sales", "comments": "comments"}


def order_by(ordering: Ordering) -> tuple[OrderBy, OrderBy]:
    """The columns of this ordering. The id decides between equals, so that pages never overlap."""
    down = ordering.startswith("-")
    column = _COLUMNS[ordering.removeprefix("-")]
    return OrderBy(F(column), descending=down), OrderBy(F("pk"), descending=down)


@dataclass(frozen=True, slots=True)
class SkuFilters:
    """What a list is narrowed to. ``specs`` are pairs of spec and option, by their names."""

    min_price: Decimal | None = None
    max_price: Decimal | None = None
    brand_id: int | None = None
    in_stock: bool = False
    specs: Iterable[tuple[str, str]] = field(default_factory=tuple)

    def apply(self, skus: QuerySet[Sku]) -> QuerySet[Sku]:
        """These SKUs, narrowed: options of one spec are alternatives, different specs must all fit.

        Raises: PriceRangeReversed.
        """
        if self.min_price is not None and self.max_price is not None and self.min_price > self.max_price:
            raise PriceRangeReversed(min_price=self.min_price, max_price=self.max_price)
        if self.min_price is not None:
            skus = skus.filter(price__gte=self.min_price)
        if self.max_price is not None:
            skus = skus.filter(price__lte=self.max_price)
        if self.brand_id is not None:
            skus = skus.filter(spu__brand_id=self.brand_id)
        if self.in_stock:
            skus = skus.filter(stock__gt=0)
        alternatives: dict[str, set[str]] = defaultdict(set)
        for spec, option in self.specs:
            alternatives[spec].add(option)
        for spec, options in alternatives.items():
            chosen = SkuOption.objects.filter(sku=OuterRef("pk"), spec__name=spec, option__value__in=options)
            skus = skus.filter(Exists(chosen))
        return skus


def skus_in_category(
    *,
    category_id: int,
    filters: SkuFilters | None = None,
    ordering: Ordering = Ordering.CREATE_TIME_DOWN,
) -> QuerySet[Sku]:
    """What is on sale in this category and below it. One query now, one to count and one for the page later.

    Raises: CategoryNotFound; PriceRangeReversed.

    Plan on PostgreSQL 15 with 20,000 SKUs of 4,000 SPUs, a third of them in the category. The page: the index of the
    ordering, each SPU by its key (memoized) until ten fit, 0.2 ms; in a small category its SPUs by category, then
    their SKUs, sorted, 2 ms. The count: the category's SPUs hashed, one pass over the SKUs, 4 to 12 ms. Two spec
    filters that fit half of everything: 20 ms for the page, 77 ms for the count.
    """
    skus = skus_on_sale().filter(spu__category_id__in=ids_below(category_id))
    return for_cards((filters or SkuFilters()).apply(skus).order_by(*order_by(ordering)))


def skus_of_brand(
    *, brand_id: int, filters: SkuFilters | None = None, ordering: Ordering = Ordering.CREATE_TIME_DOWN
) -> QuerySet[Sku]:
    """What is on sale of this brand.

    Raises: BrandNotFound; PriceRangeReversed.
    """
    skus = skus_on_sale().filter(spu__brand_id=brand_by_id(brand_id).pk)
    return for_cards((filters or SkuFilters()).apply(skus).order_by(*order_by(ordering)))


def hot_skus(*, category_id: int, limit: int) -> list[SkuCard]:
    """The best sellers of this category and below it.

    Raises: CategoryNotFound.
    """
    return sku_cards(skus_in_category(category_id=category_id, ordering=Ordering.SALES_DOWN)[:limit])
