"""What lights up, for every device that has a screen."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    WHITE,
    Blend,
    Fade,
    Veil,
    hsl,
    rgb,
)
from meiduo.demo.pictures.geometry import (
    box,
)

GLASS = rgb("#10131c")
STEEL = rgb("#c9ced8")
#: Hues from which and to which a screen's picture runs, so that it looks inviting.
BRIGHT = ((200, 250), (214, 276), (228, 300), (262, 322), (284, 344), (318, 378), (340, 392), (170, 214), (150, 196))


def wallpaper(c: Canvas, x: float, y: float, width: float, height: float, rng: Random, radius: float = 30) -> None:
    """A bright abstract picture, as shops show on every screen."""
    start, end = rng.choice(BRIGHT)
    with c.inside(box(x, y, width, height, radius)):
        c.box(x, y, width, height, Blend(hsl(start, 0.78, 0.62), hsl(end, 0.78, 0.45)))
        reach = max(width, height)
        for i, part in enumerate((0.75, 0.55, 0.36)):
            cx = x + width * (0.2 + 0.7 * ((rng.random() + i * 0.37) % 1))
            hue = end + (end - start) * 0.35 * i
            c.oval(cx, y + height * (0.62 + 0.16 * i), reach * part, Fade(hsl(hue, 0.85, 0.68), 0.85, 0.1))
        if width > height:
            c.oval(x + width * 0.76, y + height * 0.27, height * 0.12, Veil(WHITE, 0.85))


def glare(c: Canvas, x: float, y: float, width: float, height: float, radius: float = 30) -> None:
    """The window's light lying slantwise over a screen."""
    with c.inside(box(x, y, width, height, radius)):
        c.fill(
            [
                (x + width * 0.55, y),
                (x + width, y),
                (x + width, y + height * 0.75),
                (x + width * 0.95, y + height * 0.8),
            ],
            Fade(WHITE, 0.28, 0.02),
        )
