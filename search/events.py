"""What happened in the search's own back office."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class SynonymsChanged(Event):
    """The words that mean the same are others now; the index must learn them."""


@dataclass(frozen=True)
class RebuildAsked(Event):
    """Staff want the index built anew."""
