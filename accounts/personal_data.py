"""Who keeps personal data of a user, so that it can be shown and erased together.

A part that stores such data registers itself when its app is ready; rooms above ``accounts`` register
too, so nothing here knows them. Orders register an export and no erasure: the law keeps them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One part's data: what the user gets to see as JSON values, and how it goes.

    ``erase`` runs inside the erasing transaction, in the order of registration; it takes the user's id.
    """

    name: str
    export: Callable[[int], Any]
    erase: Callable[[int], None] | None = None


_parts: dict[str, PersonalData] = {}


def register(part: PersonalData) -> None:
    """From now on this part belongs to every export and erasure; the same name replaces."""
    _parts[part.name] = part


def parts() -> tuple[PersonalData, ...]:
    """Every registered part, first come first."""
    return tuple(_parts.values())
