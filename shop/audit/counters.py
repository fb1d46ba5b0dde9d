"""The counters that buyers see, counted again from the rows behind them, and mended where they drifted.

``comments`` and ``favorites`` are exactly the rows that there are. ``sales`` is at the least what orders sold:
a shop that moved here may have begun with numbers of its own. Views have no rows behind them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kernel import clock
from shop.audit.selectors import Drift
from shop.catalog.models import Sku, Spu
from shop.catalog.services import tell_changed
from shop.interest.models import Favorite
from shop.orders.models import OrderLine
from shop.reviews.models import Review


def counter_drifts() -> Iterator[Drift]:
    """Every counter that is not what its rows say. Three queries, whatever the size of the shop."""
    for pk, found, counted in _comments().values_list("pk", "comments", "counted"):
        yield Drift("comments = shown reviews", f"sku {pk}", str(counted), str(found))
    for pk, found, counted in _sales().values_list("pk", "sales", "counted"):
        yield Drift("sales ≥ pieces of paid orders", f"sku {pk}", f"≥ {counted}", str(found))
    for pk, found, counted in _favorites().values_list("pk", "favorites", "counted"):
        yield Drift("favorites = rows of favourites", f"spu {pk}", str(counted), str(found))


def mend_counters() -> int:
    """Every counter is what its rows say; returns how many were not. Safe to run twice, and in a busy shop.

    Each row is locked and counted again by itself, so what happens meanwhile is not lost.
    Locks: one SKU or SPU at a time. Emits: SkusChanged, after commit.
    """
    mended = 0
    for skus, column in ((_comments, "comments"), (_sales, "sales")):
        for pk in list(skus().values_list("pk", flat=True)):
            mended += _mend_sku(pk, skus, column)
    for pk in list(_favorites().values_list("pk", flat=True)):
        mended += _mend_spu(pk)
    return mended


@transaction.atomic
def _mend_sku(pk: int, skus: Callable[[], QuerySet[Any]], column: str) -> bool:
    Sku.objects.select_for_update(no_key=True).get(pk=pk)
    row = skus().filter(pk=pk).values_list("counted", flat=True).first()
    if row is None:
        return False
    Sku.objects.filter(pk=pk).update(**{column: row, "index_dirty_at": clock.now()})
    tell_changed([pk])
    return True


@transaction.atomic
def _mend_spu(pk: int) -> bool:
    Spu.objects.select_for_update(no_key=True).get(pk=pk)
    row = _favorites().filter(pk=pk).values_list("counted", flat=True).first()
    if row is None:
        return False
    Spu.objects.filter(pk=pk).update(favorites=row)
    return True


def _comments() -> QuerySet[Any]:
    shown = Review.objects.filter(sku_id=OuterRef("pk"), state=Review.State.SHOWN).order_by().values("sku_id")
    return _counted(Sku.objects.order_by("pk"), shown.annotate(n=Count("pk"))).exclude(comments=F("counted"))


def _sales() -> QuerySet[Any]:
    # What was paid for and did not go back whole.
    kept = Q(order__paid_at__isnull=False) & ~Q(
        order__refunded_amount=F("order__paid_amount"), order__paid_amount__gt=0
    )
    sold = OrderLine.objects.filter(kept, sku_id=OuterRef("pk")).order_by().values("sku_id")
    return _counted(Sku.objects.order_by("pk"), sold.annotate(n=Sum("count"))).filter(sales__lt=F("counted"))


def _favorites() -> QuerySet[Any]:
    kept = Favorite.objects.filter(sku__spu_id=OuterRef("pk")).order_by().values("sku__spu_id")
    return _counted(Spu.objects.order_by("pk"), kept.annotate(n=Count("pk"))).exclude(favorites=F("counted"))


def _counted(rows: QuerySet[Any], counts: QuerySet[Any]) -> QuerySet[Any]:
    counted: QuerySet[Any] = rows.annotate(
        counted=Coalesce(Subquery(counts.values("n"), output_field=IntegerField()), 0)
    )
    return counted
