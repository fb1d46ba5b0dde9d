"""Brands, as the A–Z page and the filters show them."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef

from shop.catalog.errors import BrandNotFound
from shop.catalog.models import Brand
from shop.catalog.selectors.selling import skus_on_sale


def brands_a_to_z() -> list[Brand]:
    """Every brand by first letter, within one letter in the merchant's order; what has no letter comes last."""
    brands = Brand.objects.all()
    return sorted(brands, key=lambda one: (not one.first_letter.isalpha(), one.first_letter, one.sort_order, one.name))


def brand_by_id(brand_id: int) -> Brand:
    """Raises: BrandNotFound."""
    found = Brand.objects.filter(pk=brand_id).first()
    if found is None:
        raise BrandNotFound(brand_id=brand_id)
    return found


def brands_in(category_ids: Iterable[int]) -> Sequence[Brand]:
    """The brands of what is on sale in these categories, in the merchant's order. One query."""
    sold = skus_on_sale().filter(spu__category_id__in=list(category_ids), spu__brand_id=OuterRef("pk"))
    return list(Brand.objects.filter(Exists(sold)).order_by("sort_order", "first_letter", "name"))


def brands_by_category(categories: Mapping[int, Iterable[int]]) -> dict[int, list[Brand]]:
    """The brands of what is on sale in each of these sets of categories, in the merchant's order. Two queries."""
    below = {key: set(ids) for key, ids in categories.items()}
    every = {category_id for ids in below.values() for category_id in ids}
    pairs = set(
        skus_on_sale()
        .filter(spu__category_id__in=every, spu__brand_id__isnull=False)
        .values_list("spu__category_id", "spu__brand_id")
        .distinct()
    )
    brands = Brand.objects.filter(pk__in={brand_id for _category_id, brand_id in pairs})
    in_order = list(brands.order_by("sort_order", "first_letter", "name"))
    return {
        key: [brand for brand in in_order if any((category_id, brand.pk) in pairs for category_id in ids)]
        for key, ids in below.items()
    }
