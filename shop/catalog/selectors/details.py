"""Everything that a SKU's own page shows."""

from dataclasses import dataclass

from django.db.models import Case, F, Prefetch, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from media.renditions import Urls, pictures
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Brand, Picture, Sku
from shop.catalog.selectors.cards import SkuCard, card_of, for_cards, image_id_of
from shop.catalog.selectors.categories import Breadcrumb, breadcrumb
from shop.catalog.selectors.selling import skus_on_sale
from shop.catalog.selectors.specs import SpecChoices, spec_matrix

#: So many related products are shown.
RELATED = 6


@dataclass(frozen=True, slots=True)
class GalleryPicture:
    """A picture of the gallery in its ready sizes, with what it shows in words."""

    images: Urls
    alt: str


@dataclass(frozen=True, slots=True)
class SkuDetail:
    """A SKU with its product, pictures, choices, place in the tree, and what else may please."""

    sku: Sku
    card: SkuCard
    gallery: list[GalleryPicture]
    brand: Brand | None
    brand_logo: Urls | None
    specs: list[SpecChoices]
    breadcrumb: Breadcrumb
    related: list[SkuCard]


def sku_detail(sku_id: int) -> SkuDetail:
    """The SKU as it is now. Eight queries at the most, however many SKUs, options and pictures its product has.

    Raises: SkuNotFound, also where it is off sale or outside of its times.
    """
    loaded = skus_on_sale().select_related("spu__brand", "spu__category__parent__parent")
    # The pictures of the product and those of this SKU, not those of its siblings.
    own = Picture.objects.filter(Q(sku_id=sku_id) | Q(sku__isnull=True)).select_related("image")
    sku = loaded.prefetch_related(Prefetch("spu__pictures", queryset=own)).filter(pk=sku_id).first()
    if sku is None:
        raise SkuNotFound(sku_id=sku_id)
    siblings = skus_on_sale().filter(spu_id=sku.spu_id).only("pk", "stock", "spu_id")
    related = list(related_skus(sku))
    # The SKU's own pictures first, then those of all.
    shown = sorted(sku.spu.pictures.all(), key=lambda one: (one.sku_id is None, one.sort_order, one.pk))
    brand = sku.spu.brand
    images = pictures(
        [
            image_id_of(sku),
            brand.logo_id if brand else None,
            *(picture.image_id for picture in shown),
            *(image_id_of(one) for one in related),
        ]
    )
    return SkuDetail(
        sku=sku,
        card=card_of(sku, images),
        gallery=[
            GalleryPicture(images[picture.image_id], picture.image.default_alt_text)
            for picture in shown
            if picture.image_id in images
        ],
        brand=brand,
        brand_logo=images.get(brand.logo_id or 0) if brand else None,
        specs=spec_matrix(sku, siblings),
        breadcrumb=breadcrumb(sku.spu.category),
        related=[card_of(one, images) for one in related],
    )


def related_skus(sku: Sku) -> QuerySet[Sku]:
    """Best sellers of the same category or brand: one SKU of each other product, those in stock first."""
    alike = Q(spu__category_id=sku.spu.category_id)
    if sku.spu.brand_id:
        alike |= Q(spu__brand_id=sku.spu.brand_id)
    gone = Case(When(stock__gt=0, then=Value(0)), default=Value(1))
    best = (
        skus_on_sale()
        .filter(alike)
        .exclude(spu_id=sku.spu_id)
        .annotate(
            gone=gone,
            place=Window(RowNumber(), partition_by=[F("spu_id")], order_by=[gone.asc(), F("sales").desc(), F("pk")]),
        )
        .filter(place=1)
        .order_by("gone", "-sales", "pk")
    )
    return for_cards(best)[:RELATED]
