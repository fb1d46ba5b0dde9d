"""Making and changing products."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction

from shop.catalog.errors import CategoryNotFound, CategoryNotThird, SaleTimesReversed, SpuNotFound
from shop.catalog.html import clean_html
from shop.catalog.models import Category, Spu
from shop.catalog.services.categories import LEVELS
from shop.catalog.services.changes import skus_changed
from shop.catalog.services.naming import names_follow
from shop.catalog.services.storing import assign, store


class SpuFields(TypedDict, total=False):
    """What one may say of a product; what is not said stays (or is the model's default)."""

    code: str
    name: str
    caption: str
    slug: str
    category_id: int
    brand_id: int | None
    status: int
    on_sale_at: datetime | None
    off_sale_at: datetime | None
    is_new: bool
    is_hot: bool
    is_recommended: bool
    ship_free: bool
    default_image_id: int | None
    detail: str
    packing: str
    service: str
    seo_title: str
    seo_description: str


@transaction.atomic
def save_spu(*, spu_id: int | None = None, **fields: Unpack[SpuFields]) -> Spu:
    """Make or change a product; SKUs whose names were generated follow its name.

    Texts are cleaned to the HTML of ``shop.catalog.html``. An empty path name is made from the name in pinyin.
    Locks: the SPU, then its SKUs in id order when the name changes.
    Raises: SpuNotFound, CategoryNotFound, CategoryNotThird, SaleTimesReversed, Taken, FieldInvalid.
    Emits: SkusChanged for its SKUs, after commit.
    """
    for text in ("detail", "packing", "service"):
        if text in fields:
            fields[text] = clean_html(fields[text])
    spu = spu_locked(spu_id) if spu_id else Spu()
    old_name = spu.name
    changed = assign(spu, fields)
    if spu_id and not changed:
        return spu
    if not spu_id or "category_id" in changed:
        _check_category(spu)
    if spu.on_sale_at and spu.off_sale_at and spu.off_sale_at <= spu.on_sale_at:
        raise SaleTimesReversed()
    if spu_id and "name" in changed:
        with names_follow(spu, old_name=old_name):
            store(spu, changed, fallback="product")
    else:
        store(spu, changed, fallback="product")
    skus_changed(spu.skus.values_list("pk", flat=True) if spu_id else [])
    return spu


def spu_locked(spu_id: int) -> Spu:
    """The product, locked until the transaction ends. Raises: SpuNotFound."""
    spu = Spu.objects.select_for_update().filter(pk=spu_id).first()
    if spu is None:
        raise SpuNotFound()
    return spu


def _check_category(spu: Spu) -> None:
    """Products hang at the third level: breadcrumbs and menus count on it."""
    level = Category.objects.filter(pk=spu.category_id).values_list("level", flat=True).first()
    if level is None:
        raise CategoryNotFound(field="category")
    if level != LEVELS:
        raise CategoryNotThird()
