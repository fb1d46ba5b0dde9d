"""How many reviews a SKU shows."""

from collections.abc import Mapping

from django.db.models import F
from django.db.models.functions import Greatest

from kernel import clock
from shop.catalog.models import Sku
from shop.catalog.services import tell_changed


def count_comments(changes: Mapping[int, int]) -> None:
    """Add so many shown reviews to each SKU. Call it in the transaction that shows or hides them.

    Locks: the SKUs in id order, until the surrounding transaction ends.
    Emits: SkusChanged, after commit: the kept bytes of details and review lists go.
    """
    now = clock.now()
    for sku_id in sorted(changes):
        Sku.objects.filter(pk=sku_id).update(comments=Greatest(F("comments") + changes[sku_id], 0), index_dirty_at=now)
    tell_changed(changes)
