"""What happened to the areas."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class AreasChanged(Event):
    """Another list of provinces, cities and districts counts from now on."""
