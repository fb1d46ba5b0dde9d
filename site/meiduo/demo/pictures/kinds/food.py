"""Fresh food, snacks, drinks and what comes from the kitchen."""

import math
from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB, WHITE, Blend, Fade, Veil, body, hsl, lit, luminance, rgb, shade
from meiduo.demo.pictures.geometry import arc, box, curve, leaf, oval, smooth, star
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
    for i in range(14):
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
        rng.choice(("CRISPY", "YUMMY", "NUTS", "COOKIE")),
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
    c.oval(740, 702, 104, hsl(rng.choice((28, 48, 80)), 0.72, 0.5), 23)
    for x in (710, 770):
        c.stroke(curve((x, 650), ((x - 26, 610), (x + 26, 580), (x, 530))), 13, Veil(WHITE, 0.8))


@kind("bottle")
def bottle(c: Canvas, ink: RGB, rng: Random) -> None:
    word = rng.choice(("OIL", "SOY", "1998", "53°"))
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
            c.text(500, 632, word, 84, rgb("#8c2f24"))
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
    c.text(500, 780, f"{rng.choice((5, 10))}kg", 74, shade(ink, 0.2))
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
