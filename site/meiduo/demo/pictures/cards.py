"""Pictures of products: one thing on a calm ground."""

from collections.abc import Sequence
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


#: Where the products of a family stand, back to front: across, how far behind, and how large.
STANDING_PLACES = {
    2: ((-215, 0, 0.6), (215, 30, 0.6)),
    3: ((-270, -60, 0.48), (270, -60, 0.48), (0, 40, 0.58)),
    4: ((-165, -110, 0.44), (165, -110, 0.44), (-275, 40, 0.48), (275, 40, 0.48)),
}
HANGING_PLACES = {
    2: ((-205, -30, 0.62), (205, 30, 0.62)),
    3: ((-230, -150, 0.52), (230, -150, 0.52), (0, 200, 0.56)),
    4: ((-215, -215, 0.5), (215, -215, 0.5), (-215, 215, 0.5), (215, 215, 0.5)),
}


def family(*, kind: str, inks: Sequence[RGB], seed: str, side: int = SIDE) -> Image.Image:
    """The product in two to four of its colours, side by side."""
    how = KINDS[kind]
    hue = seeded("family hue", seed).choice(HUES)
    shown = inks[:4]
    c = Canvas(side, side)
    places = STANDING_PLACES if how.stands else HANGING_PLACES
    for ink, (dx, dy, zoom) in zip(shown, places[len(shown)], strict=True):
        with c.moved(dx, dy, zoom=zoom, about=(500, 850 if how.stands else 500)):
            how.draw(c, ink, seeded(seed))
    ground = backdrop(side, hue, seeded("family ground", seed), stands=how.stands)
    return with_shadow(ground, c.image(), hue, stands=how.stands)


@lru_cache(maxsize=4)
def _ground(side: int, hue: float, seed: str, *, stands: bool) -> Image.Image:
    """The ground of a product, drawn once for all its colours."""
    return backdrop(side, hue, seeded("ground", seed), stands=stands)
