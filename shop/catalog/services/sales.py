"""The counter of pieces sold."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from kernel import clock
from shop.catalog.models import Sku


@transaction.atomic
def count_sales(pieces: Mapping[int, int]) -> None:
    """Add these pieces to what each SKU sold; a returned order counts less than zero.

    The caller makes sure that it is once per paid order. Nobody is told at once: the SKUs are marked, and the
    sweep of the index brings the new numbers to it and to the kept bytes, once for all orders of a minute.
    Locks: the SKUs in id order.
    """
    now = clock.now()
    for sku_id in sorted(pieces):
        Sku.objects.filter(pk=sku_id).update(sales=Greatest(F("sales") + pieces[sku_id], 0), index_dirty_at=now)
