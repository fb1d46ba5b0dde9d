"""The only writer of stock columns. Every change is one guarded UPDATE and one ledger row.

SKUs are always touched in id order, so two orders with the same SKUs cannot wait for each other.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from shop.catalog.models import Sku
from shop.catalog.services import skus_changed
from shop.stock.errors import StockShort
from shop.stock.models import StockMovement

Cause = StockMovement.Cause


@transaction.atomic
def take_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Take so many pieces of each SKU, all or none.

    Units: whole pieces, more than zero.
    Locks: the SKUs' rows in id order, until the surrounding transaction ends.
    Raises: StockShort naming the first SKU that has too few.
    """
    for sku_id in sorted(pieces):
        count = pieces[sku_id]
        if count < 1:
            raise ValueError("a piece count is at least one")
        taken = Sku.objects.filter(pk=sku_id, stock__gte=count).update(stock=F("stock") - count)
        if not taken:
            left = Sku.objects.filter(pk=sku_id).values_list("stock", flat=True).first()
            raise StockShort(sku_id=sku_id, left=left or 0)
    _book({sku_id: -count for sku_id, count in pieces.items()}, cause=cause, reference=reference)


@transaction.atomic
def give_back_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Give so many pieces of each SKU back. The caller makes sure, by its own guarded change, that it is once.

    Units: whole pieces, more than zero. Locks: as ``take_pieces``.
    """
    for sku_id in sorted(pieces):
        if pieces[sku_id] < 1:
            raise ValueError("a piece count is at least one")
        Sku.objects.filter(pk=sku_id).update(stock=F("stock") + pieces[sku_id])
    _book(pieces, cause=cause, reference=reference)


@transaction.atomic
def adjust_stock(*, sku_id: int, delta: int, by_id: int | None, note: str) -> int:
    """Add or remove pieces by hand and return what is left.

    Raises: StockShort when fewer than ``-delta`` pieces are left.
    """
    if delta:
        changed = Sku.objects.filter(pk=sku_id, stock__gte=-delta).update(stock=F("stock") + delta)
        if not changed:
            left = Sku.objects.filter(pk=sku_id).values_list("stock", flat=True).first()
            raise StockShort(sku_id=sku_id, left=left or 0)
        _book({sku_id: delta}, cause=Cause.ADJUSTED, reference="", note=note, by_id=by_id)
    return Sku.objects.values_list("stock", flat=True).get(pk=sku_id)


@transaction.atomic
def set_stock(*, counts: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> int:
    """Make each SKU's stock this number, as an import says, and return how many SKUs changed.

    Locks: the SKUs' rows in id order; what was sold meanwhile is read under the lock, not before it.
    Raises: ValueError for a negative number.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("stock is never negative")
    current = dict(Sku.objects.select_for_update().filter(pk__in=counts).order_by("pk").values_list("pk", "stock"))
    deltas = {pk: counts[pk] - left for pk, left in current.items() if counts[pk] != left}
    rows = [Sku(pk=pk, stock=counts[pk]) for pk in deltas]
    Sku.objects.bulk_update(rows, ["stock"], batch_size=500)
    _book(deltas, cause=cause, reference=reference)
    return len(deltas)


def _book(deltas: Mapping[int, int], *, cause: str, reference: str, note: str = "", by_id: int | None = None) -> None:
    """Write the ledger rows and tell the index."""
    StockMovement.objects.bulk_create(
        [
            StockMovement(sku_id=pk, delta=delta, cause=cause, reference=reference, note=note, by_id=by_id)
            for pk, delta in sorted(deltas.items())
        ],
        batch_size=1000,
    )
    skus_changed(deltas)
