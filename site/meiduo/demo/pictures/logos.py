"""Marks of the demo's brands: a simple figure and the name in Latin letters."""

import math

from PIL import Image

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB, WHITE, Blend, Veil, lit, shade
from meiduo.demo.pictures.geometry import arc, leaf, oval, star
from meiduo.demo.pictures.seeds import seeded

#: Pixels along each side.
SIDE = 400


def logo(*, latin: str, ink: RGB) -> Image.Image:
    """A brand's logo on white, square, so that no size of it cuts the name."""
    c = Canvas(SIDE, SIDE, finer=3)
    c.box(0, 0, 1000, 1000, WHITE)
    with c.moved(120, -110):
        FIGURES[seeded("logo", latin).randrange(len(FIGURES))](c, ink)
    size = min(170, 170 * 820 / c.text_width(latin, 170))
    c.text(500, 800, latin, size, shade(ink, 0.25))
    return c.image().convert("RGB")


def _ring(c: Canvas, ink: RGB) -> None:
    c.stroke(arc(380, 500, 200, 200, -60, 240), 84, ink)
    c.oval(380, 500, 76, lit(ink, 0.35))


def _hexagon(c: Canvas, ink: RGB) -> None:
    points = [
        (380 + 250 * math.cos(math.radians(60 * i - 90)), 500 + 250 * math.sin(math.radians(60 * i - 90)))
        for i in range(6)
    ]
    c.fill(points, Blend(lit(ink, 0.25), ink))
    c.fill([points[0], points[1], (380, 500), points[5]], Veil(WHITE, 0.35))
    c.fill([points[1], points[2], points[3], (380, 500)], Veil(shade(ink, 0.4), 0.3))


def _flower(c: Canvas, ink: RGB) -> None:
    for i in range(8):
        c.fill(leaf(380, 500, 250, 76, 45 * i), ink if i % 2 else lit(ink, 0.4))
    c.oval(380, 500, 54, WHITE)


def _bars(c: Canvas, ink: RGB) -> None:
    for i, height in enumerate((240, 420, 320)):
        c.box(190 + i * 140, 740 - height, 100, height, lit(ink, 0.22 * i), 50)


def _peaks(c: Canvas, ink: RGB) -> None:
    c.fill([(130, 720), (330, 300), (530, 720)], ink)
    c.fill([(330, 720), (490, 420), (650, 720)], lit(ink, 0.4))
    c.oval(560, 320, 54, lit(ink, 0.6))


def _drops(c: Canvas, ink: RGB) -> None:
    c.stroke(oval(300, 500, 170), 60, ink, closed=True)
    c.stroke(oval(470, 500, 170), 60, Veil(lit(ink, 0.3), 0.85), closed=True)


def _spark(c: Canvas, ink: RGB) -> None:
    c.box(140, 260, 480, 480, Blend(lit(ink, 0.2), ink), 130)
    c.fill(star(380, 500, 200, 62, 4), WHITE)


FIGURES = (_ring, _hexagon, _flower, _bars, _peaks, _drops, _spark)
