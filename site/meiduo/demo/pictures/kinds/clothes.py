"""Clothes."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    RGB,
    WHITE,
    Veil,
    body,
    hsl,
    lit,
    luminance,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import (
    Outline,
    arc,
    curve,
    flipped,
    mirrored,
    smooth,
    star,
)
from meiduo.demo.pictures.kinds.registry import kind

GOLD = rgb("#e3b85c")


def _print_on(c: Canvas, ink: RGB, rng: Random) -> None:
    """A small print on the chest, another one for every product."""
    mark = lit(ink, 0.72) if luminance(ink) < 0.6 else hsl(rng.uniform(0, 360), 0.65, 0.55)
    style = rng.randrange(4)
    if style == 0:
        c.oval(500, 480, 84, mark)
        c.fill([(420, 520), (470, 440), (510, 500), (545, 455), (585, 520)], ink)
    elif style == 1:
        for i in range(3):
            c.box(400, 420 + i * 44, 200 - i * 40, 24, mark, 12)
    elif style == 2:
        c.fill(star(500, 480, 96, 42), mark)
    else:
        c.stroke(arc(500, 480, 84, 84, 0, 360), 14, mark)
        c.text(500, 480, rng.choice(("GO", "HI", "OK", "88")), 92, mark)


@kind("tshirt", stands=False, lean=4)
def tshirt(c: Canvas, ink: RGB, rng: Random) -> None:
    half: Outline = curve(
        (500, 216),
        ((450, 216), (420, 190), (404, 160)),
        (330, 186),
        ((270, 210), (230, 250), (200, 300)),
        (110, 452),
        ((104, 462), (106, 474), (116, 480)),
        (232, 546),
        ((242, 552), (254, 548), (260, 538)),
        (304, 470),
        ((300, 620), (296, 740), (290, 830)),
        ((290, 848), (300, 858), (316, 860)),
        (500, 868),
    )
    shape = mirrored(half)
    c.fill(shape, body(ink))
    with c.inside(shape):
        c.fill([(304, 470), (320, 400), (330, 860), (290, 860)], Veil(shade(ink, 0.5), 0.18))
        c.fill([(696, 470), (680, 400), (670, 860), (710, 860)], Veil(shade(ink, 0.5), 0.24))
        c.stroke([(110, 444), (262, 530)], 10, Veil(shade(ink, 0.5), 0.3))
        c.stroke([(890, 444), (738, 530)], 10, Veil(shade(ink, 0.5), 0.3))
        c.stroke([(290, 838), (710, 838)], 6, Veil(shade(ink, 0.5), 0.3))
        c.fill(
            curve((380, 860), ((410, 720), (390, 600), (420, 520)), ((430, 640), (440, 760), (430, 860))),
            Veil(WHITE, 0.1),
        )
    c.fill(
        curve((404, 160), ((440, 240), (560, 240), (596, 160)), ((560, 180), (440, 180), (404, 160))), shade(ink, 0.42)
    )
    c.stroke(curve((404, 162), ((440, 250), (560, 250), (596, 162))), 20, shade(ink, 0.16))
    _print_on(c, ink, rng)


@kind("hoodie", stands=False, lean=4)
def hoodie(c: Canvas, ink: RGB, rng: Random) -> None:
    half: Outline = curve(
        (500, 120),
        ((420, 120), (370, 170), (360, 240)),
        ((290, 262), (250, 300), (232, 380)),
        (130, 790),
        ((128, 810), (136, 820), (150, 824)),
        (232, 844),
        ((246, 846), (256, 838), (260, 826)),
        (306, 600),
        (300, 820),
        ((300, 850), (310, 866), (340, 868)),
        (500, 872),
    )
    shape = mirrored(half)
    c.fill(shape, body(ink))
    with c.inside(shape):
        c.box(296, 822, 408, 60, shade(ink, 0.2))
        for x in range(310, 700, 18):
            c.box(x, 826, 6, 46, Veil(shade(ink, 0.5), 0.3))
        c.fill([(306, 600), (330, 430), (346, 870), (296, 870)], Veil(shade(ink, 0.5), 0.2))
        c.fill([(694, 600), (670, 430), (654, 870), (704, 870)], Veil(shade(ink, 0.5), 0.26))
    c.fill(
        curve(
            (376, 236),
            ((390, 160), (440, 150), (500, 150)),
            ((560, 150), (610, 160), (624, 236)),
            ((590, 320), (410, 320), (376, 236)),
        ),
        shade(ink, 0.42),
    )
    c.stroke(curve((372, 236), ((410, 330), (590, 330), (628, 236))), 22, shade(ink, 0.12))
    for x in (450, 550):
        c.stroke([(x, 300), (x + (x - 500) * 0.1, 430)], 12, lit(ink, 0.6))
        c.box(x + (x - 500) * 0.1 - 8, 424, 16, 30, GOLD, 6)
    c.fill([(390, 640), (610, 640), (650, 780), (350, 780)], shade(ink, 0.14))
    c.stroke([(390, 640), (350, 780)], 7, shade(ink, 0.34))
    c.stroke([(610, 640), (650, 780)], 7, shade(ink, 0.34))


@kind("shirt", stands=False, lean=4)
def shirt(c: Canvas, ink: RGB, rng: Random) -> None:
    half: Outline = curve(
        (500, 190),
        (430, 150),
        ((330, 176), (290, 200), (266, 260)),
        (150, 760),
        ((148, 776), (156, 786), (170, 790)),
        (246, 806),
        ((260, 808), (270, 800), (274, 788)),
        (318, 560),
        (306, 850),
        (500, 872),
    )
    shape = mirrored(half)
    c.fill(shape, body(ink))
    with c.inside(shape):
        if rng.random() < 0.6:
            for i in range(22):
                c.box(150 + i * 34, 100, 8, 800, Veil(lit(ink, 0.6) if luminance(ink) < 0.6 else shade(ink, 0.3), 0.3))
        c.fill([(318, 560), (336, 430), (350, 870), (300, 870)], Veil(shade(ink, 0.5), 0.2))
        c.fill([(682, 560), (664, 430), (650, 870), (700, 870)], Veil(shade(ink, 0.5), 0.26))
        for x in (150, 730):
            c.box(x - 6, 740, 140, 18, Veil(shade(ink, 0.5), 0.25))
        c.box(476, 200, 48, 700, Veil(WHITE, 0.2))
        c.stroke([(476, 200), (476, 880)], 5, Veil(shade(ink, 0.5), 0.4))
    for i in range(6):
        c.oval(500, 290 + i * 96, 12, lit(ink, 0.75))
        c.oval(500, 290 + i * 96, 4, shade(ink, 0.4))
    c.fill([(500, 236), (430, 150), (570, 150)], shade(ink, 0.45))
    for outline in ([(500, 240), (412, 158), (452, 132), (492, 190), (420, 290), (372, 186)],):
        c.fill(outline, lit(ink, 0.22))
        c.fill(flipped(outline), lit(ink, 0.12))
    c.box(560, 420, 112, 124, Veil(shade(ink, 0.5), 0.16), (0, 0, 20, 20))


@kind("jacket", stands=False, lean=4)
def jacket(c: Canvas, ink: RGB, rng: Random) -> None:
    half: Outline = curve(
        (500, 150),
        (410, 140),
        ((320, 170), (270, 200), (246, 280)),
        (136, 770),
        ((136, 790), (144, 800), (160, 804)),
        (246, 822),
        ((262, 824), (270, 814), (274, 800)),
        (318, 590),
        (310, 846),
        ((312, 862), (322, 868), (340, 868)),
        (500, 868),
    )
    shape = mirrored(half)
    c.fill(shape, body(ink))
    with c.inside(shape):
        for i in range(7):
            y = 300 + i * 84
            c.stroke(
                curve((120, y), ((300, y + 34), (420, y + 10), (500, y)), ((580, y + 10), (700, y + 34), (880, y))),
                9,
                Veil(shade(ink, 0.5), 0.36),
            )
            c.stroke(
                curve(
                    (120, y + 14),
                    ((300, y + 48), (420, y + 24), (500, y + 14)),
                    ((580, y + 24), (700, y + 48), (880, y + 14)),
                ),
                10,
                Veil(WHITE, 0.16),
            )
        c.fill([(318, 590), (336, 430), (344, 870), (300, 870)], Veil(shade(ink, 0.5), 0.25))
        c.fill([(682, 590), (664, 430), (656, 870), (700, 870)], Veil(shade(ink, 0.5), 0.3))
    c.fill(
        curve((392, 150), ((400, 90), (600, 90), (608, 150)), (590, 240), ((540, 260), (460, 260), (410, 240))),
        shade(ink, 0.25),
    )
    c.fill(
        curve((430, 140), ((440, 110), (560, 110), (570, 140)), ((550, 200), (450, 200), (430, 140))), shade(ink, 0.6)
    )
    c.stroke([(500, 240), (500, 862)], 12, shade(ink, 0.5))
    c.stroke([(500, 240), (500, 862)], 4, GOLD)
    c.box(490, 250, 20, 50, GOLD, 8)
    for x, turn in ((380, 14), (620, -14)):
        with c.moved(turn=turn, about=(x, 690)):
            c.box(x - 8, 630, 16, 120, shade(ink, 0.5), 8)


@kind("dress", stands=False, lean=4)
def dress(c: Canvas, ink: RGB, rng: Random) -> None:
    half: Outline = curve(
        (500, 250),
        ((450, 240), (420, 200), (410, 110)),
        (370, 112),
        ((372, 210), (350, 260), (330, 310)),
        ((350, 370), (384, 410), (396, 470)),
        ((350, 620), (260, 740), (214, 850)),
        ((300, 900), (400, 890), (500, 896)),
    )
    shape = mirrored(half)
    c.fill(shape, body(ink))
    with c.inside(shape):
        for dx in (-150, -60, 40, 120):
            c.fill(
                curve(
                    (500 + dx * 0.4, 480),
                    ((500 + dx, 620), (500 + dx * 1.6, 760), (500 + dx * 1.8, 900)),
                    (500 + dx * 1.8 + 46, 900),
                    ((500 + dx * 1.4 + 20, 740), (500 + dx + 10, 620), (500 + dx * 0.4 + 8, 480)),
                ),
                Veil(shade(ink, 0.5), 0.2),
            )
        bloom = lit(ink, 0.7) if luminance(ink) < 0.72 else hsl(rng.uniform(330, 390), 0.75, 0.72)
        for _ in range(26 if rng.random() < 0.65 else 0):
            x, y, radius = rng.uniform(230, 770), rng.uniform(300, 860), rng.uniform(12, 20)
            for i in range(5):
                with c.moved(turn=72 * i, about=(x, y)):
                    c.oval(x, y - radius * 0.8, radius * 0.62, bloom)
            c.oval(x, y, radius * 0.45, GOLD)
    c.fill(
        curve((392, 452), ((450, 480), (550, 480), (608, 452)), (604, 496), ((550, 520), (450, 520), (396, 496))),
        shade(ink, 0.35),
    )
    c.fill(smooth([(500, 486), (450, 466), (440, 500), (500, 488), (560, 500), (550, 466)]), shade(ink, 0.45))


@kind("pants", stands=False, lean=3)
def pants(c: Canvas, ink: RGB, rng: Random) -> None:
    shape = curve(
        (330, 116),
        (670, 116),
        ((700, 300), (716, 600), (722, 880)),
        (556, 888),
        ((546, 640), (530, 470), (500, 380)),
        ((470, 470), (454, 640), (444, 888)),
        (278, 880),
        ((284, 600), (300, 300), (330, 116)),
    )
    c.fill(shape, body(ink))
    with c.inside(shape):
        c.box(300, 116, 400, 56, shade(ink, 0.2))
        for x in (360, 440, 560, 640):
            c.box(x - 9, 108, 18, 76, lit(ink, 0.15), 4)
        stitch = Veil(GOLD, 0.85)
        c.stroke(curve((330, 190), ((340, 270), (400, 290), (420, 180))), 5, stitch)
        c.stroke(curve((670, 190), ((660, 270), (600, 290), (580, 180))), 5, stitch)
        c.stroke(curve((500, 180), ((500, 280), (520, 330), (500, 380))), 5, stitch)
        c.fill(
            curve((350, 300), ((330, 500), (326, 700), (330, 880)), (370, 880), ((370, 700), (376, 480), (400, 320))),
            Veil(WHITE, 0.16),
        )
        c.fill(
            curve((620, 300), ((640, 500), (650, 700), (650, 880)), (690, 880), ((690, 700), (680, 480), (660, 300))),
            Veil(shade(ink, 0.6), 0.2),
        )
        c.box(260, 846, 480, 8, stitch)
    c.oval(500, 146, 16, GOLD)
