"""Counting what beacons told, in batches: one row per block, version and day."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cms.models import AttributedOrder, BlockFigure, BlockTrace, Variant
from cms.selectors.block_keys import countable_keys
from cms.services.beacons import JOURNAL
from kernel import clock, journal
from shop.orders.models import Order

logger = logging.getLogger(__name__)

#: Lines that are counted in one transaction, and rows that one statement holds.
LINES = 2_000
ROWS = 500
#: So many batches a sweep; what is left waits for the next.
BATCHES = 20

#: Visitor of a day, block, version.
TraceKey = tuple[str, str, str]
FigureKey = tuple[date, str, str]


@dataclass(slots=True)
class _Counts:
    impressions: int = 0
    clicks: int = 0
    visitors: int = 0
    clickers: int = 0
    orders: int = 0
    amount: Decimal = Decimal(0)


@dataclass(slots=True)
class _Batch:
    """What was read of some lines: sightings in time order, and orders with the hashes of their browser."""

    sightings: list[tuple[datetime, str, str, str, bool]] = field(default_factory=list)
    orders: dict[str, list[str]] = field(default_factory=dict)


def write_figures() -> int:
    """Everything told so far stands in the figures; return how many lines that were.

    Each line is taken once. When the database refuses, the lines of that batch are put back and the failure is
    raised; a process that dies in between loses its batch, and only counts depend on it. One sweep at a time.
    """
    written = 0
    for _batch in range(BATCHES):
        taken = journal.take(JOURNAL, most=LINES)
        for start in range(0, len(taken), LINES):
            lines = taken[start : start + LINES]
            try:
                _write(_read(lines))
            except Exception:
                journal.put_back(JOURNAL, taken[start:])
                raise
            written += len(lines)
        if len(taken) < LINES:
            break
    return written


def forget_old_figures() -> None:
    """Traces older than yesterday and figures older than FIGURES_DAYS are gone."""
    today = timezone.localdate(clock.now())
    BlockTrace.objects.filter(day__lt=today - timedelta(days=1)).delete()
    before = today - timedelta(days=settings.FIGURES_DAYS)
    BlockFigure.objects.filter(day__lt=before).delete()
    AttributedOrder.objects.filter(day__lt=before).delete()


def _read(lines: Iterable[str]) -> _Batch:
    batch = _Batch()
    for line in lines:
        try:
            _read_line(json.loads(line), batch)
        except (ValueError, TypeError, KeyError):
            # A machine that lost its power may leave half a line.
            logger.warning("a line of the beacons' journal cannot be read")
    batch.sightings.sort(key=lambda one: one[0])
    return batch


def _read_line(told: Any, batch: _Batch) -> None:
    if "order" in told:
        batch.orders[str(told["order"])] = [str(one) for one in told["visitors"]]
        return
    at = datetime.fromtimestamp(float(told["at"]), UTC)
    visitor = str(told["visitor"])
    for key, variant, clicked in told["seen"]:
        if variant in Variant.values:
            batch.sightings.append((at, visitor, str(key), str(variant), bool(clicked)))


@transaction.atomic
def _write(batch: _Batch) -> None:
    counts: defaultdict[FigureKey, _Counts] = defaultdict(_Counts)
    if batch.sightings:
        _count_sightings(batch.sightings, counts)
    if batch.orders:
        _count_orders(batch.orders, counts)
    _add(counts)


def _count_sightings(
    sightings: Sequence[tuple[datetime, str, str, str, bool]], counts: defaultdict[FigureKey, _Counts]
) -> None:
    known = countable_keys({key for _at, _visitor, key, _variant, _clicked in sightings})
    sightings = [one for one in sightings if one[2] in known]
    traces = _traces({visitor for _at, visitor, _key, _variant, _clicked in sightings})
    changed: dict[TraceKey, BlockTrace] = {}
    for at, visitor, key, variant, clicked in sightings:
        day = timezone.localdate(at)
        trace = traces.get((visitor, key, variant))
        if trace is None:
            trace = BlockTrace(day=day, visitor=visitor, block_key=key, variant=variant)
            traces[visitor, key, variant] = trace
        if _count_one(trace, at, clicked, counts[day, key, variant]):
            changed[visitor, key, variant] = trace
    rows = [changed[key] for key in sorted(changed)]
    BlockTrace.objects.bulk_create(
        rows,
        batch_size=ROWS,
        update_conflicts=True,
        unique_fields=["visitor", "block_key", "variant"],
        update_fields=["seen_at", "clicked_at"],
    )


def _count_one(trace: BlockTrace, at: datetime, clicked: bool, figure: _Counts) -> bool:
    """Count this sighting unless it repeats an earlier one; say whether it did count."""
    again = timedelta(minutes=settings.FIGURES_REPEAT_MINUTES)
    counted = False
    # What was clicked was seen, whether or not the beacon of seeing it arrived.
    if trace.seen_at is None or (not clicked and at - trace.seen_at >= again):
        figure.visitors += trace.seen_at is None
        figure.impressions += 1
        trace.seen_at = at
        counted = True
    if clicked and (trace.clicked_at is None or at - trace.clicked_at >= again):
        figure.clickers += trace.clicked_at is None
        figure.clicks += 1
        trace.clicked_at = at
        counted = True
    return counted


def _traces(visitors: set[str]) -> dict[TraceKey, BlockTrace]:
    listed = sorted(visitors)
    return {
        (trace.visitor, trace.block_key, trace.variant): trace
        for start in range(0, len(listed), ROWS)
        for trace in BlockTrace.objects.filter(visitor__in=listed[start : start + ROWS])
    }


def _count_orders(noted: dict[str, list[str]], counts: defaultdict[FigureKey, _Counts]) -> None:
    """Each order belongs to the last thing that was clicked in its browser, in the hours before it."""
    done = set(AttributedOrder.objects.filter(number__in=noted).values_list("number", flat=True))
    fresh = sorted(set(noted) - done)
    orders = Order.objects.filter(number__in=fresh).values_list("number", "payable", "created_at")
    if not orders:
        return
    visitors = {one for number in fresh for one in noted[number]}
    clicks: defaultdict[str, list[BlockTrace]] = defaultdict(list)
    for trace in _traces(visitors).values():
        if trace.clicked_at is not None:
            clicks[trace.visitor].append(trace)
    reach = timedelta(hours=settings.FIGURES_CLICK_HOURS)
    made = []
    for number, payable, placed_at in orders:
        before = [
            trace
            for one in noted[number]
            for trace in clicks[one]
            if trace.clicked_at and placed_at - reach <= trace.clicked_at <= placed_at
        ]
        if not before:
            continue
        last = max(before, key=lambda trace: (trace.clicked_at, trace.pk))
        day = timezone.localdate(placed_at)
        figure = counts[day, last.block_key, last.variant]
        figure.orders += 1
        figure.amount += payable
        made.append(
            AttributedOrder(number=number, day=day, block_key=last.block_key, variant=last.variant, amount=payable)
        )
    AttributedOrder.objects.bulk_create(made, batch_size=ROWS)


def _add(counts: dict[FigureKey, _Counts]) -> None:
    """Add these counts to their rows."""
    wanted = {key: one for key, one in counts.items() if one != _Counts()}
    if not wanted:
        return
    standing = {
        (row.day, row.block_key, row.variant): row
        for row in BlockFigure.objects.select_for_update().filter(
            day__in={day for day, _key, _variant in wanted}, block_key__in={key for _day, key, _variant in wanted}
        )
    }
    rows = []
    for key in sorted(wanted):
        more = wanted[key]
        row = standing.get(key) or BlockFigure(day=key[0], block_key=key[1], variant=key[2])
        row.impressions += more.impressions
        row.clicks += more.clicks
        row.visitors += more.visitors
        row.clickers += more.clickers
        row.orders += more.orders
        row.amount += more.amount
        rows.append(row)
    numbers = ["impressions", "clicks", "visitors", "clickers", "orders", "amount"]
    BlockFigure.objects.bulk_create(
        rows,
        batch_size=ROWS,
        update_conflicts=True,
        unique_fields=["day", "block_key", "variant"],
        update_fields=numbers,
    )
