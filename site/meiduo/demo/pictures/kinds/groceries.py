"""Meals, snacks and drinks."""

import math
from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    RGB,
    WHITE,
    Blend,
    Veil,
    body,
    hsl,
    lit,
    luminance,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import (
    arc,
    box,
    curve,
    leaf,
    oval,
    smooth,
    star,
)
from meiduo.demo.pictures.kinds.registry import kind

GREEN = rgb("#5fae57")


@kind("noodles")
def noodles(c: Canvas, ink: RGB, rng: Random) -> None:
    for i in range(3):
        x = 400 + i * 100
        c.stroke(curve((x, 330), ((x - 46, 270), (x + 46, 220), (x - 4, 150))), 19, Veil(WHITE, 0.75))
    c.fill(oval(500, 500, 390, 132), Blend(lit(ink, 0.3), shade(ink, 0.15), across=True))
    c.fill(oval(500, 506, 350, 108), rgb("#8c2f16"))
    with c.inside(oval(500, 506, 344, 104)):
        c.fill(oval(500, 506, 350, 108), Blend(rgb("#d9572a"), rgb("#a93a17")))
        for i in range(9):
            y = 470 + i * 14
            points = [(250 + k * 62, y + 24 * math.sin(k * 1.4 + i)) for k in range(9)]
            c.stroke(smooth(points, closed=False), 15, rgb("#ffe19a") if i % 2 else rgb("#f5cd78"))
        for _ in range(24):
            c.oval(rng.uniform(190, 810), rng.uniform(420, 600), rng.uniform(6, 15), Veil(rgb("#ffb65c"), 0.75))
        for x, y, angle in ((640, 450, -20), (700, 490, 30), (610, 500, 8)):
            c.fill(leaf(x, y, 130, 34, angle), GREEN)
        for x, y in ((340, 470), (380, 500), (300, 500), (350, 530)):
            c.oval(x, y, 25, rgb("#efd7a2"), 16)
        for _ in range(12):
            c.stroke(arc(rng.uniform(400, 640), rng.uniform(430, 590), 15, 9, 0, 300), 7, rgb("#82c464"))
    c.oval(480, 470, 78, WHITE, 40)
    c.oval(482, 466, 40, rgb("#ffb52e"), 22)
    c.fill(
        curve(
            (110, 500),
            ((130, 720), (280, 830), (400, 836)),
            (600, 836),
            ((720, 830), (870, 720), (890, 500)),
            ((860, 660), (140, 660), (110, 500)),
        ),
        body(ink),
    )
    c.box(380, 824, 240, 28, shade(ink, 0.35), 12)
    for i in range(9):
        c.stroke(arc(228 + i * 68, 716 - abs(4 - i) * 9, 25, 17, 180, 500), 7, Veil(WHITE, 0.6))
    for y, turn in ((330, -24), (364, -20)):
        with c.moved(turn=turn, about=(640, y)):
            c.box(470, y, 460, 17, rgb("#8b4a2b"), 8)


@kind("snackbag")
def snackbag(c: Canvas, ink: RGB, rng: Random) -> None:
    shape = curve(
        (264, 130),
        (736, 130),
        ((710, 250), (760, 360), (756, 500)),
        ((752, 660), (716, 740), (740, 846)),
        (260, 846),
        ((284, 740), (248, 660), (244, 500)),
        ((240, 360), (290, 250), (264, 130)),
    )
    c.fill(shape, body(ink))
    with c.inside(shape):
        c.box(240, 130, 520, 56, Veil(WHITE, 0.3))
        c.box(240, 796, 520, 56, Veil(WHITE, 0.3))
        for i in range(26):
            c.box(250 + i * 20, 134, 7, 48, Veil(shade(ink, 0.5), 0.22))
            c.box(250 + i * 20, 800, 7, 44, Veil(shade(ink, 0.5), 0.22))
        c.oval(500, 640, 210, Veil(lit(ink, 0.7), 0.85), 150)
        crisp = hsl(rng.choice((28, 38, 45, 20)), 0.82, 0.6)
        for x, y, turn in ((420, 640, -24), (560, 610, 18), (500, 690, 4), (610, 700, 40), (390, 720, -50)):
            with c.moved(turn=turn, about=(x, y)):
                c.oval(x, y, 84, shade(crisp, 0.25), 56)
                c.oval(x, y - 6, 82, Blend(lit(crisp, 0.3), crisp), 52)
        c.fill(
            curve((290, 200), ((280, 380), (280, 560), (300, 780)), (340, 780), ((318, 560), (318, 380), (330, 200))),
            Veil(WHITE, 0.3),
        )
    c.box(320, 280, 360, 170, Veil(WHITE, 0.93), 50)
    c.text(
        500,
        345,
        rng.choice(("CRISPY", "YUMMY", "SNACK")),
        74,
        shade(ink, 0.2) if luminance(ink) > 0.4 else ink,
    )
    c.fill(star(440, 412, 20, 8), rgb("#ffb52e"))
    c.fill(star(500, 416, 20, 8), rgb("#ffb52e"))
    c.fill(star(560, 412, 20, 8), rgb("#ffb52e"))


