"""The kinds of product that can be drawn, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB

Draw = Callable[[Canvas, RGB, Random], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of product is drawn: in its colour, with what differs from product to product left to ``Random``.

    ``stands`` on a floor with its lower edge at 850; else it floats. ``lean``: degrees it may be turned by.
    """

    draw: Draw
    stands: bool
    lean: float


KINDS: dict[str, Kind] = {}


def kind(name: str, *, stands: bool = True, lean: float = 0) -> Callable[[Draw], Draw]:
    """Enter a drawing under this name."""

    def enter(draw: Draw) -> Draw:
        if name in KINDS:
            raise ValueError(f"two drawings are called {name}")
        KINDS[name] = Kind(draw, stands, lean)
        return draw

    return enter
