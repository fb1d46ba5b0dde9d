"""Asking the engine, or the database while the engine is away; what was answered a moment ago is not asked again.

A page is remembered for ``SEARCH_KEEP_SECONDS``, or until the index changes. What is counted along with it (how many
fit, what each filter would leave) costs the engine ten times as much and changes little, so it is remembered for
``SEARCH_COUNTS_SECONDS`` whatever becomes of the index, as long again and again while that stays as it is, and for
every page and order of the same question. Prices, stock and being on sale never come from here.
"""

import logging
import time
from collections.abc import Collection, Hashable
from dataclasses import fields, replace
from typing import NamedTuple

from django.conf import settings

from kernel import clock
from search import freshness
from search.breaker import breaker
from search.engine import Answer, Question, engine, fallback
from search.remembered import Remembered

logger = logging.getLogger(__name__)

#: An answer, and whether the engine is away.
Told = tuple[Answer, bool]


class _Kept(NamedTuple):
    """An answer, the state of the index from which on it holds, and when it was asked for."""

    told: Told
    state: Hashable
    born: float


_pages: Remembered[Hashable, _Kept] = Remembered(seconds=lambda: settings.SEARCH_KEEP_SECONDS, most=2000)
_counts: Remembered[Hashable, _Kept] = Remembered(seconds=lambda: settings.SEARCH_COUNTS_LONGEST, most=2000)
_OF_A_PAGE = {"offset", "limit", "ordering", "counted"}


def ask(question: Question, *, fresh: bool = False) -> Told:
    """The engine's answer, or the database's while the engine is away. ``fresh``: nothing remembered will do.

    Shape: (answer, whether the engine is away).
    """
    if fresh or settings.SEARCH_KEEP_SECONDS <= 0 or not clock.is_real():
        return asked(question)
    state, now = freshness.state(question.language), time.monotonic()

    def kept(of: Question) -> _Kept:
        return _Kept(asked(of), state, now)

    def counts_hold(one: _Kept) -> bool:
        return one.state == state or now - one.born < settings.SEARCH_COUNTS_SECONDS

    page_of = replace(question, counted=False, facets=False)
    count_of = replace(question, offset=0, limit=0, ordering=None)
    counts_key = _key(count_of, but=_OF_A_PAGE)
    #: Both at once, where neither is known: the engine then looks for what fits once, not twice.
    whole: list[_Kept] = []

    def page_kept() -> _Kept:
        if not question.counted or _counts.knows(counts_key, holds=counts_hold):
            return kept(page_of)
        whole.append(kept(question))
        answer, is_away = whole[0].told
        return _Kept((replace(answer, counts=None), is_away), state, now)

    page, is_away = _pages.get(_key(page_of), page_kept, holds=lambda one: one.state == state).told
    if not question.counted:
        return page, is_away
    counted, was_away = _counts.get(counts_key, lambda: whole[0] if whole else kept(count_of), holds=counts_hold).told
    if bool(counted.total) != bool(page.total):
        # The first product that fits has come, or the last one has gone.
        counted, was_away = asked(count_of)
    total = max(counted.total, question.offset + len(page.hits) if page.hits else 0)
    return replace(page, total=total, counts=counted.counts), is_away or was_away


def _key(question: Question, *, but: Collection[str] = ()) -> Hashable:
    """What a question asks, whenever it is asked."""
    asked_for = {one.name: getattr(question, one.name) for one in fields(question) if one.name not in {"at", *but}}
    asked_for["specs"] = tuple(sorted(question.specs.items()))
    return tuple(asked_for.values())


def asked(question: Question) -> Told:
    """The answer of now."""
    main, spare = engine(question.language), fallback(question.language)
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


def forget() -> None:
    """Nothing is remembered."""
    _pages.forget()
    _counts.forget()
    freshness.forget()
