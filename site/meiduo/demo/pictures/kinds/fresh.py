"""Fruit, vegetables, meat and fish."""

import math
from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    RGB,
    WHITE,
    Blend,
    Fade,
    Veil,
    body,
    hsl,
    lit,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import (
    arc,
    curve,
    leaf,
    oval,
    smooth,
)
from meiduo.demo.pictures.kinds.registry import kind

GREEN = rgb("#5fae57")
WOOD = rgb("#b98250")


def _round_fruit(c: Canvas, x: float, y: float, radius: float, ink: RGB) -> None:
    c.oval(x, y, radius, Blend(lit(ink, 0.2), shade(ink, 0.16)))
    c.oval(x - radius * 0.3, y - radius * 0.34, radius * 0.26, Veil(WHITE, 0.45), radius * 0.18)


@kind("apple")
def apple(c: Canvas, ink: RGB, rng: Random) -> None:
    for x, y, size, tone in (
        (330, 640, 0.86, shade(ink, 0.12)),
        (680, 650, 0.82, lit(ink, 0.08)),
        (500, 560, 1.15, ink),
    ):
        with c.moved(x - 500, y - 560, zoom=size * 0.82, about=(500, 560)):
            shape = smooth(
                [
                    (500, 372),
                    (600, 330),
                    (720, 390),
                    (750, 560),
                    (680, 740),
                    (570, 810),
                    (500, 790),
                    (430, 810),
                    (320, 740),
                    (250, 560),
                    (280, 390),
                    (400, 330),
                ]
            )
            c.fill(shape, body(tone))
            with c.inside(shape):
                c.oval(390, 480, 110, Fade(WHITE, 0.42, 0.05), 150)
                c.oval(560, 800, 220, Veil(hsl(48, 0.8, 0.66), 0.22), 110)
            c.fill(smooth([(440, 372), (500, 392), (560, 372), (500, 410)]), shade(tone, 0.5))
            c.stroke(curve((500, 396), ((498, 340), (510, 300), (540, 262))), 18, rgb("#6b4423"))
            c.fill(leaf(520, 320, 150, 44, -24), GREEN)


@kind("orange")
def orange(c: Canvas, ink: RGB, rng: Random) -> None:
    _round_fruit(c, 350, 610, 216, shade(ink, 0.06))
    _round_fruit(c, 620, 560, 236, ink)
    for _ in range(26):
        angle, far = rng.uniform(0, 6.28), rng.uniform(40, 200)
        c.oval(620 + far * math.cos(angle), 570 + far * math.sin(angle), 5, Veil(shade(ink, 0.4), 0.35))
    c.fill(leaf(624, 338, 170, 46, -18), GREEN)
    c.fill(leaf(616, 338, 130, 40, -150), shade(GREEN, 0.15))
    c.oval(500, 726, 152, shade(ink, 0.08), 124)
    c.oval(500, 722, 136, rgb("#fff4dc"), 110)
    for i in range(10):
        with c.moved(turn=36 * i, about=(500, 722)):
            c.fill(
                curve(
                    (500, 710),
                    ((480, 680), (466, 640), (472, 624)),
                    ((490, 612), (510, 612), (528, 624)),
                    ((534, 640), (520, 680), (500, 710)),
                ),
                Blend(lit(ink, 0.22), ink),
            )


@kind("strawberry")
def strawberry(c: Canvas, ink: RGB, rng: Random) -> None:
    for x, y, size, turn in ((350, 600, 0.72, -16), (650, 600, 0.74, 18), (500, 640, 0.92, 2)):
        with c.moved(x - 500, y - 600, zoom=size * 0.8, turn=turn, about=(500, 600)):
            shape = smooth(
                [
                    (500, 310),
                    (640, 300),
                    (740, 400),
                    (710, 570),
                    (600, 760),
                    (500, 850),
                    (400, 760),
                    (290, 570),
                    (260, 400),
                    (360, 300),
                ]
            )
            c.fill(shape, body(ink))
            with c.inside(shape):
                for row in range(6):
                    for column in range(6):
                        sx, sy = 290 + column * 84 + (row % 2) * 42, 400 + row * 76
                        c.fill(leaf(sx, sy - 12, 24, 9, 90), rgb("#ffe2a0"))
                c.oval(390, 460, 80, Veil(WHITE, 0.28), 120)
            for angle in (20, 55, 90, 125, 160, -30, 210):
                c.fill(leaf(500, 320, 150, 42, angle), GREEN if angle % 2 else shade(GREEN, 0.12))
            c.stroke([(500, 320), (510, 240)], 20, shade(GREEN, 0.2))


