"""Wide pictures with several products: banners and ads."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image

from meiduo.demo.pictures.backdrops import HORIZON, enlarged, with_shadow
from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import WHITE, Blend, Fade, Veil, hsl, mix, rgb
from meiduo.demo.pictures.geometry import star
from meiduo.demo.pictures.kinds import KINDS
from meiduo.demo.pictures.seeds import seeded


@dataclass(frozen=True, slots=True)
class Actor:
    """One product of a scene: its drawing, its colour, how large, how far behind the front."""

    kind: str
    ink: str
    zoom: float = 0.8
    lift: float = 0


def scene(*, width: int, height: int, hue: float, actors: Sequence[Actor], seed: str) -> Image.Image:
    """Products side by side on one floor."""
    across = 1000 * width / height
    ground = _ground(width, height, hue, seeded(seed))
    c = Canvas(width, height, unit=height)
    # The left third stays calm: storefronts write the banner's title there.
    left = across * (0.34 if across > 1800 else 0.03)
    step = (across * 0.98 - left) / len(actors)
    for place, actor in enumerate(actors):
        x = left + step * (place + 0.5)
        # What floats hangs in the air; what stands has its feet at 850 already.
        feet = 850.0 if KINDS[actor.kind].stands else 500.0
        rise = -actor.lift if KINDS[actor.kind].stands else -20 - actor.lift
        with c.moved(x - 500, rise, zoom=actor.zoom, about=(500, feet)):
            if actor.lift and KINDS[actor.kind].stands:
                _podium(c, hue, actor.lift / actor.zoom)
            KINDS[actor.kind].draw(c, rgb(actor.ink), seeded(seed, str(place)))
    return with_shadow(ground, c.image(), hue, stands=True)


def _ground(width: int, height: int, hue: float, chance: Random) -> Image.Image:
    c = Canvas(width // 2, height // 2, unit=height // 2)
    across = 1000 * width / height
    c.box(0, 0, across, 1000, Blend(hsl(hue, 0.62, 0.88), hsl(hue + 34, 0.6, 0.76), across=True))
    tint = hsl(hue + 20, 0.62, 0.68)
    c.oval(across * 0.72, 420, 620, Fade(tint, 0.5, 0.05))
    c.oval(across * 0.72, 420, 440, Veil(WHITE, 0.16))
    c.oval(across * 0.04, 960, 420, Fade(hsl(hue - 20, 0.6, 0.74), 0.6, 0.1))
    c.oval(across * 0.3, 40, 230, Veil(WHITE, 0.2))
    for _ in range(9):
        spark = chance.uniform(12, 30)
        c.fill(star(chance.uniform(60, across - 60), chance.uniform(60, 620), spark, spark * 0.32, 4), Veil(WHITE, 0.9))
    c.box(0, HORIZON, across, 1000 - HORIZON, Fade(hsl(hue, 0.5, 0.62), 0.4, 0.14))
    return enlarged(c.image(), (width, height))


def _podium(c: Canvas, hue: float, rise: float) -> None:
    """A round stage under the product, reaching down to the floor."""
    tint = hsl(hue + 16, 0.5, 0.72)
    c.box(110, 846, 780, rise, Blend(mix(tint, WHITE, 0.3), tint))
    c.oval(500, 846 + rise, 390, tint, 44)
    c.oval(500, 846, 390, mix(tint, WHITE, 0.5), 44)
