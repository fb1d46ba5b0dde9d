"""Phones, what is worn, and what charges them."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    BLACK,
    RGB,
    WHITE,
    Blend,
    Veil,
    body,
    hsl,
    lit,
    luminance,
    mix,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import (
    arc,
    box,
    crescent,
    curve,
    oval,
)
from meiduo.demo.pictures.kinds.registry import kind
from meiduo.demo.pictures.kinds.screens import GLASS, STEEL, glare, wallpaper

#: A flash of lightning.
BOLT = [(530, 300), (420, 480), (490, 480), (460, 620), (580, 420), (506, 420)]


@kind("phone", stands=False, lean=4)
def phone(c: Canvas, ink: RGB, rng: Random) -> None:
    cameras = rng.choice(("square", "ring", "bar"))
    with c.moved(-130, -5, turn=-9):
        c.box(308, 130, 384, 760, shade(ink, 0.35), 62)
        c.box(312, 134, 376, 752, body(ink), 58)
        c.fill(
            curve((312, 560), ((440, 420), (560, 640), (688, 380)), (688, 640), ((560, 800), (430, 600), (312, 760))),
            Veil(WHITE, 0.1),
        )
        _cameras(c, ink, cameras)
        c.box(470, 806, 60, 9, Veil(shade(ink, 0.6), 0.5), 4)
    with c.moved(150, 25, turn=7):
        c.box(304, 120, 392, 770, shade(ink, 0.45), 66)
        c.box(307, 122, 386, 766, lit(ink, 0.35), 64)
        c.box(313, 128, 374, 754, BLACK, 58)
        wallpaper(c, 325, 140, 350, 730, rng, 48)
        if rng.random() < 0.5:
            c.oval(500, 172, 13, BLACK)
        else:
            c.box(455, 158, 90, 26, BLACK, 13)
        c.text(500, 290, "08:08", 92, WHITE)
        c.box(440, 848, 120, 8, Veil(WHITE, 0.85), 4)
        for i in range(4):
            c.box(352 + i * 76, 770, 58, 58, Veil(WHITE, 0.72 - 0.08 * i), 17)
        glare(c, 325, 140, 350, 730, 48)


def _lens(c: Canvas, x: float, y: float, radius: float) -> None:
    c.oval(x, y, radius, rgb("#262a35"))
    c.oval(x, y, radius * 0.72, rgb("#0b0d14"))
    c.oval(x, y, radius * 0.4, rgb("#27406e"))
    c.oval(x - radius * 0.22, y - radius * 0.24, radius * 0.15, Veil(WHITE, 0.85))


def _cameras(c: Canvas, ink: RGB, style: str) -> None:
    plate = shade(ink, 0.2)
    if style == "square":
        c.box(338, 160, 190, 196, plate, 52)
        c.box(342, 163, 182, 189, lit(ink, 0.12), 48)
        for x, y in ((388, 212), (388, 302), (474, 257)):
            _lens(c, x, y, 38)
        c.oval(474, 188, 13, rgb("#fff3c4"))
    elif style == "ring":
        c.oval(500, 275, 128, plate)
        c.oval(500, 275, 120, Blend(lit(ink, 0.3), shade(ink, 0.25)))
        for x, y in ((455, 230), (545, 230), (455, 320), (545, 320)):
            _lens(c, x, y, 35)
    else:
        c.box(318, 178, 364, 110, plate, 50)
        c.box(321, 181, 358, 103, lit(ink, 0.1), 48)
        for x in (385, 475, 565):
            _lens(c, x, 232, 37)
        c.oval(636, 232, 13, rgb("#fff3c4"))


@kind("phonecase", stands=False, lean=8)
def phonecase(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(298, 112, 404, 790, shade(ink, 0.3), 74)
    c.box(304, 116, 392, 782, body(ink), 70)
    c.box(324, 136, 352, 742, Veil(WHITE, 0.12), 56)
    c.box(330, 150, 196, 200, shade(ink, 0.45), 56)
    for x, y in ((384, 204), (384, 296), (472, 250)):
        _lens(c, x, y, 37)
    c.oval(500, 590, 128, Veil(WHITE, 0.5))
    c.oval(500, 590, 108, body(ink))
    c.box(490, 735, 20, 80, Veil(WHITE, 0.5), 10)


@kind("earbuds")
def earbuds(c: Canvas, ink: RGB, rng: Random) -> None:
    case = body(ink)
    c.box(270, 520, 460, 330, shade(ink, 0.2), 130)
    c.fill(box(290, 250, 420, 250, (120, 120, 40, 40)), Blend(lit(ink, 0.2), shade(ink, 0.18)))
    c.fill(box(320, 280, 360, 200, (96, 96, 26, 26)), shade(ink, 0.35))
    c.box(262, 486, 476, 362, case, 140)
    c.box(280, 488, 440, 70, shade(ink, 0.3), 34)
    for side in (-1, 1):
        with c.moved(0, 0, turn=6 * side, about=(500 + side * 100, 430)):
            x = 500 + side * 105
            c.box(x - 30, 380, 60, 170, Blend(lit(ink, 0.5), shade(ink, 0.08), across=True), 30)
            c.oval(x - side * 12, 372, 82, Blend(lit(ink, 0.6), shade(ink, 0.1)), 74)
            c.oval(x - side * 44, 388, 34, rgb("#3a3d49"), 40)
            c.oval(x + side * 24, 340, 20, Veil(WHITE, 0.7), 12)
    c.fill(box(262, 540, 476, 308, (30, 30, 140, 140)), case)
    c.oval(500, 640, 9, rgb("#5be08a"))
    c.fill(crescent(430, 690, 140, 16, 110, 200), Veil(WHITE, 0.45))


@kind("headphones", stands=False, lean=5)
def headphones(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(arc(500, 500, 300, 330, 188, 352), 66, shade(ink, 0.25))
    c.stroke(arc(500, 500, 300, 330, 195, 345), 44, ink)
    c.stroke(arc(500, 506, 272, 302, 215, 325), 26, lit(ink, 0.35))
    for side in (-1, 1):
        x = 500 + side * 296
        c.box(x - 16, 430, 32, 170, STEEL, 14)
        cup = x - side * 18
        c.box(cup - side * 58 - 50, 478, 100, 330, shade(ink, 0.55), 50)
        c.box(cup - 72, 458, 144, 370, body(ink), 70)
        c.box(cup - 40 + side * 6, 510, 80, 266, Veil(WHITE, 0.14), 38)
        c.oval(cup + side * 6, 643, 20, Veil(WHITE, 0.55))


@kind("watch", stands=False, lean=8)
def watch(c: Canvas, ink: RGB, rng: Random) -> None:
    strap = Blend(lit(ink, 0.12), shade(ink, 0.2), across=True)
    c.fill(curve((392, 330), (410, 90), ((430, 60), (570, 60), (590, 90)), (608, 330)), strap)
    c.fill(curve((392, 670), (410, 910), ((430, 940), (570, 940), (590, 910)), (608, 670)), strap)
    for i in range(5):
        c.oval(500, 770 + i * 30, 9, shade(ink, 0.5))
    if rng.random() < 0.5:
        c.box(738, 440, 36, 80, STEEL, 14)
        c.oval(500, 500, 252, Blend(rgb("#eef1f6"), rgb("#8d95a5")))
        c.oval(500, 500, 228, GLASS)
        for i in range(3):
            hue = (350, 95, 195)[i]
            c.stroke(arc(500, 500, 190 - i * 36, 190 - i * 36, -90, 360), 24, mix(GLASS, hsl(hue, 0.9, 0.6), 0.22))
            c.stroke(arc(500, 500, 190 - i * 36, 190 - i * 36, -90, rng.uniform(60, 220)), 24, hsl(hue, 0.9, 0.6))
        c.text(500, 500, "72", 84, WHITE)
    else:
        c.box(718, 430, 34, 84, STEEL, 14)
        c.box(274, 268, 452, 464, Blend(rgb("#eef1f6"), rgb("#8d95a5")), 120)
        c.box(292, 286, 416, 428, GLASS, 104)
        wallpaper(c, 310, 304, 380, 392, rng, 88)
        c.text(500, 430, "10:09", 130, WHITE)
        for i, hue in enumerate((350, 95, 195)):
            c.oval(400 + i * 100, 600, 38, hsl(hue, 0.9, 0.6))
            c.oval(400 + i * 100, 600, 24, GLASS)
    glare(c, 292, 286, 416, 428, 180)


@kind("band", stands=False, lean=14)
def band(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(392, 70, 216, 860, Blend(lit(ink, 0.15), shade(ink, 0.2), across=True), 90)
    for i in range(6):
        c.oval(500, 770 + i * 24, 8, shade(ink, 0.5))
    c.box(372, 260, 256, 480, rgb("#2a2e38"), 110)
    c.box(384, 272, 232, 456, GLASS, 100)
    c.text(500, 400, "09", 130, WHITE)
    c.text(500, 510, "41", 130, hsl(rng.uniform(0, 360), 0.85, 0.68))
    c.stroke(arc(500, 630, 48, 48, 130, 330), 16, rgb("#4fdc8c"))
    glare(c, 384, 272, 232, 456, 100)


@kind("powerbank", stands=False, lean=8)
def powerbank(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(
        curve((640, 260), ((820, 120), (900, 420), (790, 560)), ((720, 660), (860, 760), (850, 860))),
        26,
        lit(ink, 0.35),
    )
    c.box(806, 840, 86, 60, STEEL, 12)
    c.box(262, 168, 436, 700, shade(ink, 0.25), 70)
    c.box(256, 160, 436, 696, body(ink), 70)
    c.box(290, 196, 368, 624, Veil(WHITE, 0.08), 50)
    c.box(360, 172, 90, 24, shade(ink, 0.6), 10)
    c.box(500, 172, 110, 24, shade(ink, 0.6), 10)
    with c.moved(-26, 0, zoom=1.15, about=(500, 460)):
        c.fill(BOLT, lit(ink, 0.7) if luminance(ink) < 0.6 else shade(ink, 0.5))
    for i in range(4):
        c.oval(408 + i * 44, 740, 12, rgb("#5be08a") if i < 3 else Veil(WHITE, 0.4))


@kind("charger", stands=False, lean=8)
def charger(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(398, 96, 40, 150, Blend(rgb("#f2f4f8"), rgb("#9aa2b1"), across=True), 8)
    c.box(562, 96, 40, 150, Blend(rgb("#f2f4f8"), rgb("#9aa2b1"), across=True), 8)
    c.box(280, 222, 440, 520, shade(ink, 0.18), 84)
    c.box(280, 216, 440, 510, body(ink), 84)
    with c.moved(0, -60, zoom=0.8, about=(500, 460)):
        c.fill(BOLT, shade(ink, 0.45) if luminance(ink) > 0.55 else lit(ink, 0.7))
    for x in (390, 530):
        c.box(x, 560, 84, 34, shade(ink, 0.7), 17)
    c.stroke(curve((432, 600), ((432, 800), (300, 790), (260, 880))), 30, lit(ink, 0.3))
    c.box(404, 584, 56, 120, shade(ink, 0.12), 16)


@kind("cable", stands=False, lean=10)
def cable(c: Canvas, ink: RGB, rng: Random) -> None:
    for i in range(3):
        c.stroke(oval(500, 540, 250 - i * 34, 240 - i * 34), 24, shade(ink, 0.1 * i), closed=True)
    c.stroke(curve((740, 560), ((800, 380), (720, 260), (640, 230))), 24, ink)
    c.stroke(curve((260, 560), ((200, 380), (250, 260), (330, 210))), 24, ink)
    for x, y, turn in ((600, 205, -70), (370, 190, 65)):
        with c.moved(turn=turn, about=(x, y)):
            c.box(x - 28, y - 50, 56, 110, shade(ink, 0.25), 14)
            c.box(x - 20, y - 92, 40, 46, STEEL, 8)
    c.box(400, 500, 200, 80, shade(ink, 0.5), 30)
