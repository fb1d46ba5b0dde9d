"""The mall's parts as its operator sees them: which engine each runs on, and whether it works.

``/readyz`` asks every part one quick question; ``manage.py doctor`` examines it and says how to mend it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings


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
    #: Whether a warning is a failure where buyers buy.
    grave: bool = False


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
    from meiduo.parts import cache, database, files, machine, mail, payments, queue, search, sms, storefront, worker

    modules = (database, cache, queue, worker, search, files, storefront, mail, sms, payments, machine)
    found = [module.PART for module in modules]
    if settings.REPLICAS:
        from meiduo.parts import replicas

        found.insert(1, replicas.PART)
    return found
