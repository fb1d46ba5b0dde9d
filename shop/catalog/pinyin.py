"""Chinese names in Latin letters, for addresses and A–Z lists."""

from django.utils.text import slugify
from pypinyin import lazy_pinyin


def slug_from(name: str, *, longest: int) -> str:
    """The name in pinyin as a path name of at most so many characters; empty when it has no letter or digit.

    It ends at a whole syllable where it can.
    """
    slug = slugify("-".join(lazy_pinyin(name)))
    if len(slug) <= longest:
        return slug
    short, _, rest = slug[: longest + 1].rpartition("-")
    return short or rest[:longest]


def first_letter(name: str) -> str:
    """A–Z under which the name stands in a list; ``#`` for names that begin with anything else."""
    syllables = lazy_pinyin(name.strip())
    first = syllables[0][:1].upper() if syllables else ""
    return first if first.isascii() and first.isalpha() else "#"
