"""Chance that can be repeated."""

import zlib
from random import Random


def seeded(*words: str) -> Random:
    """Chance that falls the same way for the same words, on every machine and Python."""
    return Random(zlib.crc32("/".join(words).encode()))  # noqa: S311  # for looks, not for secrets
