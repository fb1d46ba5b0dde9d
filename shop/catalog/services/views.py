"""Counting who looked at what. Reading a page writes no row; the sums arrive in batches."""

from collections import Counter

from django.db.models import Case, F, PositiveBigIntegerField, Value, When

from kernel import tally
from shop.catalog.models import Sku, Spu

#: The tally's name; its keys are SKU ids.
VIEWS = "sku-views"
#: The same for pages that show a product and no variant; its keys are SPU ids.
PRODUCT_VIEWS = "spu-views"
#: So many products are written by one statement.
BATCH = 500


def count_view(sku_id: int, *, times: int = 1) -> None:
    """So many more visitors saw this SKU. Never fails: a count that is lost is no reason to show nothing."""
    tally.add(VIEWS, sku_id, times)


def count_product_view(spu_id: int, *, times: int = 1) -> None:
    """So many more visitors saw this product. Never fails."""
    tally.add(PRODUCT_VIEWS, spu_id, times)


def flush_views() -> int:
    """Add what was counted to ``Spu.views`` and return how many views that were.

    Safe to run twice, and beside itself: each view is taken from the tally once. When the database
    refuses, what was not written is put back.
    """
    return _flush_skus() + _flush_products()


def _flush_products() -> int:
    by_spu = dict(tally.drain(PRODUCT_VIEWS))
    total = 0
    try:
        while by_spu:
            batch = {spu_id: by_spu[spu_id] for spu_id in sorted(by_spu)[:BATCH]}
            _add(Counter(batch))
            total += sum(batch.values())
            by_spu = {spu_id: times for spu_id, times in by_spu.items() if spu_id not in batch}
    except Exception:
        tally.put_back(PRODUCT_VIEWS, by_spu)
        raise
    return total


def _flush_skus() -> int:
    by_sku = tally.drain(VIEWS)
    written: set[int] = set()
    total = 0
    try:
        ids = sorted(by_sku)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            by_spu: Counter[int] = Counter()
            for sku_id, spu_id in Sku.objects.filter(pk__in=batch).values_list("pk", "spu_id"):
                by_spu[spu_id] += by_sku[sku_id]
            _add(by_spu)
            written.update(batch)
            total += by_spu.total()
    except Exception:
        tally.put_back(VIEWS, {key: times for key, times in by_sku.items() if key not in written})
        raise
    return total


def _add(by_spu: Counter[int]) -> None:
    """One statement, in no transaction with others: it waits for a row only as long as it runs."""
    if by_spu:
        more = Case(
            *(When(pk=pk, then=Value(times)) for pk, times in sorted(by_spu.items())),
            default=Value(0),
            output_field=PositiveBigIntegerField(),
        )
        Spu.objects.filter(pk__in=by_spu).update(views=F("views") + more)
