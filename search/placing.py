"""What staff pinned to the top of an answer, and what they took out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.conf import settings

from search.asking import Told, ask
from search.engine import DEEPEST_HIT, Answer, Counts, Hit, Question
from search.models import Placement
from search.remembered import Remembered

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Placed:
    """Ids of SPUs: those pinned, in their order, and those hidden."""

    pinned: Sequence[int] = field(default_factory=list)
    hidden: Sequence[int] = field(default_factory=list)


_table: Remembered[str, Mapping[str, Placed]] = Remembered(seconds=lambda: settings.SEARCH_PLACED_SECONDS)


def _look_up() -> dict[str, Placed]:
    found: dict[str, Placed] = {}
    rows = Placement.objects.order_by("rank", "pk").values_list("folded", "kind", "spu_id")
    for folded, kind, spu_id in rows:
        placed = found.setdefault(folded, Placed([], []))
        (placed.pinned if kind == Placement.Kind.PIN else placed.hidden).append(spu_id)  # type: ignore[attr-defined]
    return found


def placed(text: str, *, fresh: bool = False) -> Placed:
    """What staff decided for this canonical text."""
    if not text:
        return Placed()
    table = _look_up() if fresh else _table.get("", _look_up)
    return table.get(text, Placed())


def answer_with_placements(question: Question, *, fresh: bool = False) -> Told:
    """The answer with what staff pinned at its top and without what they hid, both in the counts, too.

    Pins hold for the order of relevance alone, and a pinned product must fit the filters; its words need not fit.
    """
    found = placed(question.text, fresh=fresh)
    question = replace(question, hidden_spu_ids=tuple(found.hidden))
    is_too_deep = question.offset + question.limit > DEEPEST_HIT
    if is_too_deep:
        question = replace(question, offset=0, limit=0)
    if not found.pinned or question.ordering is not None:
        answer, is_away = ask(question, fresh=fresh)
        return answer, is_away
    pinned = tuple(found.pinned)
    fitting, _is_away = ask(replace(question, text="", only_spu_ids=pinned, offset=0, limit=len(pinned)), fresh=fresh)
    by_spu = {hit.spu_id: hit for hit in fitting.hits}
    pins = [by_spu[spu_id] for spu_id in pinned if spu_id in by_spu]
    shown = pins[question.offset : question.offset + question.limit]
    # All of them stay out of the rest, so that no product is counted in both.
    rest = replace(
        question,
        hidden_spu_ids=(*found.hidden, *pinned),
        offset=max(0, question.offset - len(pins)),
        limit=question.limit - len(shown),
    )
    answer, is_away = ask(rest, fresh=fresh)
    return _together(shown, fitting, answer), is_away


def _together(shown: Sequence[Hit], pins: Answer, rest: Answer) -> Answer:
    counts = rest.counts
    if counts is not None and pins.counts is not None:
        counts = _summed(counts, pins.counts)
    loosened = rest.loosened and not pins.total
    return Answer(hits=[*shown, *rest.hits], total=rest.total + pins.total, counts=counts, loosened=loosened)


def _summed(one: Counts, other: Counts) -> Counts:
    """The counts of two sets of products that have none in common."""
    names = dict.fromkeys([*one.specs, *other.specs])
    lowest = [price for price in (one.min_price, other.min_price) if price is not None]
    highest = [price for price in (one.max_price, other.max_price) if price is not None]
    return Counts(
        categories=_added(one.categories, other.categories),
        brands=_added(one.brands, other.brands),
        specs={name: _added(one.specs.get(name, {}), other.specs.get(name, {})) for name in names},
        in_stock=one.in_stock + other.in_stock,
        min_price=min(lowest, default=None),
        max_price=max(highest, default=None),
    )


def _added(one: Mapping[K, int], other: Mapping[K, int]) -> dict[K, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)}
