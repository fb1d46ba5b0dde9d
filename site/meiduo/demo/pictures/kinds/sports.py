"""Balls, training, tents and wheels."""

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
    luminance,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import (
    arc,
    curve,
    oval,
    smooth,
    star,
)
from meiduo.demo.pictures.kinds.registry import kind

DARK = rgb("#262a33")
METAL = Blend(rgb("#eef1f6"), rgb("#8f97a6"), across=True)


@kind("basketball")
def basketball(c: Canvas, ink: RGB, rng: Random) -> None:
    ball = oval(500, 500, 350)
    c.fill(ball, Blend(lit(ink, 0.22), shade(ink, 0.22)))
    with c.inside(ball):
        line = shade(ink, 0.65)
        with c.moved(turn=rng.uniform(-25, 25)):
            c.stroke([(500, 120), (500, 880)], 15, line)
            c.stroke([(120, 500), (880, 500)], 15, line)
            c.stroke(arc(130, 500, 250, 300, -80, 80), 15, line)
            c.stroke(arc(870, 500, 250, 300, 100, 260), 15, line)
        c.oval(390, 350, 150, Fade(WHITE, 0.4, 0.0), 110)


@kind("football")
def football(c: Canvas, ink: RGB, rng: Random) -> None:
    ball = oval(500, 500, 350)
    c.fill(ball, Blend(WHITE, rgb("#c5ccd9")))
    with c.inside(ball):
        turn = rng.uniform(0, 72)
        centre = [
            (500 + 118 * math.cos(math.radians(turn + 72 * i)), 500 + 118 * math.sin(math.radians(turn + 72 * i)))
            for i in range(5)
        ]
        c.fill(centre, body(ink))
        for i, (x, y) in enumerate(centre):
            angle = math.radians(turn + 72 * i)
            far = (500 + 226 * math.cos(angle), 500 + 226 * math.sin(angle))
            c.stroke([(x, y), far], 12, rgb("#8d96a6"))
            for side in (-1, 1):
                bend = math.radians(turn + 72 * i + side * 36)
                c.stroke([far, (500 + 272 * math.cos(bend), 500 + 272 * math.sin(bend))], 12, rgb("#8d96a6"))
            edge = [
                (500 + r * math.cos(angle + math.pi / 5 + d), 500 + r * math.sin(angle + math.pi / 5 + d))
                for r, d in ((268, 0.0), (312, -0.26), (400, -0.24), (400, 0.24), (312, 0.26))
            ]
            c.fill(edge, shade(ink, 0.15))
        c.oval(380, 350, 130, Veil(WHITE, 0.25), 90)


@kind("racket", stands=False, lean=10)
def racket(c: Canvas, ink: RGB, rng: Random) -> None:
    for turn, tone in ((36, ink), (-36, lit(ink, 0.35))):
        with c.moved(turn=turn, about=(500, 620)):
            head = oval(500, 290, 160, 210)
            with c.inside(head):
                for i in range(12):
                    c.box(352 + i * 27, 60, 4, 460, WHITE)
                for i in range(16):
                    c.box(320, 90 + i * 27, 380, 4, WHITE)
            c.stroke(head, 28, tone, closed=True)
            c.stroke(arc(500, 290, 160, 210, 200, 290), 9, Veil(WHITE, 0.6))
            c.box(490, 500, 20, 220, METAL)
            c.box(474, 490, 52, 50, shade(tone, 0.3), 14)
            c.box(470, 690, 60, 220, body(DARK), 16)
            for i in range(7):
                c.stroke([(474, 720 + i * 28), (526, 706 + i * 28)], 6, Veil(WHITE, 0.35))
    c.fill([(440, 860), (560, 860), (528, 934), (472, 934)], Blend(WHITE, rgb("#d8dee9")))
    c.oval(500, 938, 34, ink)


@kind("tent")
def tent(c: Canvas, ink: RGB, rng: Random) -> None:
    for x, y, size in ((140, 850, 1.0), (880, 850, 1.25)):
        for i in range(3):
            c.fill(
                [
                    (x, y - (340 - i * 60) * size),
                    (x + (60 + 22 * i) * size, y - (150 - i * 60) * size),
                    (x - (60 + 22 * i) * size, y - (150 - i * 60) * size),
                ],
                hsl(150, 0.34, 0.42 + 0.05 * i),
            )
        c.box(x - 12, y - 40, 24, 40, rgb("#7a5236"))
    c.fill([(500, 250), (900, 850), (640, 850)], shade(ink, 0.3))
    c.fill(
        curve((500, 250), ((420, 460), (280, 700), (100, 850)), (900, 850), ((720, 700), (580, 460), (500, 250))),
        body(ink),
    )
    c.fill(
        curve((500, 310), ((470, 500), (400, 720), (330, 850)), (670, 850), ((600, 720), (530, 500), (500, 310))),
        shade(ink, 0.62),
    )
    c.fill(
        curve((500, 310), ((470, 500), (400, 720), (330, 850)), (400, 850), ((450, 720), (490, 500), (500, 310))),
        lit(ink, 0.4),
    )
    c.fill(
        curve((500, 310), ((530, 500), (600, 720), (670, 850)), (610, 850), ((550, 720), (510, 500), (500, 310))),
        lit(ink, 0.25),
    )
    c.oval(500, 760, 46, Veil(hsl(44, 1.0, 0.7), 0.5))
    c.oval(500, 770, 22, hsl(44, 1.0, 0.7))
    c.stroke([(500, 250), (500, 190)], 9, rgb("#7a5236"))
    c.fill([(504, 190), (590, 216), (504, 244)], hsl(rng.uniform(0, 360), 0.75, 0.6))
    for x in (170, 830):
        c.stroke([(x, 790), (x + (x - 500) * 0.2, 850)], 6, Veil(WHITE, 0.85))


