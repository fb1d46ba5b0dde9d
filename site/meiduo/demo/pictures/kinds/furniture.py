"""Furniture, fabrics and light."""

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
    luminance,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import (
    curve,
    leaf,
    smooth,
    star,
)
from meiduo.demo.pictures.kinds.registry import kind

OAK = rgb("#c89a66")
WALNUT = rgb("#8b5e3c")
METAL = Blend(rgb("#e8ebf1"), rgb("#8f97a6"), across=True)


@kind("sofa")
def sofa(c: Canvas, ink: RGB, rng: Random) -> None:
    for x in (170, 780):
        c.fill([(x, 790), (x + 50, 790), (x + 38, 850), (x + 12, 850)], WALNUT)
    c.box(130, 340, 740, 380, shade(ink, 0.2), 60)
    c.box(150, 360, 346, 300, body(ink), 50)
    c.box(504, 360, 346, 300, body(ink), 50)
    c.box(110, 610, 780, 196, shade(ink, 0.28), 40)
    c.box(170, 588, 328, 140, Blend(lit(ink, 0.25), ink), 40)
    c.box(502, 588, 328, 140, Blend(lit(ink, 0.25), ink), 40)
    for x in (72, 818):
        c.box(x, 500, 110, 310, body(lit(ink, 0.05)), 52)
    pillow = hsl(rng.uniform(0, 360), 0.6, 0.68)
    for x, turn, tone in ((270, -10, pillow), (700, 12, lit(pillow, 0.4))):
        with c.moved(turn=turn, about=(x, 530)):
            c.box(x - 78, 440, 156, 150, body(tone), 34)
            c.stroke([(x - 56, 515), (x + 56, 515)], 8, Veil(WHITE, 0.6))
    c.box(180, 610, 300, 14, Veil(WHITE, 0.3), 7)
    c.box(514, 610, 300, 14, Veil(WHITE, 0.3), 7)


