"""The gallery of a product."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from shop.catalog.errors import FieldInvalid
from shop.catalog.models import Picture, Sku, Spu
from shop.catalog.services.changes import skus_changed
from shop.catalog.services.spus import spu_locked


@dataclass(frozen=True, slots=True)
class PictureInput:
    """One picture of the gallery: for all SKUs, or for one."""

    image_id: int
    sku_id: int | None = None


@transaction.atomic
def save_pictures(*, spu_id: int, pictures: Sequence[PictureInput]) -> list[Picture]:
    """Make the product's gallery exactly these pictures, in this order.

    A product without a default picture takes the first one that is for all SKUs. Rows that stay keep their ids.
    Locks: the SPU. Raises: SpuNotFound; FieldInvalid for a SKU of another product.
    Emits: SkusChanged, after commit.
    """
    spu = spu_locked(spu_id)
    skus = set(Sku.objects.filter(spu_id=spu_id).values_list("pk", flat=True))
    if any(picture.sku_id and picture.sku_id not in skus for picture in pictures):
        raise FieldInvalid(field="pictures", reason=_("SKU 不属于该商品"))
    old = list(Picture.objects.filter(spu_id=spu_id).order_by("sort_order", "pk"))
    if [(row.image_id, row.sku_id, row.sort_order) for row in old] == [
        (picture.image_id, picture.sku_id, place) for place, picture in enumerate(pictures)
    ]:
        return old
    rows = []
    for place, picture in enumerate(pictures):
        row = next((row for row in old if (row.image_id, row.sku_id) == (picture.image_id, picture.sku_id)), None)
        if row is None:
            row = Picture(spu_id=spu_id, image_id=picture.image_id, sku_id=picture.sku_id)
        else:
            old.remove(row)
        row.sort_order = place
        row.save()
        rows.append(row)
    Picture.objects.filter(pk__in=[row.pk for row in old]).delete()
    if spu.default_image_id is None:
        first = next((row.image_id for row in rows if row.sku_id is None), None)
        Spu.objects.filter(pk=spu_id).update(default_image_id=first)
    skus_changed(skus)
    return rows
