"""Household appliances, large and small."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import BLACK, RGB, WHITE, Blend, Veil, body, hsl, lit, rgb, shade
from meiduo.demo.pictures.geometry import arc, box, curve, oval, smooth
from meiduo.demo.pictures.kinds.registry import kind
from meiduo.demo.pictures.kinds.screens import GLASS, STEEL, glare


@kind("tv")
def tv(c: Canvas, ink: RGB, rng: Random) -> None:
    for x in (250, 690):
        c.fill([(x, 760), (x + 60, 760), (x + 90, 846), (x - 30, 846)], shade(ink, 0.35))
    c.box(52, 232, 896, 540, shade(ink, 0.55), 18)
    c.box(60, 240, 880, 506, BLACK, 10)
    hue = rng.choice((18, 205, 265, 330, 170))
    with c.inside(box(68, 248, 864, 490, 6)):
        c.box(68, 248, 864, 490, Blend(hsl(hue, 0.85, 0.72), hsl(hue + 40, 0.8, 0.5)))
        c.oval(660, 420, 88, hsl(48, 0.95, 0.82))
        c.oval(660, 420, 130, Veil(hsl(48, 0.95, 0.86), 0.3))
        for i, base in enumerate((500, 570, 640)):
            peaks = [(68 + 108 * k, base - rng.uniform(0, 130 - 30 * i)) for k in range(9)]
            c.fill([*smooth(peaks, closed=False), (940, 745), (60, 745)], hsl(hue + 70 + 18 * i, 0.5, 0.46 - 0.1 * i))
        c.box(68, 668, 864, 80, Veil(hsl(hue, 0.7, 0.75), 0.35))
    glare(c, 68, 248, 864, 490, 6)
    c.box(470, 752, 60, 8, Veil(WHITE, 0.5), 4)


@kind("fridge")
def fridge(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(256, 90, 488, 752, shade(ink, 0.3), 26)
    for x in (290, 660):
        c.box(x, 836, 50, 14, BLACK, 4)
    left, right = Blend(lit(ink, 0.3), ink, across=True), Blend(ink, shade(ink, 0.16), across=True)
    c.box(262, 96, 234, 460, left, (22, 4, 4, 4))
    c.box(504, 96, 234, 460, right, (4, 22, 4, 4))
    c.box(262, 564, 476, 128, Blend(lit(ink, 0.2), shade(ink, 0.12), across=True), 4)
    c.box(262, 700, 476, 136, Blend(lit(ink, 0.2), shade(ink, 0.12), across=True), (4, 4, 20, 20))
    grip = shade(ink, 0.45)
    c.box(470, 220, 12, 240, grip, 6)
    c.box(518, 220, 12, 240, grip, 6)
    c.box(400, 576, 200, 12, grip, 6)
    c.box(400, 712, 200, 12, grip, 6)
    c.box(568, 200, 108, 150, shade(ink, 0.75), 14)
    c.text(622, 245, "4°C", 40, rgb("#8fe3ff"))
    c.text(622, 305, "-18", 40, rgb("#8fe3ff"))
    c.fill([(290, 100), (372, 100), (262, 420), (262, 180)], Veil(WHITE, 0.22))


@kind("washer")
def washer(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(212, 140, 576, 704, shade(ink, 0.28), 36)
    c.box(218, 146, 564, 692, body(ink), 32)
    c.box(218, 146, 564, 116, shade(ink, 0.12), (32, 32, 0, 0))
    c.box(248, 178, 150, 52, Veil(shade(ink, 0.5), 0.25), 14)
    c.oval(500, 204, 38, Blend(WHITE, rgb("#aab1bf")))
    c.box(496, 170, 8, 22, shade(ink, 0.5), 4)
    c.box(590, 176, 160, 56, GLASS, 12)
    c.text(670, 204, "0:45", 42, rgb("#7fe9ff"))
    for radius, colour in ((226, rgb("#dfe3ea")), (212, rgb("#717a8c")), (180, rgb("#2b3242"))):
        c.oval(500, 548, radius, colour)
    with c.inside(oval(500, 548, 176)):
        c.oval(500, 548, 176, Blend(rgb("#37425a"), rgb("#1c2333")))
        c.fill(
            [
                *smooth([(300, 580), (400, 540), (500, 590), (600, 545), (700, 580)], closed=False),
                (700, 800),
                (300, 800),
            ],
            Blend(hsl(200, 0.85, 0.66), hsl(210, 0.8, 0.45)),
        )
        for x, y, radius in ((430, 520, 22), (560, 500, 30), (500, 470, 15), (590, 560, 14), (410, 590, 16)):
            c.oval(x, y, radius, Veil(WHITE, 0.6))
        c.fill(
            smooth([(420, 640), (500, 600), (590, 650), (560, 720), (440, 720)]), hsl(rng.uniform(0, 360), 0.7, 0.66)
        )
    c.stroke(arc(500, 548, 150, 150, 200, 260), 16, Veil(WHITE, 0.5))
    c.box(690, 520, 30, 60, STEEL, 12)
    c.box(270, 836, 60, 14, BLACK, 4)
    c.box(670, 836, 60, 14, BLACK, 4)


@kind("aircon", stands=False)
def aircon(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(96, 300, 808, 292, shade(ink, 0.22), 46)
    c.box(96, 292, 808, 284, Blend(lit(ink, 0.5), shade(ink, 0.06)), 46)
    c.box(130, 508, 740, 44, shade(ink, 0.55), 20)
    for i in range(3):
        c.box(150, 514 + i * 12, 700, 5, shade(ink, 0.25), 2)
    c.text(770, 400, "26°", 66, rgb("#4b9be8"))
    c.box(130, 470, 740, 5, shade(ink, 0.12), 2)
    c.box(150, 330, 330, 12, Veil(WHITE, 0.8), 6)
    for i in range(5):
        x = 220 + i * 140
        c.stroke(curve((x, 620), ((x - 50, 680), (x + 50, 730), (x - 10, 800))), 17, Veil(WHITE, 0.85))


@kind("ricecooker")
def ricecooker(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(
        curve((210, 430), ((200, 800), (240, 850), (320, 850)), (680, 850), ((760, 850), (800, 800), (790, 430))),
        body(ink),
    )
    c.fill(
        curve((196, 440), ((196, 260), (360, 230), (500, 230)), ((640, 230), (804, 260), (804, 440))),
        Blend(lit(ink, 0.4), lit(ink, 0.05)),
    )
    c.box(190, 424, 620, 34, shade(ink, 0.4), 14)
    c.box(410, 196, 180, 60, shade(ink, 0.35), 26)
    c.box(352, 520, 296, 220, GLASS, 34)
    c.text(500, 590, "0:38", 78, rgb("#8fe3ff"))
    for i in range(4):
        c.oval(400 + i * 67, 690, 18, rgb("#3b455a") if i else rgb("#ff9b3d"))
    for i in range(3):
        x = 430 + i * 70
        c.stroke(curve((x, 170), ((x - 30, 130), (x + 30, 100), (x, 50))), 14, Veil(WHITE, 0.8))
    c.fill(
        curve((240, 400), ((250, 300), (340, 262), (420, 256)), ((340, 290), (290, 330), (270, 400))), Veil(WHITE, 0.4)
    )


@kind("kettle")
def kettle(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(curve((660, 320), ((860, 290), (850, 690), (700, 690))), 56, shade(ink, 0.45))
    c.fill([(330, 330), (236, 270), (250, 350), (330, 440)], shade(ink, 0.1))
    c.fill(
        curve((336, 280), ((310, 500), (280, 700), (290, 796)), (710, 796), ((720, 700), (690, 500), (664, 280))),
        body(ink),
    )
    c.fill(curve((336, 284), ((360, 210), (640, 210), (664, 284))), shade(ink, 0.3))
    c.oval(500, 216, 40, shade(ink, 0.55), 24)
    c.box(262, 796, 476, 52, BLACK, 22)
    c.box(440, 420, 60, 280, Veil(WHITE, 0.22), 30)
    c.box(452, 560, 36, 130, rgb("#6cc6ff"), 18)
    c.fill(
        curve((360, 320), ((340, 500), (326, 640), (330, 760)), (368, 760), ((366, 600), (376, 480), (396, 320))),
        Veil(WHITE, 0.35),
    )


@kind("hairdryer", stands=False, lean=8)
def hairdryer(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(box(430, 500, 130, 390, (10, 10, 60, 60)), Blend(lit(ink, 0.12), shade(ink, 0.25), across=True))
    c.box(470, 590, 50, 110, shade(ink, 0.5), 24)
    c.oval(495, 614, 16, lit(ink, 0.5))
    c.fill([(250, 330), (150, 290), (150, 560), (250, 520)], shade(ink, 0.55))
    c.box(230, 286, 540, 280, Blend(lit(ink, 0.3), shade(ink, 0.18)), (40, 140, 140, 40))
    c.oval(690, 426, 128, shade(ink, 0.35), 138)
    c.oval(696, 426, 98, shade(ink, 0.7), 108)
    for i in range(4):
        c.stroke(oval(696, 426, 90 - i * 22, 100 - i * 24), 7, Veil(WHITE, 0.3), closed=True)
    c.box(290, 320, 300, 26, Veil(WHITE, 0.4), 13)


@kind("vacuum")
def vacuum(c: Canvas, ink: RGB, rng: Random) -> None:
    c.oval(500, 646, 372, shade(ink, 0.5), 196)
    c.oval(500, 600, 372, Blend(lit(ink, 0.2), shade(ink, 0.1)), 204)
    c.oval(500, 592, 322, Blend(lit(ink, 0.35), ink), 170)
    c.oval(500, 520, 104, shade(ink, 0.5), 58)
    c.box(396, 456, 208, 66, shade(ink, 0.35), 30)
    c.oval(500, 460, 104, lit(ink, 0.15), 58)
    c.oval(500, 458, 46, GLASS, 25)
    c.oval(440, 690, 22, Veil(WHITE, 0.9), 14)
    c.oval(560, 690, 22, rgb("#5be08a"), 14)
    c.fill(arc(500, 600, 340, 180, 190, 250), Veil(WHITE, 0.18))
    for i in range(5):
        c.stroke([(196 + i * 14, 800), (150 + i * 4, 838)], 6, shade(ink, 0.7))


@kind("fan")
def fan(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(482, 560, 36, 260, Blend(lit(ink, 0.3), shade(ink, 0.2), across=True))
    c.oval(500, 820, 190, shade(ink, 0.2), 32)
    c.oval(500, 810, 190, Blend(lit(ink, 0.3), shade(ink, 0.05)), 30)
    c.oval(500, 366, 262, Veil(WHITE, 0.55))
    for i in range(5):
        with c.moved(turn=i * 72 + rng.uniform(0, 30), about=(500, 366)):
            c.fill(
                curve((500, 366), ((380, 330), (390, 170), (480, 136)), ((560, 170), (590, 260), (500, 366))),
                Blend(lit(ink, 0.35), ink),
            )
    for i in range(18):
        with c.moved(turn=i * 20, about=(500, 366)):
            c.box(497, 106, 6, 200, Veil(shade(ink, 0.5), 0.45))
    c.stroke(oval(500, 366, 262), 22, shade(ink, 0.12), closed=True)
    c.stroke(oval(500, 366, 170), 8, Veil(shade(ink, 0.4), 0.6), closed=True)
    c.oval(500, 366, 62, Blend(lit(ink, 0.5), shade(ink, 0.2)))


@kind("toothbrush", stands=False, lean=16)
def toothbrush(c: Canvas, ink: RGB, rng: Random) -> None:
    for dx, colour in ((-110, ink), (120, lit(ink, 0.55))):
        with c.moved(dx, 0, turn=dx / 18):
            c.box(484, 96, 32, 260, Blend(WHITE, rgb("#c9d0dc"), across=True), 14)
            c.box(450, 96, 46, 120, rgb("#eef3fa"), 10)
            for i in range(4):
                c.box(440, 104 + i * 27, 26, 20, hsl(200 + 14 * i, 0.7, 0.68), 6)
            c.box(448, 340, 104, 570, Blend(lit(colour, 0.25), shade(colour, 0.16), across=True), 52)
            c.oval(500, 480, 30, shade(colour, 0.3))
            c.oval(500, 480, 20, lit(colour, 0.4))
            for i in range(3):
                c.oval(500, 640 + i * 44, 8, Veil(WHITE, 0.7))
            c.box(462, 370, 18, 420, Veil(WHITE, 0.3), 9)


@kind("airfryer")
def airfryer(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(
        curve(
            (250, 330),
            ((260, 150), (740, 150), (750, 330)),
            (776, 800),
            ((776, 840), (750, 850), (730, 850)),
            (270, 850),
            ((250, 850), (224, 840), (224, 800)),
        ),
        body(ink),
    )
    c.box(360, 210, 280, 120, GLASS, 50)
    c.text(500, 268, "180°", 72, rgb("#ff9d57"))
    c.box(244, 470, 512, 300, shade(ink, 0.22), 40)
    c.box(256, 482, 488, 276, Blend(lit(ink, 0.1), shade(ink, 0.12)), 34)
    c.box(330, 510, 340, 130, rgb("#331a10"), 24)
    with c.inside(box(330, 510, 340, 130, 24)):
        for i in range(9):
            with c.moved(turn=rng.uniform(-50, 50), about=(360 + i * 36, 600)):
                c.box(340 + i * 36, 560, 44, 90, rgb("#f5b944"), 12)
    c.box(440, 668, 120, 130, shade(ink, 0.6), 30)
    c.box(454, 676, 92, 100, shade(ink, 0.45), 24)


@kind("waterpurifier")
def waterpurifier(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(330, 130, 340, 720, shade(ink, 0.25), 50)
    c.box(324, 124, 340, 716, body(ink), 50)
    c.box(364, 180, 260, 150, GLASS, 30)
    c.text(494, 238, "TDS 06", 54, rgb("#8fe3ff"))
    c.stroke([(390, 292), (560, 292)], 10, rgb("#3a8fd8"))
    c.box(364, 380, 260, 340, shade(ink, 0.5), 30)
    c.box(464, 380, 60, 50, STEEL, (0, 0, 14, 14))
    c.box(484, 430, 20, 130, Veil(rgb("#bfe8ff"), 0.9), 8)
    c.fill([(430, 550), (558, 550), (542, 716), (446, 716)], Veil(WHITE, 0.4))
    c.fill([(437, 610), (551, 610), (542, 712), (446, 712)], rgb("#7fd0ff"))
    c.box(364, 716, 260, 26, shade(ink, 0.7), 10)