@kind("chair")
def chair(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(482, 600, 36, 150, METAL)
    for dx in (-190, -95, 95, 190):
        c.stroke([(500, 736), (500 + dx, 808)], 26, rgb("#3b404c"))
        c.oval(500 + dx, 826, 25, rgb("#23262e"))
    c.stroke([(500, 736), (500, 812)], 26, rgb("#3b404c"))
    c.oval(500, 828, 25, rgb("#23262e"))
    c.fill(
        curve(
            (330, 110),
            ((320, 90), (360, 76), (500, 76)),
            ((640, 76), (680, 90), (670, 110)),
            ((690, 250), (690, 400), (650, 500)),
            (350, 500),
            ((310, 400), (310, 250), (330, 110)),
        ),
        shade(ink, 0.22),
    )
    c.fill(
        curve(
            (350, 120),
            ((350, 100), (400, 94), (500, 94)),
            ((600, 94), (650, 100), (650, 120)),
            ((664, 250), (664, 380), (636, 480)),
            (364, 480),
            ((336, 380), (336, 250), (350, 120)),
        ),
        body(ink),
    )
    for i in range(9):
        c.stroke([(352, 150 + i * 38), (648, 150 + i * 38)], 5, Veil(shade(ink, 0.5), 0.25))
    for x, side in ((250, -1), (750, 1)):
        c.stroke([(x, 470), (x, 560), (x - side * 70, 580)], 26, rgb("#4a505d"))
        c.box(x - 62, 430, 124, 46, rgb("#2f333d"), 22)
    c.box(272, 530, 456, 92, Blend(lit(ink, 0.2), shade(ink, 0.12)), 44)
    c.box(300, 540, 400, 16, Veil(WHITE, 0.3), 8)


@kind("desk")
def desk(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(110, 470, 780, 44, Blend(lit(ink, 0.25), ink), 12)
    for x in (140, 826):
        c.box(x, 510, 34, 340, rgb("#4a505d"))
    c.box(580, 514, 246, 240, Blend(lit(ink, 0.1), shade(ink, 0.15)), 8)
    for i in range(3):
        c.box(596, 526 + i * 76, 214, 64, Veil(WHITE, 0.22), 8)
        c.box(676, 552 + i * 76, 54, 12, rgb("#e3b85c"), 6)
    c.box(260, 300, 230, 150, rgb("#2a2e38"), 12)
    c.box(270, 310, 210, 130, Blend(hsl(rng.uniform(0, 360), 0.7, 0.66), hsl(rng.uniform(0, 360), 0.7, 0.5)), 8)
    c.box(360, 446, 30, 26, rgb("#8f97a6"))
    c.box(640, 380, 30, 90, hsl(350, 0.6, 0.62), 3)
    c.box(672, 360, 34, 110, hsl(210, 0.6, 0.58), 3)
    c.box(708, 390, 28, 80, hsl(45, 0.75, 0.6), 3)
    c.box(782, 420, 56, 50, WHITE, 10)
    for angle in (-120, -90, -60):
        c.fill(leaf(810, 424, 90, 20, angle), hsl(135, 0.4, 0.45))


@kind("bedding")
def bedding(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(110, 230, 780, 480, Blend(lit(OAK, 0.2), shade(OAK, 0.15)), 44)
    c.box(130, 570, 740, 250, WHITE, 30)
    c.box(120, 800, 760, 30, WALNUT, 8)
    for x in (150, 800):
        c.box(x, 826, 44, 26, shade(WALNUT, 0.4), 4)
    for x in (190, 520):
        c.box(x, 400, 290, 180, Blend(WHITE, rgb("#dfe5ee")), 60)
        c.box(x + 30, 440, 230, 130, body(lit(ink, 0.45)), 46)
    quilt = curve(
        (100, 620),
        ((100, 560), (160, 540), (240, 540)),
        (760, 540),
        ((840, 540), (900, 560), (900, 620)),
        (906, 800),
        ((800, 830), (200, 830), (94, 800)),
    )
    c.fill(quilt, body(ink, across=False))
    with c.inside(quilt):
        style = rng.randrange(3)
        tone = Veil(WHITE if luminance(ink) < 0.75 else shade(ink, 0.3), 0.35)
        if style == 0:
            for i in range(14):
                c.stroke([(60 + i * 80, 530), (-140 + i * 80, 840)], 6, tone)
                c.stroke([(-140 + i * 80, 530), (60 + i * 80, 840)], 6, tone)
        elif style == 1:
            for i in range(9):
                c.box(120 + i * 92, 530, 26, 320, tone)
        else:
            for row in range(4):
                for column in range(12):
                    x, y = 110 + column * 74 + (row % 2) * 37, 610 + row * 62
                    for angle in (-120, -60, 90):
                        c.fill(leaf(x, y, 28, 9, angle), tone)
        c.fill(curve((90, 540), (910, 540), (906, 600), ((760, 570), (240, 570), (94, 600))), Veil(WHITE, 0.55))


@kind("curtain", stands=False)
def curtain(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(230, 170, 540, 660, Blend(rgb("#cfeaff"), rgb("#eef8ff")), 10)
    c.oval(610, 320, 70, hsl(48, 1.0, 0.82))
    c.fill(
        [*smooth([(230, 680), (350, 600), (480, 660), (620, 590), (770, 660)], closed=False), (770, 830), (230, 830)],
        hsl(130, 0.38, 0.66),
    )
    c.box(492, 170, 16, 660, WHITE)
    c.box(230, 490, 540, 14, WHITE)
    for side in (0, 1):
        shape = curve(
            (120, 130),
            (470, 130),
            ((470, 340), (330, 480), (250, 520)),
            ((290, 620), (320, 760), (330, 880)),
            (120, 880),
        )
        if side:
            shape = [(1000 - x, y) for x, y in shape]
        c.fill(shape, body(ink, across=False))
        with c.inside(shape):
            for i in range(7):
                x = 150 + i * 48
                fold = curve(
                    (x, 120), ((x, 340), (x - 40, 460), (210, 520)), ((x - 60, 640), (x - 20, 760), (x - 10, 890))
                )
                c.stroke([(1000 - px, py) for px, py in fold] if side else fold, 13, Veil(shade(ink, 0.5), 0.2))
        tie = [(196, 500), (270, 500), (262, 548), (200, 548)]
        c.fill([(1000 - x, y) for x, y in tie] if side else tie, rgb("#e3b85c"))
    c.box(90, 104, 820, 28, WALNUT, 14)
    for x in (90, 910):
        c.oval(x, 118, 30, shade(WALNUT, 0.2))


@kind("towel")
def towel(c: Canvas, ink: RGB, rng: Random) -> None:
    tones = (ink, lit(ink, 0.4), shade(ink, 0.15), lit(ink, 0.65))
    for i, tone in enumerate(tones):
        y = 690 - i * 122
        x = 190 + i * 14 + rng.uniform(-12, 12)
        c.box(x, y, 610, 160, shade(tone, 0.15), 76)
        c.box(x, y, 610, 132, body(tone, across=False), 66)
        c.stroke(
            curve((x + 60, y + 66), ((x + 20, y + 66), (x + 20, y + 110), (x + 70, y + 110)), (x + 560, y + 110)),
            8,
            shade(tone, 0.3),
        )
        for k in range(3):
            c.box(x + 470 + k * 30, y + 8, 14, 110, Veil(WHITE, 0.4))


@kind("lamp")
def lamp(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill([(310, 470), (690, 470), (860, 850), (140, 850)], Fade(hsl(46, 1.0, 0.8), 0.55, 0.05))
    c.box(488, 440, 24, 350, METAL)
    c.oval(500, 812, 150, shade(ink, 0.4), 38)
    c.oval(500, 800, 150, body(ink), 36)
    c.oval(500, 476, 190, hsl(48, 1.0, 0.88), 40)
    c.fill(
        curve((400, 170), (600, 170), (700, 470), ((640, 500), (360, 500), (300, 470))),
        Blend(lit(ink, 0.55), lit(ink, 0.12)),
    )
    c.fill(
        curve((400, 170), ((430, 156), (570, 156), (600, 170)), ((570, 186), (430, 186), (400, 170))), shade(ink, 0.2)
    )
    c.fill(
        curve((420, 186), ((400, 290), (370, 390), (344, 476)), (392, 488), ((410, 390), (436, 290), (450, 188))),
        Veil(WHITE, 0.4),
    )
    c.stroke([(600, 490), (600, 580)], 6, rgb("#b7bdc9"))
    c.oval(600, 590, 12, rgb("#e3b85c"))


@kind("plant")
def plant(c: Canvas, ink: RGB, rng: Random) -> None:
    for angle, length in ((-90, 460), (-118, 420), (-62, 430), (-144, 330), (-36, 340), (-105, 300), (-75, 310)):
        tone = hsl(rng.uniform(118, 150), 0.42, rng.uniform(0.34, 0.5))
        c.fill(leaf(500, 600, length, length * 0.22, angle), Blend(lit(tone, 0.2), tone))
        c.stroke(
            [leaf(500, 600, length, 0, angle)[0], leaf(500, 600, length * 0.9, 0, angle)[17]], 6, Veil(WHITE, 0.35)
        )
    c.fill([(330, 590), (670, 590), (620, 850), (380, 850)], body(ink))
    c.box(310, 560, 380, 62, Blend(lit(ink, 0.2), shade(ink, 0.1)), 18)
    c.box(360, 640, 20, 180, Veil(WHITE, 0.3), 10)


@kind("storagebox")
def storagebox(c: Canvas, ink: RGB, rng: Random) -> None:
    for i, (y, tone) in enumerate(((600, ink), (360, lit(ink, 0.35)))):
        c.box(200 + i * 20, y + 40, 600 - i * 40, 210, body(tone), 28)
        c.box(184 + i * 20, y, 632 - i * 40, 62, Blend(lit(tone, 0.4), shade(tone, 0.1)), 26)
        for x in (230 + i * 20, 720 - i * 20):
            c.box(x, y + 44, 50, 56, Veil(WHITE, 0.85), 12)
        c.box(400, y + 110, 200, 86, Veil(WHITE, 0.75), 16)
        c.box(430, y + 144, 140, 14, Veil(tone, 0.8), 7)
    c.oval(380, 320, 50, hsl(rng.uniform(0, 360), 0.6, 0.68))
    c.fill(star(540, 320, 62, 28), hsl(rng.uniform(0, 360), 0.7, 0.66))
    c.box(300, 340, 400, 24, Veil(lit(ink, 0.6), 0.9), 12)
