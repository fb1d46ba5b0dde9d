"""What a product is, by the end of its category's name: in Chinese the thing itself comes last.

智能手机 and 老人手机 are 手机; a 手机壳 only has the word in it, and is a 壳. Who types 手机 means what *is* one, so
that goes before everything that merely fits the word, however well it sells. Brands are treated alike: 华为 means
what Huawei made before what was made for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from search import phonetics, synonyms
from search.remembered import Remembered
from search.synonyms import aliases
from search.text import canonical, is_chinese
from shop.catalog.models import Brand, Category

#: How surely a product is of a kind: by its own category's name or its brand, or by a category above it.
ITSELF = 2
ABOVE = 1
_LONGEST_END = 6
#: Words of a text that are put together to one (t 恤, u 盘).
_MOST_JOINED = 3
#: Kinds that one text may ask for.
_MOST_ASKED = 4


def _joined(text: str) -> str:
    return text.replace(" ", "")


def ends(name: str) -> list[str]:
    """The name itself, and the ends of each of its Chinese words: 平板电脑 also is 电脑, and, at the end, 脑."""
    spelled = canonical(name)
    found = dict.fromkeys([_joined(spelled)])
    for word in spelled.split():
        if is_chinese(word):
            found.update(dict.fromkeys(word[-size:] for size in range(min(_LONGEST_END, len(word)), 0, -1)))
    return [end for end in found if end]


def typed_ends(name: str) -> list[str]:
    """Those ends that are typed in letters: of one character the letters would fit anything."""
    return [end for end in ends(name) if len(end) > 1]


def between(categories: Sequence[str]) -> Sequence[str]:
    """The names between a product's own category and the department at the top, which says nothing of a product."""
    return categories[1:-1] if len(categories) > 2 else categories[:-1]


def of_product(categories: Sequence[str], brand: str) -> dict[str, int]:
    """What a product of this brand, with this way through the categories from the top, is. Shape: word → how surely."""
    found = {_joined(canonical(name)): ABOVE for name in between(categories)}
    if categories:
        found.update(dict.fromkeys(ends(categories[-1]), ITSELF))
    found.update(dict.fromkeys((_joined(canonical(name)) for name in (brand, *aliases(brand))), ITSELF))
    return {word: how for word, how in found.items() if word}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The kinds that this shop has; ``read_as`` gives those that are typed so, in full pinyin or first letters."""

    kinds: frozenset[str]
    brands: frozenset[str]
    read_as: Mapping[str, tuple[str, ...]]
    means: Mapping[str, tuple[str, ...]]
    #: Ids of the categories of a name, joined and as it is typed.
    categories: Mapping[str, tuple[int, ...]]


_vocabulary: Remembered[str, Vocabulary] = Remembered(seconds=lambda: settings.SEARCH_WORDS_SECONDS)


def vocabulary() -> Vocabulary:
    """The shop's kinds and brands as they were some seconds ago at the most."""
    return _vocabulary.get("", _look_up)


def _look_up() -> Vocabulary:
    kinds: dict[str, None] = {}
    categories: dict[str, dict[int, None]] = {}
    for pk, name in Category.objects.values_list("pk", "name"):
        kinds.update(dict.fromkeys(ends(name)))
        for spelled in (_joined(canonical(name)), phonetics.full(name), phonetics.initials(name)):
            categories.setdefault(spelled, {})[pk] = None
    brands: dict[str, None] = {}
    for name in Brand.objects.values_list("name", flat=True):
        brands.update(dict.fromkeys(_joined(canonical(one)) for one in (name, *aliases(name))))
    read_as: dict[str, dict[str, None]] = {}
    for word in (*kinds, *brands):
        if len(word) > 1:
            for typed in (phonetics.full(word), phonetics.initials(word)):
                read_as.setdefault(typed, {})[word] = None
    means = {_joined(word): tuple(map(_joined, others)) for word, others in synonyms.table().items()}
    return Vocabulary(
        kinds=frozenset(kinds),
        brands=frozenset(brands),
        read_as={typed: tuple(words) for typed, words in read_as.items()},
        means=means,
        categories={spelled: tuple(ids) for spelled, ids in categories.items() if spelled},
    )


def categories_named(text: str) -> tuple[int, ...]:
    """The ids of the categories, of any level, that this canonical text is the name of, however typed."""
    return vocabulary().categories.get(_joined(text), ())


def asked_for(text: str) -> list[str]:
    """The kinds that this canonical text names, the surest first: 学生 电脑 asks for 电脑, 手机壳 for no 手机.

    Synonyms come behind their word; letters count that are the reading of one kind alone.
    """
    known = vocabulary()
    kinds: dict[str, None] = {}
    brands: dict[str, None] = {}
    words = text.split()
    for end in range(len(words), 0, -1):
        for candidate in _candidates(words, end):
            meant = [candidate, *known.means.get(candidate, ()), *_readings(candidate, known)]
            found = [word for word in meant if word in known.kinds]
            brands.update(dict.fromkeys(word for word in meant if word in known.brands))
            if found:
                kinds.update(dict.fromkeys(found))
                break
    return list(dict.fromkeys([*kinds, *brands]))[:_MOST_ASKED]


def _candidates(words: Sequence[str], end: int) -> Iterator[str]:
    """What may be a kind and ends with this word, the longest first."""
    for start in range(max(0, end - _MOST_JOINED), end):
        yield "".join(words[start:end])
    last = words[end - 1]
    if is_chinese(last):
        for size in range(min(_LONGEST_END, len(last) - 1), 1, -1):
            yield last[-size:]


def _readings(candidate: str, known: Vocabulary) -> Iterable[str]:
    """The one word that is typed like this. Letters that stand for several put none before the others."""
    words = known.read_as.get(candidate, ()) if candidate.isascii() else ()
    return words if len(words) == 1 else ()
