"""Saying that something changed, so that the search index and the kept bytes follow."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from kernel import bytestore, clock, regions
from kernel.events import emit_on_commit
from shop.catalog.events import BATCH, CatalogChanged, SkusChanged
from shop.catalog.models import Sku

#: Whose kept answers show products.
STALE = (regions.CATALOG, regions.HOME, regions.PAGES)


@transaction.atomic
def skus_changed(sku_ids: Iterable[int]) -> None:
    """Mark these SKUs for the search index and tell whoever keeps copies of them.

    Call it in the transaction of the change. The mark is the outbox: a sweep finds it when the event is lost.
    Locks: the SKUs, in id order: one UPDATE of many would lock them as it finds them, and meet an order half-way.
    Emits: SkusChanged, in batches, after commit.
    """
    ids = sorted(set(sku_ids))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        list(Sku.objects.select_for_update().filter(pk__in=batch).order_by("pk").values_list("pk", flat=True))
        Sku.objects.filter(pk__in=batch).update(index_dirty_at=clock.now())
    tell_changed(ids)


def tell_changed(sku_ids: Iterable[int]) -> None:
    """Tell of SKUs that the caller's own UPDATE has marked already (``index_dirty_at``).

    Emits: SkusChanged, in batches, after commit.
    """
    ids = sorted(set(sku_ids))
    for start in range(0, len(ids), BATCH):
        emit_on_commit(SkusChanged(sku_ids=tuple(ids[start : start + BATCH])))
    if ids:
        _drop_bytes()


@transaction.atomic
def catalog_changed(*, category_ids: Iterable[int] = (), brand_ids: Iterable[int] = ()) -> None:
    """Tell that the tree or the brands changed, and mark the SKUs that carry their names.

    Emits: CatalogChanged and SkusChanged, after commit.
    """
    emit_on_commit(CatalogChanged())
    _drop_bytes()
    for lookup, ids in (("spu__category_id__in", category_ids), ("spu__brand_id__in", brand_ids)):
        wanted = list(ids)
        if wanted:
            skus_changed(Sku.objects.filter(**{lookup: wanted}).values_list("pk", flat=True))


def _drop_bytes() -> None:
    """Make kept answers stale in this process, right after the commit: a price is seen where no worker runs, too.

    Robust: a cache that is down is logged, and the event's task drops again.
    """
    for region in STALE:
        transaction.on_commit(partial(bytestore.drop, region), robust=True)
