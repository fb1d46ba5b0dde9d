"""Changes of the brands."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import ProtectedError

from shop.catalog.errors import BrandInUse, BrandNotFound
from shop.catalog.models import Brand
from shop.catalog.pinyin import first_letter
from shop.catalog.services.changes import catalog_changed
from shop.catalog.services.storing import assign, store


class BrandFields(TypedDict, total=False):
    """What one may say of a brand; what is not said stays (or is the model's default)."""

    name: str
    slug: str
    logo_id: int | None
    description: str
    sort_order: int
    seo_title: str
    seo_description: str


@transaction.atomic
def save_brand(*, brand_id: int | None = None, **fields: Unpack[BrandFields]) -> Brand:
    """Make or change a brand; its letter in the A–Z list follows its name, by pinyin.

    Raises: BrandNotFound, Taken, FieldInvalid.
    Emits: CatalogChanged, and SkusChanged for its products, after commit.
    """
    brand = _locked(brand_id) if brand_id else Brand()
    changed = assign(brand, fields)
    if brand_id and not changed:
        return brand
    brand.first_letter = first_letter(brand.name)
    store(brand, {*changed, "first_letter"}, fallback="brand")
    catalog_changed(brand_ids=[brand.pk] if brand_id else [])
    return brand


@transaction.atomic
def place_brand(*, brand_id: int, position: int) -> None:
    """Put a brand at this place (from 0) among all brands; the others close up.

    Locks: the brands, in id order. Raises: BrandNotFound. Emits: CatalogChanged, after commit.
    """
    order = sorted(
        Brand.objects.select_for_update().order_by("pk"), key=lambda row: (row.sort_order, row.first_letter, row.name)
    )
    moved = next((row for row in order if row.pk == brand_id), None)
    if moved is None:
        raise BrandNotFound()
    order.remove(moved)
    order.insert(max(position, 0), moved)
    for place, row in enumerate(order):
        row.sort_order = place
    Brand.objects.bulk_update(order, ["sort_order"])
    catalog_changed()


@transaction.atomic
def delete_brand(*, brand_id: int) -> None:
    """Remove a brand without products.

    Raises: BrandNotFound, BrandInUse. Emits: CatalogChanged, after commit.
    """
    brand = _locked(brand_id)
    if brand.spus.exists():
        raise BrandInUse()
    try:
        brand.delete()
    except ProtectedError as wrong:
        raise BrandInUse() from wrong
    catalog_changed()


def _locked(brand_id: int) -> Brand:
    brand = Brand.objects.select_for_update().filter(pk=brand_id).first()
    if brand is None:
        raise BrandNotFound()
    return brand
