"""Reads of what blocks did: sums of some days, by block and version, and day by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from cms.models import BlockFigure, Variant
from cms.selectors.block_keys import KeyPlace, all_places
from cms.significance import Seen, Verdict, compare
from kernel import clock

#: Columns that are summed.
NUMBERS = ("impressions", "clicks", "visitors", "clickers", "orders", "amount")


@dataclass(frozen=True, slots=True)
class Sums:
    """What something did in some days. Visitors of several days are counted once a day."""

    impressions: int = 0
    clicks: int = 0
    visitors: int = 0
    clickers: int = 0
    orders: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Sums)))

    @property
    def click_rate(self) -> float:
        """Clicks by impressions."""
        return self.clicks / self.impressions if self.impressions else 0.0


@dataclass(slots=True)
class BlockRow:
    """One block, banner or ad of the report, with its versions where two are tested."""

    place: KeyPlace
    total: Sums = field(default_factory=Sums)
    versions: dict[str, Sums] = field(default_factory=dict)

    @property
    def sides(self) -> list[dict[str, Any]]:
        """Both versions for a table."""
        found = []
        for version in Variant.A, Variant.B:
            sums = self.versions.get(version, Sums())
            found.append({"name": version.label, "sums": sums, "rate": Seen(sums.visitors, sums.clickers).rate})
        return found

    @property
    def verdict(self) -> Verdict | None:
        """What can be said of the two versions; None without a test."""
        if not {"a", "b"} & set(self.versions):
            return None
        a, b = self.versions.get("a", Sums()), self.versions.get("b", Sums())
        return compare(Seen(a.visitors, a.clickers), Seen(b.visitors, b.clickers))


@dataclass(frozen=True, slots=True)
class Day:
    """All blocks together on one day."""

    day: date
    impressions: int
    clicks: int


def first_day(days: int) -> date:
    """The first of so many days that end today."""
    return timezone.localdate(clock.now()) - timedelta(days=days - 1)


def sums_of(keys: Iterable[str], *, days: int) -> dict[tuple[str, str], Sums]:
    """Sums by key and version; one query."""
    rows = BlockFigure.objects.filter(block_key__in=list(keys), day__gte=first_day(days))
    return _summed(rows)


def report(*, days: int) -> list[BlockRow]:
    """Every block that did anything in these days, the most seen first. A fixed number of queries."""
    places = all_places()
    rows: dict[str, BlockRow] = {}
    for (key, variant), sums in _summed(BlockFigure.objects.filter(day__gte=first_day(days))).items():
        row = rows.setdefault(key, BlockRow(places.get(key) or gone(key)))
        row.total += sums
        if variant:
            row.versions[variant] = sums
    return sorted(rows.values(), key=lambda row: (-row.total.impressions, row.place.key))


def gone(key: str) -> KeyPlace:
    """Stands for something that is on no page any more."""
    return KeyPlace(key, None, "", "", 0)


def by_day(*, days: int) -> list[Day]:
    """All blocks together, every day, also those on which nothing happened; one query."""
    first = first_day(days)
    rows = BlockFigure.objects.filter(day__gte=first).values_list("day").order_by("day")
    found = {day: (seen, clicked) for day, seen, clicked in rows.annotate(Sum("impressions"), Sum("clicks"))}
    every = [first + timedelta(days=number) for number in range(days)]
    return [Day(day, *found.get(day, (0, 0))) for day in every]


def figures_since(*, days: int) -> QuerySet[BlockFigure]:
    """The rows of these days, oldest first, for a file."""
    return BlockFigure.objects.filter(day__gte=first_day(days)).order_by("day", "block_key", "variant")


def seven_and_thirty(keys: Iterable[str]) -> dict[str, tuple[Sums, Sums]]:
    """Sums of the last 7 and the last 30 days, by key, versions together; one query."""
    week = Q(day__gte=first_day(7))
    asked: dict[str, Any] = {f"month_{name}": Sum(name) for name in NUMBERS}
    asked |= {f"week_{name}": Sum(name, filter=week) for name in NUMBERS}
    rows = BlockFigure.objects.filter(block_key__in=list(keys), day__gte=first_day(30)).values("block_key")
    grouped: Any = rows.order_by().annotate(**asked)
    return {row["block_key"]: (_sums(row, "week_"), _sums(row, "month_")) for row in grouped}


def _sums(row: dict[str, Any], prefix: str) -> Sums:
    found: dict[str, Any] = {name: row[f"{prefix}{name}"] or 0 for name in NUMBERS}
    return Sums(**found)


def _summed(rows: QuerySet[BlockFigure]) -> dict[tuple[str, str], Sums]:
    asked = {f"sum_{name}": Sum(name) for name in NUMBERS}
    grouped: Any = rows.order_by().values("block_key", "variant").annotate(**asked)
    return {(row["block_key"], row["variant"]): _sums(row, "sum_") for row in grouped}
