"""Words offered to those who search: hot ones, and those that what was typed may become."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from kernel import clock
from search.models import HotWord, QueryCount, Term
from search.remembered import Remembered
from search.text import canonical

#: Hot words shown at the most, and the days whose searches make a word hot by itself.
MOST_HOT = 10
_HOT_DAYS = 7
_MOST_SUGGESTED = 10
_SUGGESTED_DAYS = 30
_ORDER = {Term.Kind.CATEGORY: 0, Term.Kind.BRAND: 1, Term.Kind.WORD: 2, Term.Kind.PRODUCT: 3}

SuggestionKind = Literal["category", "brand", "product", "word"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    kind: SuggestionKind


_remembered: Remembered[str, list[Suggestion]] = Remembered(seconds=lambda: settings.SEARCH_WORDS_SECONDS, most=5000)


def hot_words(*, limit: int = MOST_HOT) -> list[str]:
    """Staff's words in their order, then what was searched most in a week and found something. Two queries."""
    now = clock.now()
    live = Q(is_shown=True) & (Q(starts_at=None) | Q(starts_at__lte=now)) & (Q(ends_at=None) | Q(ends_at__gt=now))
    ranked = list(HotWord.objects.filter(live).values_list("text", flat=True)[:limit])
    since = timezone.localdate(now) - timedelta(days=_HOT_DAYS)
    kept_back = HotWord.objects.filter(is_shown=False).values_list("text", flat=True)
    measured = (
        QueryCount.objects.filter(day__gt=since, found__gt=0)
        .exclude(text__in=kept_back)
        .values_list("text")
        .annotate(times=Sum("count"))
        .order_by("-times", "text")
    )
    return _once([*ranked, *(text for text, _times in measured[: limit * 2])])[:limit]


def suggestions(typed: str) -> list[Suggestion]:
    """What this beginning may become: categories, brands, products, words searched before.

    The beginning may be Chinese, pinyin or first letters. Two queries, or none for what others typed just now.
    """
    spelled = canonical(typed)
    return _remembered.get(spelled, lambda: _suggestions(spelled)) if spelled else []


def _suggestions(spelled: str) -> list[Suggestion]:
    start = spelled.replace(" ", "")
    begins = Q(folded__startswith=start) | Q(pinyin__startswith=start) | Q(initials__startswith=start)
    # A word of letters alone, cut out of names, helps to correct; here its products' names say more.
    terms = Term.objects.filter(begins).exclude(kind=Term.Kind.WORD).order_by("-weight", "text")
    rows = sorted(
        terms.values_list("text", "kind", "weight")[:60], key=lambda row: (_ORDER[Term.Kind(row[1])], -row[2])
    )
    found = [Suggestion(text, kind) for text, kind, _weight in rows]  # type: ignore[arg-type]
    since = timezone.localdate(clock.now()) - timedelta(days=_SUGGESTED_DAYS)
    past = (
        QueryCount.objects.filter(text__startswith=spelled, day__gt=since, found__gt=0)
        .values_list("text")
        .annotate(times=Sum("count"))
        .order_by("-times", "text")
    )
    known = [Suggestion(text, "word") for text, _times in past[:5]]
    heads = [one for one in found if one.kind != "product"][:5]
    products = [one for one in found if one.kind == "product"]
    mixed: dict[str, Suggestion] = {}
    for one in [*heads, *known, *products]:
        mixed.setdefault(canonical(one.text), one)
    return list(mixed.values())[:_MOST_SUGGESTED]


def _once(words: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(canonical(word), word)
    return list(found.values())
