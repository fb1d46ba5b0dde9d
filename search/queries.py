"""Searching as buyers do it: the engine, else the database; staff's placements; rows as they are now."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.breaker import breaker
from search.corrections import did_you_mean
from search.engine import DEEPEST_HIT, Answer, Counts, Hit, Question, engine, fallback
from search.highlight import highlighted
from search.models import Placement
from search.querylog import log
from search.text import canonical
from search.words import suggestions
from shop.catalog.errors import PriceRangeReversed
from shop.catalog.selectors import SkuCard, cards_by_id

logger = logging.getLogger(__name__)

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


def search(question: Question, *, counted: bool = True) -> Result:
    """Answer a question whose text is as the buyer typed it.

    Hits are joined with the database: what is off sale never shows, however old the index, and
    prices and stock are those of now. Past the last page, and deeper than DEEPEST_HIT, is an empty page.
    Raises: PriceRangeReversed.
    """
    _check(question)
    typed = question.text
    question = replace(question, text=canonical(typed))
    answer, degraded = _with_placements(question)
    cards = {card.id: card for card in cards_by_id([hit.sku_id for hit in answer.hits])}
    rows = [
        Found(cards[hit.sku_id], highlighted(cards[hit.sku_id].name, typed))
        for hit in answer.hits
        if hit.sku_id in cards
    ]
    meant = None
    if question.text and (not answer.total or answer.loosened):
        meant = did_you_mean(typed, finds=lambda text: _finds(question, text))
    if counted and question.text and question.offset == 0:
        log.record(typed, found=0 if answer.loosened else answer.total)
    return Result(
        count=answer.total,
        rows=rows,
        counts=answer.counts,
        suggestions=_related(question.text) if question.facets else (),
        did_you_mean=meant,
        degraded=degraded,
    )


def _check(question: Question) -> None:
    least, most = question.min_price, question.max_price
    if least is not None and most is not None and least > most:
        raise PriceRangeReversed(min_price=least, max_price=most)


def _ask(question: Question) -> tuple[Answer, bool]:
    """The engine's answer, or the database's while the engine is away. Shape: (answer, whether it is away)."""
    main, spare = engine(), fallback()
    if main is spare:
        return main.ask(question), False
    if breaker.lets_through():
        try:
            answer = main.ask(question)
        except Exception:
            # Whatever it is, it must not stop anybody from buying.
            breaker.failed()
            logger.exception("search engine failed, the database answers")
        else:
            breaker.succeeded()
            return answer, False
    return spare.ask(question), True


def _finds(question: Question, text: str) -> bool:
    answer, _degraded = _ask(replace(question, text=text, offset=0, limit=1, facets=False))
    return answer.total > 0 and not answer.loosened


def _with_placements(question: Question) -> tuple[Answer, bool]:
    """The answer with what staff pinned at its top and without what they hid.

    Pins hold for the order of relevance alone, and a pinned product must fit the filters.
    """
    if question.offset + question.limit > DEEPEST_HIT:
        answer, degraded = _ask(replace(question, offset=0, limit=0))
        return replace(answer, hits=[]), degraded
    pinned, hidden = _placements(question.text)
    pins: list[Hit] = []
    if pinned and question.ordering is None:
        # Their words need not fit: that is what pins are for.
        fitting, _degraded = _ask(
            replace(question, text="", only_spu_ids=tuple(pinned), offset=0, limit=len(pinned), facets=False)
        )
        by_spu = {hit.spu_id: hit for hit in fitting.hits}
        pins = [by_spu[spu_id] for spu_id in pinned if spu_id in by_spu]
    shown_pins = pins[question.offset : question.offset + question.limit]
    asked = replace(
        question,
        hidden_spu_ids=(*hidden, *(hit.spu_id for hit in pins)),
        offset=max(0, question.offset - len(pins)),
        limit=question.limit - len(shown_pins),
    )
    answer, degraded = _ask(asked)
    return replace(answer, hits=[*shown_pins, *answer.hits], total=answer.total + len(pins)), degraded


def _placements(text: str) -> tuple[list[int], tuple[int, ...]]:
    if not text:
        return [], ()
    rows = list(Placement.objects.filter(folded=text).order_by("rank", "pk").values_list("kind", "spu_id"))
    pinned = [spu_id for kind, spu_id in rows if kind == Placement.Kind.PIN]
    return pinned, tuple(spu_id for kind, spu_id in rows if kind == Placement.Kind.HIDE)


def _related(text: str) -> list[str]:
    """Other things one may search for, that begin like this one."""
    return [one.text for one in suggestions(text) if canonical(one.text) != text][:_MOST_RELATED] if text else []
