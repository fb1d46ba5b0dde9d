"""The languages that the index speaks: one index each, in which words are broken and compared as that language has it.

The catalog has its texts in one language, so ``SEARCH_LANGUAGES`` has one, too. A shop that translates its products
names a second one, and ``documents.read`` is where its texts would come in.
"""

from django.conf import settings


def spoken() -> tuple[str, ...]:
    """The languages with an index of their own; the first answers for all others."""
    return tuple(settings.SEARCH_LANGUAGES)


def chosen(wanted: str | None) -> str:
    """The language whose index answers who wants this one: itself, one of its kind, else the first."""
    every = spoken()
    if not wanted or wanted in every:
        return wanted or every[0]
    base = wanted.partition("-")[0]
    return next((one for one in every if one.partition("-")[0] == base), every[0])
