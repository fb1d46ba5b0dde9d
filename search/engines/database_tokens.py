"""What the database engine compares: words, pairs of Chinese characters, readings."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search import kinds, phonetics
from search.engine import Document
from search.synonyms import aliases
from search.text import canonical, is_chinese, pairs

#: A run of Chinese up to here must fit in all its pairs. In a longer one half do: its words' inner
#: pairs are that many, while the pairs between its words stand in no name.
_WHOLE_RUN = 3
_LONGEST_PARTED = 10
_LONGEST_KIND = 5
#: Of a longer text the beginning must do; each token costs the database a comparison for each row.
_MOST_TOKENS = 24
#: Other spellings of one question that are tried, by synonyms.
_MOST_VARIANTS = 6


def tokens_of(text: str) -> list[str]:
    """The tokens of a text, each once: words, and of Chinese each pair and each character."""
    found: dict[str, None] = {}
    for word in canonical(text).split():
        found.update(dict.fromkeys([*pairs(word), *word] if is_chinese(word) else [word]))
    return list(found)


def whole(term: str) -> str:
    """The token that says a document is of exactly this brand, category, or both, however typed."""
    return "=" + "".join(canonical(term).split())


def kind(word: str, how: int) -> str:
    """The token that says a document is of this kind: itself, or by a category above its own."""
    return f"{'@' * how}{word}"


def kinds_in(text: str) -> list[str]:
    """Tokens that say of which brand or category a document is, for every word and part of a word of the text."""
    found = dict.fromkeys([whole(text)])
    for word in text.split():
        if not is_chinese(word):
            found[f"={word}"] = None
            continue
        run = word[:_LONGEST_PARTED]
        for size in range(min(_LONGEST_KIND, len(run)), 1, -1):
            found.update(dict.fromkeys(f"={run[start : start + size]}" for start in range(len(run) - size + 1)))
    return list(found)


def between_spaces(tokens: Iterable[str]) -> str:
    """Tokens as they are stored, so that `` token `` finds whole ones only."""
    joined = " ".join(dict.fromkeys(tokens))
    return f" {joined} "


@dataclass(frozen=True, slots=True)
class Tokens:
    name: str
    head: str
    everything: str


def of_document(document: Document) -> Tokens:
    """The three columns of a document."""
    leaf = document.categories[-1] if document.categories else ""
    terms = [term for term in (document.brand, *document.categories) if term]
    values = [value for _name, value in document.specs]
    name = tokens_of(document.name)
    # The name of the department at the top is on everything in it, so its single words say nothing of a product.
    department = document.categories[0] if len(document.categories) > 2 else ""
    head = tokens_of(" ".join([*(term for term in terms if term != department), *values]))
    others = aliases(document.brand)
    head += tokens_of(" ".join(others))
    read = [
        *terms,
        *kinds.typed_ends(leaf),
        *others,
        *([f"{brand} {leaf}" for brand in (document.brand, *others)] if document.brand and leaf else []),
    ]
    typed = [phonetics.full(term) for term in read] + [phonetics.initials(term) for term in read]
    head += [whole(term) for term in [*read, *typed]]
    head += [kind(word, how) for word, how in kinds.of_product(document.categories, document.brand).items()]
    typed += phonetics.parts_in_full(f"{document.name} {leaf}") + phonetics.parts_by_initials(document.name)
    everything = [*name, *head, *tokens_of(document.caption), *(word for word in typed if word)]
    return Tokens(between_spaces(name), between_spaces(head), between_spaces(everything))


@dataclass(frozen=True, slots=True)
class Need:
    """Of these tokens at least so many must stand in a document."""

    tokens: tuple[str, ...]
    least: int


def needs(text: str) -> list[Need]:
    """What a document must have for this canonical text to fit it: every need."""
    return [_need(word) for word in text.split()]


def _need(word: str) -> Need:
    if not is_chinese(word):
        return Need((word,), 1)
    parts = tuple(dict.fromkeys(pairs(word[:_MOST_TOKENS])))
    if len(word) > _MOST_TOKENS:
        return Need(parts, -(-len(parts) // 2))
    return Need(parts, min(len(parts), len(parts) if len(word) <= _WHOLE_RUN else -(-len(word) // 2)))


def some_of(text: str) -> Need:
    """What is left to ask for when nothing fits the whole text: two fifths of it."""
    parts = tuple(dict.fromkeys(token for need in needs(text) for token in need.tokens))[:_MOST_TOKENS]
    return Need(parts, -(-len(parts) * 2 // 5))


def variants(text: str, synonyms: Mapping[str, Sequence[str]]) -> list[str]:
    """The text itself and its other spellings by synonyms, the text first."""
    present = [word for word in synonyms if _stands_in(word, text)]
    # What is inside a longer synonym (单车 in 共享单车) is not replaced by itself.
    present = [word for word in present if not any(word != other and word in other for other in present)]
    choices = [[word, *synonyms[word]] for word in present]
    found = dict.fromkeys([text])
    for chosen in itertools.islice(itertools.product(*choices), _MOST_VARIANTS):
        changed = text
        for word, other in zip(present, chosen, strict=True):
            changed = changed.replace(word, other, 1)
        found[" ".join(changed.split())] = None
    return list(found)


def _stands_in(word: str, text: str) -> bool:
    return word in text if is_chinese(word) else f" {word} " in f" {text} "
