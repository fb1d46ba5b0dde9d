"""What is to be drawn, as plain values that travel between processes."""

from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from meiduo.demo.pictures.cards import SIDE, card, closeup, family
from meiduo.demo.pictures.colours import rgb
from meiduo.demo.pictures.logos import logo
from meiduo.demo.pictures.scenes import Actor, scene


class Order(Protocol):
    """One picture to be drawn; the same order always gives the same picture."""

    def draw(self) -> Image.Image:
        """The finished picture."""
        ...


@dataclass(frozen=True, slots=True)
class CardOrder:
    """A product in one of its colours; ``close`` shows it from near, for the gallery."""

    kind: str
    ink: str
    seed: str
    side: int = SIDE
    close: bool = False

    def draw(self) -> Image.Image:
        picture = closeup if self.close else card
        return picture(kind=self.kind, ink=rgb(self.ink), seed=self.seed, side=self.side)


@dataclass(frozen=True, slots=True)
class FamilyOrder:
    """A product in two to four of its colours."""

    kind: str
    inks: tuple[str, ...]
    seed: str

    def draw(self) -> Image.Image:
        return family(kind=self.kind, inks=[rgb(ink) for ink in self.inks], seed=self.seed)


@dataclass(frozen=True, slots=True)
class SceneOrder:
    """Several products side by side. Units: pixels; ``hue`` in degrees."""

    width: int
    height: int
    hue: float
    actors: tuple[Actor, ...]
    seed: str

    def draw(self) -> Image.Image:
        return scene(width=self.width, height=self.height, hue=self.hue, actors=self.actors, seed=self.seed)


@dataclass(frozen=True, slots=True)
class LogoOrder:
    """A brand's mark and name."""

    latin: str
    ink: str

    def draw(self) -> Image.Image:
        return logo(latin=self.latin, ink=rgb(self.ink))