@kind("dumbbell")
def dumbbell(c: Canvas, ink: RGB, rng: Random) -> None:
    for dx, dy, tone in ((60, -190, shade(ink, 0.15)), (-30, 0, ink)):
        with c.moved(dx, dy):
            c.box(340, 690, 330, 64, METAL, 20)
            for i in range(12):
                c.box(424 + i * 14, 694, 5, 56, Veil(DARK, 0.25))
            for x, height in ((200, 230), (270, 290), (630, 290), (700, 230)):
                c.box(x, 722 - height / 2, 80, height, body(tone), 24)
                c.box(x + 12, 722 - height / 2 + 22, 14, height - 44, Veil(WHITE, 0.35), 7)
            for x in (176, 780):
                c.box(x, 690, 40, 64, shade(tone, 0.5), 12)


@kind("yogamat")
def yogamat(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill([(230, 760), (860, 700), (930, 820), (250, 850)], Blend(lit(ink, 0.2), ink, across=True))
    c.fill([(250, 850), (930, 820), (930, 834), (252, 864)], shade(ink, 0.3))
    c.box(170, 260, 200, 590, body(ink), 30)
    c.oval(270, 272, 100, shade(ink, 0.1), 44)
    for i in range(4):
        c.stroke(oval(270, 272, 84 - i * 21, 36 - i * 9), 7, lit(ink, 0.45), closed=True)
    for y in (410, 650):
        c.box(162, y, 216, 36, shade(ink, 0.5), 10)
        c.box(240, y - 5, 60, 46, METAL, 8)
    c.stroke(curve((300, 420), ((480, 420), (480, 660), (300, 660))), 22, shade(ink, 0.42))
    c.box(560, 590, 170, 130, body(hsl(rng.uniform(0, 360), 0.5, 0.68)), 16)
    c.oval(790, 690, 56, body(hsl(rng.uniform(0, 360), 0.5, 0.62)))


@kind("bicycle")
def bicycle(c: Canvas, ink: RGB, rng: Random) -> None:
    for x in (240, 760):
        c.stroke(oval(x, 660, 180), 24, DARK, closed=True)
        c.stroke(oval(x, 660, 162), 7, rgb("#b5bdca"), closed=True)
        for i in range(12):
            angle = math.radians(i * 30 + 8)
            c.stroke([(x, 660), (x + 160 * math.cos(angle), 660 + 160 * math.sin(angle))], 3, rgb("#c9d0dc"))
        c.oval(x, 660, 20, rgb("#8d96a6"))
    tone, dark = ink, shade(ink, 0.25)
    for line in ([(240, 660), (400, 400)], [(240, 660), (480, 670)]):
        c.stroke(line, 22, dark)
    for line in ([(480, 670), (385, 360)], [(400, 410), (660, 400)], [(480, 670), (664, 420)]):
        c.stroke(line, 30, tone)
    c.stroke([(640, 310), (670, 420), (760, 660)], 26, dark)
    c.stroke(curve((640, 310), ((690, 280), (760, 280), (740, 350))), 22, DARK)
    c.box(316, 334, 150, 38, DARK, 18)
    c.oval(480, 670, 62, DARK)
    c.oval(480, 670, 44, rgb("#b5bdca"))
    c.stroke([(480, 670), (520, 770)], 15, rgb("#5b6373"))
    c.box(490, 764, 80, 20, DARK, 8)
    c.stroke([(440, 626), (240, 636)], 6, rgb("#5b6373"))
    c.stroke([(440, 714), (240, 684)], 6, rgb("#5b6373"))


@kind("scooter")
def scooter(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke([(690, 190), (780, 740)], 38, body(ink) if luminance(ink) > 0.15 else ink)
    c.stroke([(580, 200), (760, 172)], 32, DARK)
    c.oval(690, 188, 36, rgb("#3fd08a"))
    c.fill(
        curve(
            (200, 720),
            (640, 720),
            ((700, 720), (720, 690), (740, 640)),
            (790, 660),
            ((770, 740), (740, 780), (680, 780)),
            (200, 780),
        ),
        body(shade(ink, 0.15)),
    )
    c.box(230, 700, 410, 26, DARK, 10)
    for x in (220, 800):
        c.oval(x, 770, 80, DARK)
        c.oval(x, 770, 46, rgb("#c8cfdb"))
        c.oval(x, 770, 16, DARK)
    c.fill(arc(800, 770, 104, 104, 190, 330), shade(ink, 0.3))
    c.oval(800, 776, 74, DARK)
    c.oval(800, 776, 40, rgb("#c8cfdb"))
    c.oval(716, 300, 22, hsl(50, 1.0, 0.75))
    c.box(330, 744, 180, 14, Veil(hsl(rng.uniform(0, 360), 0.9, 0.65), 0.9), 7)


@kind("sportbottle")
def sportbottle(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(arc(500, 130, 70, 62, 160, 380), 26, shade(ink, 0.4))
    c.box(420, 150, 160, 110, body(shade(ink, 0.35)), 22)
    shape = curve(
        (400, 250),
        (600, 250),
        ((660, 290), (660, 340), (650, 420)),
        ((620, 500), (620, 560), (650, 640)),
        (652, 800),
        ((652, 836), (630, 850), (600, 850)),
        (400, 850),
        ((370, 850), (348, 836), (348, 800)),
        (350, 640),
        ((380, 560), (380, 500), (350, 420)),
        ((340, 340), (340, 290), (400, 250)),
    )
    c.fill(shape, Blend(lit(ink, 0.45), lit(ink, 0.05), across=True))
    with c.inside(shape):
        c.fill(
            [*smooth([(330, 420), (430, 400), (540, 430), (680, 404)], closed=False), (680, 860), (330, 860)],
            Veil(ink, 0.55),
        )
        c.box(382, 300, 26, 520, Veil(WHITE, 0.5), 13)
        for i in range(5):
            c.box(570, 480 + i * 70, 50, 8, Veil(WHITE, 0.85), 4)
    c.fill(star(500, 640, 54, 24, rng.choice((4, 5, 6))), Veil(WHITE, 0.9))


@kind("swimwear", stands=False, lean=6)
def swimwear(c: Canvas, ink: RGB, rng: Random) -> None:
    strap = shade(ink, 0.4)
    c.stroke(curve((150, 420), ((60, 470), (60, 560), (150, 590))), 26, strap)
    c.stroke(curve((850, 420), ((940, 470), (940, 560), (850, 590))), 26, strap)
    for x in (310, 690):
        frame = smooth(
            [
                (x - 180, 480),
                (x - 100, 390),
                (x + 80, 390),
                (x + 170, 470),
                (x + 120, 590),
                (x - 60, 620),
                (x - 160, 570),
            ]
        )
        c.fill(frame, body(ink))
        lens = [((px - x) * 0.76 + x, (py - 500) * 0.74 + 500) for px, py in frame]
        c.fill(lens, Blend(hsl(rng.uniform(180, 300), 0.85, 0.7), hsl(rng.uniform(180, 300), 0.8, 0.38)))
        with c.inside(lens):
            c.stroke([(x - 110, 640), (x + 20, 380)], 34, Veil(WHITE, 0.45))
            c.stroke([(x - 30, 640), (x + 80, 400)], 13, Veil(WHITE, 0.4))
    c.stroke(arc(500, 510, 52, 44, 190, 350), 30, strap)


@kind("fishingrod", stands=False, lean=6)
def fishingrod(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke([(180, 850), (420, 560)], 42, DARK)
    c.stroke([(400, 584), (860, 130)], 17, ink)
    c.stroke(curve((860, 130), ((880, 300), (860, 420), (800, 520))), 4, Veil(WHITE, 0.95))
    for part in (0.25, 0.55, 0.85):
        c.stroke(oval(400 + 460 * part + 16, 584 - 454 * part + 16, 16), 6, rgb("#b5bdca"), closed=True)
    c.oval(372, 692, 88, shade(ink, 0.35))
    c.oval(366, 684, 84, body(ink))
    c.oval(366, 684, 40, rgb("#e6eaf1"))
    c.stroke([(366, 684), (450, 740)], 15, DARK)
    c.oval(456, 744, 24, rgb("#d9433f"))
    c.oval(800, 560, 42, hsl(0, 0.8, 0.6))
    c.fill(arc(800, 560, 42, 42, 0, 180), WHITE)
    c.stroke([(800, 604), (800, 650)], 6, DARK)
    for i in range(2):
        c.stroke(arc(800, 680 + i * 16, 90 + i * 60, 20 + i * 12, 0, 360), 6, Veil(WHITE, 0.8 - 0.3 * i))
