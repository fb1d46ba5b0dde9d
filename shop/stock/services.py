"""The only writer of stock columns. Every change is one guarded UPDATE and one ledger row.

SKUs are always touched in id order, so two orders with the same SKUs cannot wait for each other.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from kernel import clock
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Sku
from shop.catalog.selectors import LOW
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
    Emits: SkusChanged for those of which buyers now see something else, after commit.
    """
    _check_counts(pieces)
    left: dict[int, int] = {}
    for sku_id in sorted(pieces):
        left |= _taken({sku_id: pieces[sku_id]})
        if sku_id not in left:
            raise StockShort(sku_id=sku_id, left=_left(sku_id) or 0)
    _write_down({sku_id: -count for sku_id, count in pieces.items()}, cause=cause, reference=reference)
    tell_taken(pieces=pieces, left=left)


def take_locked_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Take so many pieces of each SKU whose row the caller has locked, in id order: one UPDATE for all of them.

    Call it inside the transaction that holds the locks. The UPDATE has the same guard as ``take_pieces``, so a
    caller that forgot a lock still sells nothing twice.
    Units: whole pieces, more than zero.
    Raises: StockShort naming the first SKU that has too few; the caller's transaction must not go on then.
    Emits: as ``take_pieces``.
    """
    _check_counts(pieces)
    left = _taken(pieces)
    check_taken(pieces=pieces, left=left)
    _write_down({sku_id: -count for sku_id, count in pieces.items()}, cause=cause, reference=reference)
    tell_taken(pieces=pieces, left=left)


def check_taken(*, pieces: Mapping[int, int], left: Mapping[int, int]) -> None:
    """Make sure that all of these pieces were taken: ``left`` is what the UPDATE returned, by SKU.

    Raises: StockShort naming the first SKU that it did not reach; the transaction must not go on then.
    """
    if missing := set(pieces) - set(left):
        sku_id = min(missing)
        raise StockShort(sku_id=sku_id, left=_left(sku_id) or 0)


def tell_taken(*, pieces: Mapping[int, int], left: Mapping[int, int]) -> None:
    """Tell of the SKUs whose stock buyers now see differently: above ``LOW`` nobody is told the number.

    Emits: SkusChanged, after commit.
    """
    tell_changed(sku_id for sku_id in pieces if left[sku_id] <= LOW)


#: Guarded, and with the index's mark where buyers see a change, in one statement; returns what is left by SKU.
#: A row whose mark stays keeps all its index entries, so PostgreSQL changes it in place (a HOT update).
#: ``wanted`` names ``(sku_id, pieces)``. Plan on PostgreSQL 15: nested loop, primary key of shop_sku, a row each.
TAKE_WANTED = """
    UPDATE shop_sku
       SET stock = stock - wanted.pieces,
           index_dirty_at = CASE WHEN stock - wanted.pieces <= %s THEN %s ELSE index_dirty_at END
      FROM wanted
     WHERE shop_sku.id = wanted.sku_id AND stock >= wanted.pieces
 RETURNING shop_sku.id, stock
"""

#: The ledger's rows of what ``TAKE_WANTED`` took, where both stand in one statement as ``wanted`` and ``taken``.
BOOK_TAKEN = """
    INSERT INTO shop_stockmovement (sku_id, delta, cause, reference, note, created_at)
    SELECT taken.id, -wanted.pieces, %s, %s, '', %s
      FROM taken JOIN wanted ON wanted.sku_id = taken.id ORDER BY taken.id
"""


def _taken(pieces: Mapping[int, int]) -> dict[int, int]:
    """Take what is there and return what is left of it, by SKU; those that have too few are not in it."""
    rows = ", ".join(["(%s, %s)"] * len(pieces))
    # An absurd count is no number for the column.
    wanted = [value for sku_id in sorted(pieces) for value in (sku_id, min(pieces[sku_id], MOST_PIECES + 1))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH wanted (sku_id, pieces) AS (VALUES {rows}) {TAKE_WANTED}",  # only placeholders
            [*wanted, *mark_values()],
        )
        return dict(cursor.fetchall())


def mark_values() -> list[Any]:
    """What ``TAKE_WANTED`` needs beside ``wanted``: below which stock buyers see a change, and the mark."""
    return [LOW, connection.ops.adapt_datetimefield_value(clock.now())]


def book_values(*, cause: StockMovement.Cause, reference: str) -> list[Any]:
    """What ``BOOK_TAKEN`` needs."""
    return [cause.value, reference, connection.ops.adapt_datetimefield_value(clock.now())]


@transaction.atomic
def give_back_pieces(*, pieces: Mapping[int, int], cause: StockMovement.Cause, reference: str) -> None:
    """Give so many pieces of each SKU back. The caller makes sure, by its own guarded change, that it is once.

    Units: whole pieces, more than zero. Locks: as ``take_pieces``.
    Raises: SkuNotFound, which nothing that was ever taken can be.
    Emits: as ``take_pieces``.
    """
    _check_counts(pieces)
    left = {sku_id: _given_back(sku_id, pieces[sku_id]) for sku_id in sorted(pieces)}
    _write_down(pieces, cause=cause, reference=reference)
    tell_changed(sku_id for sku_id in pieces if left[sku_id] - pieces[sku_id] <= LOW)


def _given_back(sku_id: int, count: int) -> int:
    """Add the pieces, with the index's mark where buyers see a change, and return how many there are now.

    Plan on PostgreSQL 15: primary key of shop_sku, one row; changed in place where the mark stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shop_sku SET stock = stock + %s, index_dirty_at = CASE WHEN stock <= %s THEN %s "
            "ELSE index_dirty_at END WHERE id = %s RETURNING stock",
            [count, *mark_values(), sku_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise SkuNotFound()
    return int(row[0])


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
    _write_down(deltas, cause=cause, reference=reference, note=note, by_id=by_id)
    tell_changed(deltas)


def _write_down(
    deltas: Mapping[int, int], *, cause: str, reference: str, note: str = "", by_id: int | None = None
) -> None:
    StockMovement.objects.bulk_create(
        [
            StockMovement(sku_id=pk, delta=delta, cause=cause, reference=reference, note=note, by_id=by_id)
            for pk, delta in sorted(deltas.items())
        ],
        batch_size=1000,
    )