@kind("grapes")
def grapes(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(curve((500, 330), ((500, 240), (540, 190), (580, 160))), 22, rgb("#7a5a33"))
    c.fill(leaf(520, 260, 240, 90, -8), GREEN)
    c.fill(leaf(500, 260, 200, 80, 196), shade(GREEN, 0.15))
    for row, count in enumerate((5, 6, 5, 4, 3, 2, 1)):
        for i in range(count):
            x = 500 + (i - (count - 1) / 2) * 96
            _round_fruit(c, x + rng.uniform(-6, 6), 350 + row * 72, 58, lit(ink, rng.uniform(0, 0.18)))


@kind("vegetable")
def vegetable(c: Canvas, ink: RGB, rng: Random) -> None:
    for i, (x, turn) in enumerate(((330, -16), (500, 0), (670, 16))):
        with c.moved(turn=turn, about=(x, 850)):
            c.fill(
                curve(
                    (x - 60, 560),
                    ((x - 190, 470), (x - 170, 220), (x, 180)),
                    ((x + 170, 220), (x + 190, 470), (x + 60, 560)),
                ),
                Blend(lit(ink, 0.15 + 0.05 * i), shade(ink, 0.1)),
            )
            c.fill(
                curve(
                    (x - 66, 540),
                    ((x - 120, 680), (x - 110, 820), (x, 850)),
                    ((x + 110, 820), (x + 120, 680), (x + 66, 540)),
                ),
                Blend(rgb("#e7f2cf"), WHITE),
            )
            c.stroke([(x, 800), (x, 260)], 20, rgb("#e7f2cf"))
            for side in (-1, 1):
                for k in range(3):
                    c.stroke(
                        curve(
                            (x, 520 - k * 90),
                            (
                                (x + side * 30, 480 - k * 90),
                                (x + side * 70, 450 - k * 90),
                                (x + side * 90, 400 - k * 80),
                            ),
                        ),
                        8,
                        Veil(rgb("#e7f2cf"), 0.7),
                    )
    c.box(250, 620, 500, 56, rgb("#d9534f"), 12)


@kind("egg")
def egg(c: Canvas, ink: RGB, rng: Random) -> None:
    for x, y in ((330, 480), (500, 450), (670, 480), (260, 560), (420, 550), (580, 550), (740, 560)):
        shape = smooth(
            [
                (x, y - 140),
                (x + 74, y - 60),
                (x + 92, y + 40),
                (x + 50, y + 120),
                (x, y + 136),
                (x - 50, y + 120),
                (x - 92, y + 40),
                (x - 74, y - 60),
            ]
        )
        c.fill(shape, body(lit(ink, rng.uniform(0, 0.15))))
        c.oval(x - 34, y - 30, 22, Veil(WHITE, 0.5), 36)
    c.fill(
        curve(
            (120, 600),
            (880, 600),
            ((880, 760), (820, 850), (760, 850)),
            (240, 850),
            ((180, 850), (120, 760), (120, 600)),
        ),
        Blend(rgb("#c9b79b"), rgb("#9d8867")),
    )
    for i in range(6):
        c.box(150 + i * 122, 620, 92, 200, Veil(rgb("#7c6847"), 0.18), 40)


@kind("meat")
def meat(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(110, 640, 780, 60, shade(WOOD, 0.3), 28)
    c.fill(oval(500, 650, 400, 190), body(WOOD))
    for x, y, size, tone in ((580, 500, 0.9, shade(ink, 0.1)), (430, 580, 1.0, ink)):
        with c.moved(x - 500, y - 560, zoom=size, about=(500, 560)):
            shape = smooth(
                [(280, 560), (320, 430), (470, 380), (640, 410), (730, 510), (690, 640), (540, 700), (370, 690)]
            )
            c.fill([(px, py + 34) for px, py in shape], shade(tone, 0.35))
            c.fill(shape, rgb("#fbe3d6"))
            with c.inside(shape):
                c.fill([((px - 500) * 0.88 + 500, (py - 550) * 0.86 + 550) for px, py in shape], body(tone))
                for _ in range(7):
                    sx, sy = rng.uniform(330, 600), rng.uniform(450, 620)
                    c.stroke(
                        curve((sx, sy), ((sx + 40, sy - 26), (sx + 60, sy + 30), (sx + 110, sy - 4))),
                        12,
                        rgb("#fbe3d6"),
                    )
    c.fill(leaf(250, 780, 180, 40, -30), GREEN)
    c.fill(leaf(250, 780, 150, 36, -70), shade(GREEN, 0.15))


@kind("fish")
def fish(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(oval(500, 700, 420, 150), Blend(WHITE, rgb("#c8d3e0")))
    c.fill(oval(500, 690, 340, 108), rgb("#e9f0f7"))
    for _ in range(14):
        x, y = rng.uniform(200, 800), rng.uniform(640, 760)
        c.box(x, y, 46, 40, Veil(rgb("#bfe6ff"), 0.9), 10)
    c.fill([(760, 540), (900, 430), (880, 560), (910, 690)], shade(ink, 0.2))
    shape = curve((130, 560), ((250, 380), (560, 360), (790, 540)), ((560, 720), (260, 720), (130, 560)))
    c.fill(curve((400, 440), ((470, 330), (580, 340), (640, 460))), shade(ink, 0.25))
    c.fill(shape, Blend(ink, lit(ink, 0.7)))
    with c.inside(shape):
        for row in range(5):
            for column in range(9):
                c.stroke(arc(360 + column * 48 + (row % 2) * 24, 460 + row * 44, 24, 24, 90, 270), 5, Veil(WHITE, 0.4))
    c.stroke(arc(250, 556, 90, 110, -60, 60), 9, shade(ink, 0.35))
    c.oval(206, 530, 24, WHITE)
    c.oval(204, 530, 13, rgb("#20232b"))
    c.fill(leaf(690, 800, 150, 34, -150), GREEN)
    c.oval(800, 760, 50, hsl(52, 0.9, 0.6))
    c.oval(800, 760, 40, hsl(54, 0.9, 0.78))
