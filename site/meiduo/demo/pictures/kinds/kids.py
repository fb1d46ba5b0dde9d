"""Toys and what babies need."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB, WHITE, Blend, Veil, body, hsl, lit, rgb, shade
from meiduo.demo.pictures.geometry import arc, box, curve, smooth, star
from meiduo.demo.pictures.kinds.registry import kind

DARK = rgb("#2f333d")


@kind("blocks")
def blocks(c: Canvas, ink: RGB, rng: Random) -> None:
    hue = rng.uniform(0, 360)
    colours = [ink, hsl(hue, 0.75, 0.6), hsl(hue + 100, 0.6, 0.55), hsl(hue + 200, 0.7, 0.6), hsl(48, 0.9, 0.6)]
    rows = (
        (850, ((150, 3), (420, 4), (780, 1))),
        (716, ((240, 2), (420, 2), (600, 3))),
        (582, ((330, 3), (600, 2))),
        (448, ((420, 3),)),
        (314, ((510, 1),)),
    )
    for row, (base, bricks) in enumerate(rows):
        for i, (x, wide) in enumerate(bricks):
            tone = colours[(row * 2 + i) % len(colours)]
            width = wide * 90 - 6
            for k in range(wide):
                c.box(x + 18 + k * 90, base - 160, 48, 40, Blend(lit(tone, 0.3), shade(tone, 0.1), across=True), 10)
            c.box(x, base - 134, width, 130, body(tone, across=False), 12)
            c.box(x + 10, base - 126, width - 20, 12, Veil(WHITE, 0.4), 6)


@kind("bear")
def bear(c: Canvas, ink: RGB, rng: Random) -> None:
    cream = lit(ink, 0.62)
    for x in (330, 670):
        c.oval(x, 770, 112, body(ink), 92)
        c.oval(x, 784, 66, cream, 54)
    for x, turn in ((262, 28), (738, -28)):
        with c.moved(turn=turn, about=(x, 600)):
            c.oval(x, 600, 76, body(shade(ink, 0.08)), 140)
    c.oval(500, 650, 214, body(ink), 204)
    c.oval(500, 674, 138, cream, 142)
    for x in (326, 674):
        c.oval(x, 210, 92, body(ink))
        c.oval(x, 214, 54, cream)
    c.oval(500, 330, 240, body(ink), 212)
    c.oval(500, 398, 112, cream, 88)
    for x in (412, 588):
        c.oval(x, 310, 24, DARK, 28)
        c.oval(x - 7, 300, 8, WHITE)
        c.oval(x + (x - 500) * 0.5, 384, 34, Veil(hsl(350, 0.9, 0.72), 0.6), 24)
    c.oval(500, 364, 36, DARK, 26)
    c.stroke(arc(470, 404, 32, 30, 10, 150), 9, DARK)
    c.stroke(arc(530, 404, 32, 30, 30, 170), 9, DARK)
    bow = hsl(rng.uniform(0, 360), 0.72, 0.58)
    c.fill(smooth([(500, 534), (400, 486), (390, 590), (500, 546), (610, 590), (600, 486)]), bow)
    c.oval(500, 540, 30, shade(bow, 0.2))


@kind("babybottle")
def babybottle(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(
        curve(
            (440, 200),
            ((450, 120), (470, 80), (500, 80)),
            ((530, 80), (550, 120), (560, 200)),
            ((600, 220), (620, 240), (620, 260)),
            (380, 260),
            ((380, 240), (400, 220), (440, 200)),
        ),
        Blend(rgb("#fde8cf"), rgb("#e9bd8e")),
    )
    c.box(350, 250, 300, 86, body(ink), 22)
    for i in range(14):
        c.box(362 + i * 20, 262, 6, 62, Veil(shade(ink, 0.5), 0.22), 3)
    shape = box(340, 330, 320, 520, (46, 46, 80, 80))
    c.fill(shape, Veil(rgb("#eaf3fa"), 0.92))
    with c.inside(shape):
        c.fill(
            [*smooth([(330, 500), (420, 480), (520, 510), (670, 486)], closed=False), (670, 860), (330, 860)],
            rgb("#fffaf0"),
        )
        c.box(366, 370, 28, 420, Veil(WHITE, 0.8), 14)
    for i in range(6):
        c.box(590, 470 + i * 56, 46 if i % 2 else 30, 7, shade(ink, 0.1), 3)
    c.oval(480, 640, 76, lit(ink, 0.2))
    for x in (430, 530):
        c.oval(x, 584, 24, lit(ink, 0.2))
    for x in (456, 504):
        c.oval(x, 632, 9, DARK)
    c.oval(480, 660, 28, lit(ink, 0.65), 20)
    for x in (300, 640):
        c.stroke(arc(x + 30, 560, 56, 100, 100 if x < 500 else -80, 260 if x < 500 else 80), 28, shade(ink, 0.08))


@kind("diapers")
def diapers(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(arc(500, 210, 90, 90, 180, 360), 24, shade(ink, 0.25))
    c.fill(
        curve(
            (220, 260),
            ((200, 190), (800, 190), (780, 260)),
            ((810, 420), (810, 700), (790, 850)),
            (210, 850),
            ((190, 700), (190, 420), (220, 260)),
        ),
        body(ink),
    )
    c.oval(500, 540, 210, Veil(WHITE, 0.94))
    c.oval(500, 560, 124, rgb("#ffdcc2"), 118)
    for x in (380, 620):
        c.oval(x, 560, 26, rgb("#ffcba8"))
    for x in (452, 548):
        c.oval(x, 556, 13, DARK)
        c.oval(x + (x - 500) * 0.7, 594, 21, Veil(hsl(350, 0.9, 0.7), 0.55), 15)
    c.stroke(arc(500, 584, 36, 30, 20, 160), 9, DARK)
    c.stroke(curve((500, 446), ((470, 420), (520, 396), (530, 430))), 12, rgb("#7a5236"))
    c.fill(star(310, 330, 50, 22), WHITE)
    c.box(560, 770, 190, 46, Veil(WHITE, 0.85), 22)
    for i in range(4):
        c.fill(star(596 + i * 40, 793, 13, 6), hsl(42, 0.95, 0.58))


@kind("toycar")
def toycar(c: Canvas, ink: RGB, rng: Random) -> None:
    shape = curve(
        (90, 700),
        ((90, 610), (150, 580), (230, 570)),
        ((300, 450), (380, 400), (500, 400)),
        ((620, 400), (690, 470), (740, 570)),
        ((860, 590), (910, 630), (910, 720)),
        (900, 780),
        (100, 780),
    )
    c.fill(shape, body(ink, across=False))
    for points in (
        curve((290, 570), ((340, 480), (400, 450), (476, 450)), (476, 570)),
        curve((512, 570), (512, 450), ((590, 450), (640, 490), (676, 570))),
    ):
        c.fill(points, Blend(rgb("#dff4ff"), rgb("#8fc6e8")))
        with c.inside(points):
            c.stroke([(330, 600), (450, 430)], 26, Veil(WHITE, 0.5))
            c.stroke([(560, 600), (680, 430)], 22, Veil(WHITE, 0.5))
    c.box(90, 690, 820, 26, Veil(WHITE, 0.75))
    c.oval(872, 650, 28, hsl(48, 1.0, 0.75), 22)
    c.oval(118, 650, 22, hsl(0, 0.85, 0.62), 20)
    c.oval(560, 636, 60, Veil(WHITE, 0.92))
    c.text(560, 636, str(rng.randint(1, 9)), 86, ink)
    for x in (262, 742):
        c.oval(x, 762, 104, shade(ink, 0.45))
        c.oval(x, 766, 88, DARK)
        c.oval(x, 766, 48, rgb("#dfe4ec"))
        c.fill(star(x, 766, 42, 20, 5), rgb("#8d96a6"))
        c.oval(x, 766, 13, DARK)


@kind("robot")
def robot(c: Canvas, ink: RGB, rng: Random) -> None:
    eye = hsl(rng.choice((185, 140, 45, 320)), 0.95, 0.62)
    c.box(490, 90, 20, 110, rgb("#8d96a6"))
    c.oval(500, 86, 32, eye)
    for x in (392, 556):
        c.box(x, 740, 60, 80, rgb("#8d96a6"))
        c.box(x - 26, 792, 112, 58, body(shade(ink, 0.2)), 24)
    for x, turn in ((262, 20), (738, -34)):
        with c.moved(turn=turn, about=(x + (40 if x < 500 else -40), 520)):
            c.box(x - 34, 500, 68, 200, body(shade(ink, 0.08)), 32)
            c.oval(x, 712, 46, rgb("#8d96a6"))
    c.box(310, 470, 380, 300, body(ink), 56)
    c.box(390, 540, 220, 150, DARK, 26)
    c.stroke(
        smooth([(410, 620), (450, 620), (470, 570), (500, 670), (524, 600), (548, 620), (590, 620)], closed=False),
        11,
        eye,
    )
    c.box(440, 430, 120, 56, rgb("#8d96a6"), 8)
    for x in (210, 730):
        c.box(x, 270, 60, 110, shade(ink, 0.3), 22)
    c.box(244, 180, 512, 270, body(lit(ink, 0.1)), 90)
    c.box(296, 232, 408, 166, DARK, 64)
    for x in (410, 590):
        c.oval(x, 310, 44, eye)
        c.oval(x, 310, 20, WHITE)
    c.stroke(arc(500, 340, 36, 26, 20, 160), 9, eye)
    c.box(280, 204, 200, 16, Veil(WHITE, 0.4), 8)


@kind("stroller")
def stroller(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(curve((760, 250), ((860, 230), (900, 260), (900, 300))), 26, DARK)
    c.stroke([(770, 256), (330, 770)], 22, rgb("#8d96a6"))
    c.stroke([(330, 560), (690, 770)], 22, rgb("#8d96a6"))
    c.fill(
        curve((200, 470), (760, 470), ((750, 620), (640, 690), (480, 690)), ((320, 690), (210, 620), (200, 470))),
        body(ink),
    )
    c.fill(
        curve((480, 470), ((300, 470), (200, 470), (200, 470)), ((196, 300), (320, 190), (480, 190))),
        Blend(lit(ink, 0.35), lit(ink, 0.05)),
    )
    for part in (0.33, 0.66):
        c.stroke(
            curve((480, 190), ((480 - 190 * part, 230), (480 - 280 * part, 340), (480 - 280 * part, 470))),
            7,
            Veil(shade(ink, 0.4), 0.5),
        )
    c.box(190, 456, 580, 30, shade(ink, 0.3), 15)
    for _ in range(9):
        c.fill(star(rng.uniform(270, 690), rng.uniform(520, 640), 15, 7), Veil(WHITE, 0.75))
    for x in (330, 690):
        c.oval(x, 776, 76, DARK)
        c.oval(x, 776, 50, rgb("#e6eaf1"))
        c.oval(x, 776, 15, ink)


@kind("puzzle", stands=False, lean=6)
def puzzle(c: Canvas, ink: RGB, rng: Random) -> None:
    hue = rng.uniform(0, 360)
    tones = [ink, hsl(hue, 0.68, 0.66), hsl(hue + 90, 0.6, 0.62), hsl(hue + 190, 0.66, 0.66)]
    step = 210
    for row in range(3):
        for column in range(3):
            x, y = 185 + column * step, 185 + row * step
            gap = 60 if (row, column) == (0, 2) else 0
            with c.moved(gap, -gap, turn=gap / 4, about=(x + 105, y + 105)):
                tone = tones[(row * 2 + column * 3) % 4]
                c.box(x, y, step - 6, step - 6, body(tone), 16)
                if column < 2:
                    c.oval(x + step - 2, y + step / 2, 36, body(tone))
                if row < 2:
                    c.oval(x + step / 2, y + step - 2, 36, body(tone))
    for row in range(3):
        for column in range(3):
            x, y = 290 + column * step, 290 + row * step
            if (row, column) != (0, 2):
                c.stroke(arc(x, y, 50, 40, 20, 160), 10, Veil(WHITE, 0.75))
                c.oval(x - 30, y - 26, 10, Veil(WHITE, 0.85))
                c.oval(x + 30, y - 26, 10, Veil(WHITE, 0.85))


@kind("rocket", stands=False, lean=10)
def rocket(c: Canvas, ink: RGB, rng: Random) -> None:
    flame = hsl(30, 0.98, 0.6)
    c.fill(smooth([(430, 740), (500, 960), (570, 740)]), flame)
    c.fill(smooth([(460, 740), (500, 880), (540, 740)]), hsl(50, 1.0, 0.72))
    for side in (-1, 1):
        c.fill(
            curve(
                (500 + side * 120, 540),
                ((500 + side * 230, 600), (500 + side * 240, 700), (500 + side * 230, 790)),
                ((500 + side * 180, 740), (500 + side * 140, 720), (500 + side * 100, 720)),
            ),
            body(ink),
        )
    c.fill(
        curve((500, 70), ((620, 170), (660, 400), (610, 740)), (390, 740), ((340, 400), (380, 170), (500, 70))),
        Blend(WHITE, rgb("#cfd7e4"), across=True),
    )
    c.fill(
        curve((500, 70), ((560, 120), (596, 190), (616, 270)), (384, 270), ((404, 190), (440, 120), (500, 70))),
        body(ink),
    )
    c.oval(500, 400, 82, shade(ink, 0.2))
    c.oval(500, 400, 62, Blend(rgb("#bfe9ff"), rgb("#4a9bd8")))
    c.oval(478, 376, 16, Veil(WHITE, 0.85))
    c.box(398, 600, 204, 30, ink)
    c.box(410, 730, 180, 40, DARK, 10)
    for _ in range(6):
        c.fill(
            star(
                rng.choice((rng.uniform(90, 260), rng.uniform(740, 910))),
                rng.uniform(110, 860),
                rng.uniform(14, 28),
                8,
                4,
            ),
            Veil(WHITE, 0.9),
        )
