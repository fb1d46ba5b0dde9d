"""The mall's parts as its operator sees them: which engine each runs on, and whether it works.

``/readyz`` asks every part one quick question; ``manage.py doctor`` examines it and says how to mend it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a finding is meant."""

    GOOD = "ok"
    WARNING = "warn"
    BAD = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing the doctor saw, and the line that mends it where it is not good."""

    level: Level
    said: str
    fix: str = ""


@dataclass(frozen=True)
class Part:
    """A part that can fail by itself.

    ``ping`` raises when the part does not work and is quick; ``examine`` looks closely. A part that
    is not ``vital`` may fail without the shop closing: browsing and buying go on.
    """

    name: str
    engine: str
    vital: bool
    ping: Callable[[], None]
    examine: Callable[[], Iterator[Finding]]


def every_part() -> list[Part]:
    """The parts in use, most important first."""
    from meiduo.parts import cache, database, files, machine, mail, queue, search, sms, worker

    return [module.PART for module in (database, cache, queue, worker, search, files, mail, sms, machine)]
