"""The only writer of stock columns. Every change is one guarded UPDATE and one ledger row.

SKUs are always touched in id order, so two orders with the same SKUs cannot wait for each other.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from kernel import clock
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku
from shop.catalog.services import tell_changed
from shop.stock.errors import StockShort, StockTooHigh
from shop.stock.models import StockMovement

Cause = StockMovement.Cause

#: No SKU has more pieces; far below what the column holds, so that no sum overflows it.
MOST_PIECES = 100_000_000


@transaction.atomic
def take_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Take so many pieces of each SKU, all or none.

    Units: whole pieces, more than zero.
    Locks: the SKUs' rows in id order, until the surrounding transaction ends.
    Raises: StockShort naming the first SKU that has too few, or does not exist.
    Emits: SkusChanged, after commit.
    """
    _check_counts(pieces)
    now = clock.now()
    for sku_id in sorted(pieces):
        count = pieces[sku_id]
        enough = Sku.objects.filter(pk=sku_id, stock__gte=count)
        # An absurd count is no number for the column.
        if count > MOST_PIECES or not enough.update(stock=F("stock") - count, index_dirty_at=now):
            raise StockShort(sku_id=sku_id, left=_left(sku_id) or 0)
    _book({sku_id: -count for sku_id, count in pieces.items()}, cause=cause, reference=reference)


def take_locked_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Take so many pieces of each SKU whose row the caller has locked, in id order: one UPDATE for all of them.

    Call it inside the transaction that holds the locks. The UPDATE has the same guard as ``take_pieces``, so a
    caller that forgot a lock still sells nothing twice.
    Units: whole pieces, more than zero.
    Raises: StockShort naming the first SKU that has too few; the caller's transaction must not go on then.
    Emits: SkusChanged, after commit.
    """
    _check_counts(pieces)
    ids = sorted(pieces)
    wanted = Case(
        *(When(pk=sku_id, then=Value(min(pieces[sku_id], MOST_PIECES + 1))) for sku_id in ids),
        output_field=IntegerField(),
    )
    now = clock.now()
    enough = Sku.objects.filter(pk__in=ids, stock__gte=wanted)
    if enough.update(stock=F("stock") - wanted, index_dirty_at=now) < len(ids):
        # The mark tells the rows that were short from those just taken from.
        left = dict(Sku.objects.filter(pk__in=ids).exclude(index_dirty_at=now).values_list("pk", "stock"))
        short = min(left, default=ids[0])
        raise StockShort(sku_id=short, left=left.get(short, 0))
    _book({sku_id: -count for sku_id, count in pieces.items()}, cause=cause, reference=reference)


@transaction.atomic
def give_back_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Give so many pieces of each SKU back. The caller makes sure, by its own guarded change, that it is once.

    Units: whole pieces, more than zero. Locks: as ``take_pieces``.
    Raises: SkuNotFound, which nothing that was ever taken can be.
    Emits: SkusChanged, after commit.
    """
    _check_counts(pieces)
    now = clock.now()
    for sku_id in sorted(pieces):
        given = Sku.objects.filter(pk=sku_id).update(stock=F("stock") + pieces[sku_id], index_dirty_at=now)
        if not given:
            raise SkuNotFound()
    _book(pieces, cause=cause, reference=reference)


@transaction.atomic
def adjust_stock(*, sku_id: int, delta: int, by_id: int | None, note: str) -> int:
    """Add or remove pieces by hand and return what is left.

    Units: whole pieces; zero changes nothing.
    Raises: SkuNotFound; StockShort when fewer than ``-delta`` pieces are left; StockTooHigh.
    Emits: SkusChanged, after commit.
    """
    left = _left(sku_id)
    if left is None:
        raise SkuNotFound()
    if not delta:
        return left
    # Absurd numbers are refused here; the column, and SQLite's parameters, would not take them.
    if delta > MOST_PIECES:
        raise StockTooHigh(most=MOST_PIECES)
    if delta < -MOST_PIECES:
        raise StockShort(sku_id=sku_id, left=left)
    fitting = Sku.objects.filter(pk=sku_id, stock__gte=-delta, stock__lte=MOST_PIECES - max(delta, 0))
    if not fitting.update(stock=F("stock") + delta, index_dirty_at=clock.now()):
        if delta > 0:
            raise StockTooHigh(most=MOST_PIECES)
        raise StockShort(sku_id=sku_id, left=_left(sku_id) or 0)
    _book({sku_id: delta}, cause=Cause.ADJUSTED, reference="", note=note, by_id=by_id)
    return _left(sku_id) or 0


@transaction.atomic
def set_stock(
    *,
    counts: Mapping[int, int],
    cause: StockMovement.Cause,
    reference: str,
    note: str = "",
    by_id: int | None = None,
) -> int:
    """Make each SKU's stock this number, as an import or a first count says, and return how many SKUs changed.

    Units: whole pieces. SKUs that do not exist are left out.
    Locks: the SKUs' rows in id order; what was sold meanwhile is read under the lock, not before it.
    Raises: ValueError for a negative number; StockTooHigh.
    Emits: SkusChanged, after commit.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("stock is never negative")
    if any(count > MOST_PIECES for count in counts.values()):
        raise StockTooHigh(most=MOST_PIECES)
    current = dict(Sku.objects.select_for_update().filter(pk__in=counts).order_by("pk").values_list("pk", "stock"))
    deltas = {pk: counts[pk] - left for pk, left in current.items() if counts[pk] != left}
    now = clock.now()
    rows = [Sku(pk=pk, stock=counts[pk], index_dirty_at=now) for pk in deltas]
    Sku.objects.bulk_update(rows, ["stock", "index_dirty_at"], batch_size=500)
    _book(deltas, cause=cause, reference=reference, note=note, by_id=by_id)
    return len(deltas)


def _check_counts(pieces: Mapping[int, int]) -> None:
    if any(count < 1 for count in pieces.values()):
        raise ValueError("a piece count is at least one")


def _left(sku_id: int) -> int | None:
    return Sku.objects.filter(pk=sku_id).values_list("stock", flat=True).first()


def _book(deltas: Mapping[int, int], *, cause: str, reference: str, note: str = "", by_id: int | None = None) -> None:
    """Write the ledger rows and tell the index, whose mark the UPDATE has set."""
    StockMovement.objects.bulk_create(
        [
            StockMovement(sku_id=pk, delta=delta, cause=cause, reference=reference, note=note, by_id=by_id)
            for pk, delta in sorted(deltas.items())
        ],
        batch_size=1000,
    )
    tell_changed(deltas)