@kind("milk")
def milk(c: Canvas, ink: RGB, rng: Random) -> None:
    for dx, zoom in ((150, 0.86), (-80, 1.0)):
        with c.moved(dx, zoom=zoom, about=(500, 850)):
            c.fill([(330, 330), (560, 330), (560, 850), (330, 850)], Blend(WHITE, rgb("#eef2f8")))
            c.fill([(560, 330), (680, 300), (680, 810), (560, 850)], rgb("#cfd8e6"))
            c.fill([(330, 330), (560, 330), (520, 190), (370, 190)], lit(ink, 0.15))
            c.fill([(560, 330), (680, 300), (600, 180), (520, 190)], shade(ink, 0.2))
            c.fill([(370, 190), (600, 180), (600, 130), (370, 140)], ink)
            c.fill(
                [(330, 640), *curve((330, 640), ((400, 590), (480, 690), (560, 620))), (560, 850), (330, 850)],
                body(ink),
            )
            c.fill(
                [(560, 620), *curve((560, 620), ((600, 590), (640, 640), (680, 590))), (680, 810), (560, 850)],
                shade(ink, 0.28),
            )
            c.text(445, 440, "MILK", 76, shade(ink, 0.25))
            c.fill(smooth([(445, 500), (480, 560), (445, 590), (410, 560)]), lit(ink, 0.35))


