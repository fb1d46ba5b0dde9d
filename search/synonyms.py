"""Words that mean the same: those every shop has, shipped with the code, and those of this shop's staff."""

from functools import lru_cache
from pathlib import Path

from search.models import Synonym
from search.text import canonical


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, ...], ...]:
    path = Path(__file__).parent / "data" / "synonyms.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_words(line) for line in lines if line and not line.startswith("#"))


def _words(line: str) -> tuple[str, ...]:
    parts = line.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(word for part in parts if (word := canonical(part))))


@lru_cache(maxsize=10_000)
def aliases(name: str) -> tuple[str, ...]:
    """Other names of this brand among the shipped words: 苹果 of Apple. They stand in its documents."""
    spelled = canonical(name)
    return tuple(word for words in _shipped() if spelled in words for word in words if word != spelled)


def table() -> dict[str, tuple[str, ...]]:
    """For each word, the others that it finds as well."""
    found: dict[str, dict[str, None]] = {}
    groups = [(words, False) for words in _shipped()]
    groups += [(_words(words), one_way) for words, one_way in Synonym.objects.values_list("words", "one_way")]
    for words, one_way in groups:
        for word in words[:1] if one_way else words:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in words if other != word))
    return {word: tuple(others) for word, others in sorted(found.items()) if others}
