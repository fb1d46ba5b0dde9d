"""Searching as buyers do it: the engine, else the database; staff's placements; rows as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel import clock
from search.asking import ask
from search.corrections import did_you_mean
from search.engine import DEEPEST_HIT, Counts, Question
from search.highlight import highlighted
from search.placing import answer_with_placements
from search.querylog import log
from search.text import canonical
from search.words import suggestions
from shop.catalog.errors import PriceRangeReversed
from shop.catalog.selectors import SkuCard, cards_by_id

_MOST_RELATED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the answer. ``highlight`` is HTML, safe by itself."""

    card: SkuCard
    highlight: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a search answers. ``degraded``: the search engine was away, the database answered."""

    count: int
    rows: Sequence[Found]
    counts: Counts | None
    suggestions: Sequence[str]
    did_you_mean: str | None
    degraded: bool


def search(question: Question, *, logged: bool = True, fresh: bool = False) -> Result:
    """Answer a question whose text is as the buyer typed it. ``fresh``: as it is this very moment.

    Hits are joined with the database: what is off sale never shows, however old the index, and
    prices and stock are those of now. Past the last page, and deeper than DEEPEST_HIT, is an empty page.
    Raises: PriceRangeReversed.
    """
    _check(question)
    typed = question.text
    question = replace(question, text=canonical(typed))
    answer, degraded = answer_with_placements(question, fresh=fresh)
    cards = {card.id: card for card in cards_by_id([hit.sku_id for hit in answer.hits])}
    rows = [
        Found(cards[hit.sku_id], highlighted(cards[hit.sku_id].name, typed))
        for hit in answer.hits
        if hit.sku_id in cards
    ]
    meant = None
    if question.text and (not answer.total or answer.loosened):
        meant = did_you_mean(typed, finds=lambda text: _finds(question, text))
    if logged and question.text and question.offset == 0:
        log.record(typed, found=0 if answer.loosened else answer.total)
    return Result(
        count=answer.total,
        rows=rows,
        counts=answer.counts,
        suggestions=_related(question.text) if question.facets else (),
        did_you_mean=meant,
        degraded=degraded,
    )


def found_spu_ids(typed: str) -> list[int]:
    """The products that fit these words, the best first, up to DEEPEST_HIT: for lists with filters of their own."""
    question = Question(at=clock.now(), text=canonical(typed), limit=DEEPEST_HIT, counted=False)
    answer, _degraded = answer_with_placements(question)
    return [hit.spu_id for hit in answer.hits]


def _check(question: Question) -> None:
    least, most = question.min_price, question.max_price
    if least is not None and most is not None and least > most:
        raise PriceRangeReversed(min_price=least, max_price=most)


def _finds(question: Question, text: str) -> bool:
    answer, _is_away = ask(replace(question, text=text, offset=0, limit=1, facets=False, counted=False))
    return answer.total > 0 and not answer.loosened


def _related(text: str) -> list[str]:
    """Other things one may search for, that begin like this one."""
    return [one.text for one in suggestions(text) if canonical(one.text) != text][:_MOST_RELATED] if text else []