@kind("teatin")
def teatin(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(250, 330, 320, 520, body(ink), (8, 8, 40, 40))
    c.box(240, 230, 340, 130, Blend(lit(ink, 0.1), shade(ink, 0.35), across=True), (40, 40, 8, 8))
    c.box(240, 346, 340, 12, rgb("#e3b85c"))
    c.oval(410, 590, 112, Veil(rgb("#fff8e7"), 0.96))
    c.stroke(oval(410, 590, 100), 5, rgb("#e3b85c"), closed=True)
    for angle in (-130, -90, -50):
        c.fill(leaf(410, 650, 128, 30, angle), GREEN)
    c.box(272, 380, 20, 420, Veil(WHITE, 0.3), 10)
    c.fill(oval(740, 836, 150, 22), WHITE)
    c.fill(
        curve((620, 700), ((624, 800), (680, 836), (740, 836)), ((800, 836), (856, 800), (860, 700))),
        Blend(WHITE, rgb("#d3dae6"), across=True),
    )
    c.oval(740, 700, 120, rgb("#eef2f7"), 30)
    c.oval(740, 702, 104, hsl(rng.choice((26, 38, 52)), 0.75, 0.52), 23)
    for x in (710, 770):
        c.stroke(curve((x, 650), ((x - 26, 610), (x + 26, 580), (x, 530))), 13, Veil(WHITE, 0.8))


def _seal(c: Canvas, style: int) -> None:
    """The mark on a bottle's label."""
    red = rgb("#a5372a")
    if style == 0:
        c.fill(star(500, 628, 56, 40, 10), red)
        c.oval(500, 628, 24, rgb("#fff6e2"))
    elif style == 1:
        c.fill(smooth([(500, 570), (540, 630), (500, 680), (460, 630)]), red)
    else:
        for angle in (-130, -90, -50):
            c.fill(leaf(500, 676, 104, 26, angle), red)


@kind("bottle")
def bottle(c: Canvas, ink: RGB, rng: Random) -> None:
    seal = rng.randrange(3)
    for dx, zoom in ((150, 0.88), (-90, 1.0)):
        with c.moved(dx, zoom=zoom, about=(500, 850)):
            shape = curve(
                (458, 170),
                (542, 170),
                (546, 330),
                ((560, 400), (630, 420), (634, 520)),
                (634, 810),
                ((634, 836), (618, 850), (594, 850)),
                (406, 850),
                ((382, 850), (366, 836), (366, 810)),
                (366, 520),
                ((370, 420), (440, 400), (454, 330)),
            )
            c.fill(shape, body(ink))
            c.box(446, 110, 108, 92, body(rgb("#b8322f")), 14)
            c.box(446, 184, 108, 12, rgb("#e3b85c"))
            with c.inside(shape):
                c.box(366, 540, 268, 220, rgb("#fff6e2"))
                c.box(366, 540, 268, 12, rgb("#e3b85c"))
                c.box(366, 748, 268, 12, rgb("#e3b85c"))
                c.box(390, 300, 24, 520, Veil(WHITE, 0.4), 12)
            _seal(c, seal)
            c.box(430, 700, 140, 8, rgb("#c9a25a"), 4)


@kind("ricebag")
def ricebag(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(
        curve(
            (330, 210),
            ((300, 150), (420, 130), (500, 150)),
            ((580, 130), (700, 150), (670, 210)),
            ((760, 360), (790, 640), (740, 850)),
            (260, 850),
            ((210, 640), (240, 360), (330, 210)),
        ),
        Blend(rgb("#f6ead2"), rgb("#d8c39a"), across=True),
    )
    c.box(316, 204, 368, 36, ink, 18)
    c.oval(500, 540, 172, ink)
    c.oval(500, 540, 150, rgb("#fffaf0"))
    for angle in range(-60, 61, 30):
        c.stroke(
            curve((500, 640), ((500 + angle * 0.3, 560), (500 + angle, 500), (500 + angle * 1.3, 440))),
            7,
            rgb("#c79a3b"),
        )
        for k in range(4):
            x, y = 500 + angle * (0.5 + 0.22 * k), 540 - k * 30
            c.fill(leaf(x, y, 34, 11, -60 + angle * 0.5), rgb("#e8bb4e"))
    c.text(500, 780, "RICE", 74, shade(ink, 0.2))
    for _ in range(26):
        c.fill(leaf(rng.uniform(180, 820), rng.uniform(850, 890), 26, 8, rng.uniform(0, 180)), rgb("#fff8e8"))


@kind("coffee")
def coffee(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill([(310, 150), (650, 150), (690, 850), (270, 850)], body(ink))
    c.fill([(310, 150), (650, 150), (656, 220), (306, 220)], shade(ink, 0.3))
    c.box(460, 160, 40, 40, rgb("#e3b85c"), 20)
    c.box(336, 380, 290, 330, rgb("#fff6e6"), 18)
    c.text(481, 440, "COFFEE", 62, rgb("#5a3520"))
    for x, y, turn in ((430, 560, -24), (530, 590, 20), (470, 650, 60)):
        with c.moved(turn=turn, about=(x, y)):
            c.oval(x, y, 52, rgb("#6f4326"), 36)
            c.stroke(curve((x - 50, y), ((x - 20, y - 16), (x + 20, y + 16), (x + 50, y))), 8, rgb("#3d2313"))
    c.fill(
        curve((640, 640), (880, 640), ((880, 780), (840, 850), (760, 850)), ((680, 850), (640, 780), (640, 640))),
        Blend(WHITE, rgb("#d5dbe6"), across=True),
    )
    c.stroke(arc(880, 720, 48, 48, -80, 80), 19, rgb("#d5dbe6"))
    c.oval(760, 642, 120, WHITE, 28)
    c.oval(760, 644, 102, rgb("#6b3f22"), 20)
    c.oval(760, 644, 56, rgb("#c99563"), 10)


@kind("mooncake")
def mooncake(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(150, 300, 700, 550, body(ink), 26)
    c.box(150, 300, 700, 120, Veil(WHITE, 0.14), 26)
    c.stroke(box(176, 326, 648, 498, 18), 7, rgb("#e9c46a"), closed=True)
    c.oval(500, 500, 130, Veil(rgb("#ffe9b0"), 0.95))
    for i in range(5):
        c.fill(star(210 + i * 145, 375 + (i % 2) * 30, 16, 6, 4), rgb("#e9c46a"))
    for x, y in ((360, 740), (640, 740), (500, 780)):
        petal = hsl(34, 0.72, 0.52)
        for i in range(12):
            with c.moved(turn=30 * i, about=(x, y)):
                c.oval(x, y - 92, 30, shade(petal, 0.12))
        c.oval(x, y, 104, Blend(lit(petal, 0.25), petal))
        for i in range(8):
            with c.moved(turn=45 * i, about=(x, y)):
                c.fill(leaf(x, y - 20, 54, 14, -90), shade(petal, 0.3))
        c.oval(x, y, 24, lit(petal, 0.25))


@kind("nuts")
def nuts(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(box(290, 300, 420, 550, (60, 60, 50, 50)), Veil(rgb("#e8f1f8"), 0.9))
    with c.inside(box(306, 380, 388, 456, (20, 20, 40, 40))):
        for row in range(9):
            for column in range(7):
                x, y = 316 + column * 62 + (row % 2) * 30, 410 + row * 52
                with c.moved(turn=rng.uniform(-70, 70), about=(x, y)):
                    tone = lit(rgb("#a9713c"), rng.uniform(0, 0.3))
                    c.oval(x, y, 42, tone, 28)
                    c.stroke(curve((x - 34, y), ((x - 10, y - 12), (x + 10, y + 12), (x + 34, y))), 5, shade(tone, 0.3))
    c.box(284, 190, 432, 126, body(ink), 26)
    for i in range(20):
        c.box(294 + i * 21, 204, 7, 98, Veil(shade(ink, 0.5), 0.22), 3)
    c.box(350, 520, 300, 180, Veil(WHITE, 0.94), 22)
    c.text(500, 588, "NUTS", 88, shade(ink, 0.2))
    c.box(410, 650, 180, 9, Veil(ink, 0.6), 4)
    c.box(318, 350, 22, 450, Veil(WHITE, 0.5), 11)
