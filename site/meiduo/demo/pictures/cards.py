"""Pictures of products: one thing on a calm ground."""

from functools import lru_cache

from PIL import Image

from meiduo.demo.pictures.backdrops import backdrop, with_shadow
from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB
from meiduo.demo.pictures.kinds import KINDS
from meiduo.demo.pictures.seeds import seeded

#: Pixels along the side of a product's picture.
SIDE = 800


#: Grounds on which products of every colour stand out.
HUES = (206, 220, 250, 276, 318, 342, 10, 26, 40, 152, 168, 186)


def card(*, kind: str, ink: RGB, seed: str, side: int = SIDE) -> Image.Image:
    """A product's picture: its kind drawn in its colour. What ``seed`` says is alike in all its colours."""
    how = KINDS[kind]
    hue = seeded("hue", seed).choice(HUES)
    lean = seeded("lean", seed).uniform(-how.lean, how.lean)
    c = Canvas(side, side)
    with c.moved(zoom=0.94, turn=lean, about=(500, 850 if how.stands else 500)):
        how.draw(c, ink, seeded(seed))
    ground = _ground(side, hue, seed, stands=how.stands).copy()
    return with_shadow(ground, c.image(), hue, stands=how.stands)


def closeup(*, kind: str, ink: RGB, seed: str, side: int = SIDE) -> Image.Image:
    """The same product from near, a little turned, on another ground."""
    how = KINDS[kind]
    hue = seeded("close hue", seed).choice(HUES)
    c = Canvas(side, side)
    with c.moved(-40, 40, zoom=1.42, turn=seeded("close", seed).choice((-12, 12)), about=(500, 520)):
        how.draw(c, ink, seeded(seed))
    ground = backdrop(side, hue, seeded("close ground", seed), stands=False)
    return with_shadow(ground, c.image(), hue, stands=False)


@lru_cache(maxsize=4)
def _ground(side: int, hue: float, seed: str, *, stands: bool) -> Image.Image:
    """The ground of a product, drawn once for all its colours."""
    return backdrop(side, hue, seeded("ground", seed), stands=stands)
