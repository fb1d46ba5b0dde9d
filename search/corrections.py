"""What was probably meant by a text that finds nothing: by its sound first, then by its spelling."""

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings

from search import phonetics
from search.distance import allowed, edits
from search.models import Term
from search.remembered import Remembered
from search.text import canonical, is_chinese

#: Guesses that are tried out before giving up.
_MOST_TRIED = 3
#: Words compared by spelling; those with the most products first.
_MOST_KNOWN = 20_000
_KINDS = [Term.Kind.CATEGORY, Term.Kind.BRAND, Term.Kind.WORD]


def did_you_mean(text: str, *, finds: Callable[[str], bool]) -> str | None:
    """The likeliest text near this one that finds something, or None.

    ``finds`` asks the engine. It is offered beside the empty answer and never searched by itself.
    """
    spelled = canonical(text)
    if not spelled:
        return None
    tried: set[str] = {spelled}
    for guess in _guesses(spelled):
        key = canonical(guess)
        if key in tried:
            continue
        tried.add(key)
        if finds(key):
            return guess
        if len(tried) > _MOST_TRIED:
            break
    return None


def _guesses(spelled: str) -> Iterator[str]:
    yield from _by_sound(spelled)
    yield from _by_spelling(spelled)


def _by_sound(spelled: str) -> Iterator[str]:
    """Chinese words that sound like a part of the text, longest parts first; the rest of the text stays."""
    windows: dict[str, list[tuple[str, int, int]]] = {}
    words = spelled.split()
    for word in words:
        if not is_chinese(word):
            continue
        read = phonetics.syllables(word)
        for size in range(min(len(read), 6), 1, -1):
            for start in range(len(read) - size + 1):
                windows.setdefault("".join(read[start : start + size]), []).append((word, start, start + size))
    if not windows:
        return
    terms = Term.objects.filter(pinyin__in=list(windows), kind__in=_KINDS).order_by("-weight")
    ranked = sorted(terms.values_list("folded", "pinyin")[:50], key=lambda term: -len(term[0]))
    for folded, pinyin in ranked:
        for word, start, end in windows[pinyin]:
            if is_chinese(folded) and len(folded) == end - start and word[start:end] != folded:
                changed = word[:start] + folded + word[end:]
                yield " ".join(changed if one == word else one for one in words)


def _by_spelling(spelled: str) -> Iterator[str]:
    words = spelled.split()
    known = _known()
    whole = spelled.replace(" ", "")
    for text, _distance in _nearest(whole, known):
        yield text
    if len(words) > 1:
        # Each word put right by itself, where it has a near one.
        fixed = [next(iter(_nearest(word, known)), (word, 0))[0] for word in words]
        yield " ".join(fixed)


_Known = list[tuple[str, str, str]]
_remembered: Remembered[str, _Known] = Remembered(seconds=lambda: settings.SEARCH_WORDS_SECONDS)


def _known() -> _Known:
    """Shape: (as shown, as compared, as typed in pinyin)."""
    return _remembered.get("", _look_up)


def _look_up() -> _Known:
    terms = Term.objects.filter(kind__in=_KINDS).order_by("-weight", "pk")
    return list(terms.values_list("text", "folded", "pinyin")[:_MOST_KNOWN])


def _nearest(word: str, known: Iterable[tuple[str, str, str]]) -> list[tuple[str, int]]:
    """The three known words nearest to this one, best first; those of more products before others."""
    found: list[tuple[int, int, str]] = []
    chinese = is_chinese(word)
    most = (1 if len(word) > 1 else 0) if chinese else allowed(word)
    if not most:
        return []
    for place, (text, folded, pinyin) in enumerate(known):
        for compared in (folded,) if chinese else (folded, pinyin):
            if abs(len(compared) - len(word)) > most or compared == word:
                continue
            if chinese and not set(compared) & set(word):
                continue
            distance = edits(word, compared, most=most)
            # Of two characters one would be half the word: they must begin alike.
            if distance <= most and (not chinese or len(word) > 2 or compared[0] == word[0]):
                found.append((distance, place, text))
                break
    return [(text, distance) for distance, _place, text in sorted(found)[:3]]
