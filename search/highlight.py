"""Showing where a name fits what was asked: HTML that is safe by itself, with ``<em>`` and nothing else."""

import html
import re
from functools import lru_cache
from itertools import groupby

from search import phonetics
from search.distance import allowed, edits
from search.text import canonical, chinese_runs, folded, is_chinese

_LATIN = re.compile(r"[a-z0-9]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
#: Longer runs are titles that were pasted; looking for all their parts would take long.
_LONGEST_RUN = 20
_LONGEST_READING = 6


# The same products are found by the same words again and again.
@lru_cache(maxsize=10_000)
def highlighted(name: str, text: str) -> str:
    """The name as HTML, what fits the words of the text between ``<em>`` and ``</em>``."""
    plain = _one_for_one(name)
    marks = [False] * len(name)
    for word in canonical(text).split():
        for start, end in _places(word, plain):
            marks[start:end] = [True] * (end - start)
    parts = []
    for is_marked, group in groupby(zip(name, marks, strict=True), key=lambda pair: pair[1]):
        part = html.escape("".join(one for one, _mark in group))
        parts.append(f"<em>{part}</em>" if is_marked else part)
    return "".join(parts)


def _one_for_one(name: str) -> str:
    """The folded name with each character at its own place."""
    return "".join(one if len(one) == 1 else original for original in name for one in [folded(original)])


def _places(word: str, plain: str) -> list[tuple[int, int]]:
    if is_chinese(word):
        return _parts(word[:_LONGEST_RUN], plain)
    found = [(at.start(), at.end()) for at in re.finditer(rf"(?<![a-z0-9]){re.escape(word)}", plain)]
    found = found or [(at.start(), at.end()) for at in re.finditer(re.escape(word), plain)]
    return found or _mistyped(word, plain) or _read(word, plain)


def _parts(run: str, plain: str) -> list[tuple[int, int]]:
    """Where the longest parts of a run stand; single characters only for a run of one."""
    least = min(2, len(run))
    for size in range(len(run), least - 1, -1):
        for start in range(len(run) - size + 1):
            part = run[start : start + size]
            found = [(at.start(), at.end()) for at in re.finditer(re.escape(part), plain)]
            if found:
                rest = [run[:start], run[start + size :]]
                return found + [place for other in rest if len(other) >= least for place in _parts(other, plain)]
    return []


def _mistyped(word: str, plain: str) -> list[tuple[int, int]]:
    most = allowed(word)
    if not most:
        return []
    return [(at.start(), at.end()) for at in _LATIN.finditer(plain) if edits(word, at.group(), most=most) <= most]


def _read(word: str, plain: str) -> list[tuple[int, int]]:
    """Where Chinese is read as this word, in full or by its first letters."""
    found = []
    for run in _CHINESE.finditer(plain):
        if not chinese_runs(run.group()):
            continue
        read = phonetics.syllables(run.group())
        for size in range(1, min(_LONGEST_READING, len(read)) + 1):
            for start in range(len(read) - size + 1):
                window = read[start : start + size]
                if "".join(window) == word or (size > 1 and "".join(one[0] for one in window) == word):
                    found.append((run.start() + start, run.start() + start + size))
    return found
