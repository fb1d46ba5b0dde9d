"""Phones, computers and what belongs to them."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    BLACK,
    RGB,
    WHITE,
    Blend,
    Fade,
    Veil,
    body,
    hsl,
    lit,
    luminance,
    mix,
    rgb,
    shade,
)
from meiduo.demo.pictures.geometry import arc, box, crescent, curve, oval
from meiduo.demo.pictures.kinds.registry import kind

GLASS = rgb("#10131c")
STEEL = rgb("#c9ced8")


#: Hues in which a screen looks inviting.
BRIGHT = (186, 200, 214, 228, 248, 262, 284, 316)


def wallpaper(c: Canvas, x: float, y: float, width: float, height: float, rng: Random, radius: float = 30) -> None:
    """A bright abstract picture, as shops show on every screen."""
    hue = rng.choice(BRIGHT)
    with c.inside(box(x, y, width, height, radius)):
        c.box(x, y, width, height, Blend(hsl(hue, 0.75, 0.62), hsl(hue + 52, 0.8, 0.42)))
        reach = max(width, height)
        for i, part in enumerate((0.75, 0.55, 0.36)):
            cx = x + width * (0.2 + 0.7 * ((rng.random() + i * 0.37) % 1))
            c.oval(
                cx, y + height * (0.62 + 0.16 * i), reach * part, Fade(hsl(hue + 45 * i + 25, 0.85, 0.66), 0.85, 0.1)
            )
        if width > height:
            c.oval(x + width * 0.76, y + height * 0.27, height * 0.12, Veil(WHITE, 0.85))


def glare(c: Canvas, x: float, y: float, width: float, height: float, radius: float = 30) -> None:
    """The window's light lying slantwise over a screen."""
    with c.inside(box(x, y, width, height, radius)):
        c.fill(
            [
                (x + width * 0.55, y),
                (x + width, y),
                (x + width, y + height * 0.75),
                (x + width * 0.95, y + height * 0.8),
            ],
            Fade(WHITE, 0.28, 0.02),
        )


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
    c.text(474, 430, f"{rng.choice((10, 20, 30))}000", 110, lit(ink, 0.7) if luminance(ink) < 0.6 else shade(ink, 0.5))
    c.text(474, 520, "mAh", 56, lit(ink, 0.5) if luminance(ink) < 0.6 else shade(ink, 0.35))
    for i in range(4):
        c.oval(408 + i * 44, 740, 12, rgb("#5be08a") if i < 3 else Veil(WHITE, 0.4))


@kind("charger", stands=False, lean=8)
def charger(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(398, 96, 40, 150, Blend(rgb("#f2f4f8"), rgb("#9aa2b1"), across=True), 8)
    c.box(562, 96, 40, 150, Blend(rgb("#f2f4f8"), rgb("#9aa2b1"), across=True), 8)
    c.box(280, 222, 440, 520, shade(ink, 0.18), 84)
    c.box(280, 216, 440, 510, body(ink), 84)
    c.text(500, 400, f"{rng.choice((33, 65, 100))}W", 130, shade(ink, 0.45) if luminance(ink) > 0.55 else lit(ink, 0.7))
    for x in (390, 530):
        c.box(x, 560, 84, 34, shade(ink, 0.7), 17)
    c.stroke(curve((432, 600), ((432, 800), (300, 790), (260, 880))), 30, lit(ink, 0.3))
    c.box(404, 584, 56, 120, shade(ink, 0.12), 16)


@kind("laptop")
def laptop(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(190, 236, 620, 450, shade(ink, 0.45), 30)
    c.box(193, 238, 614, 446, BLACK, 28)
    wallpaper(c, 209, 254, 582, 410, rng, 14)
    c.oval(500, 246, 4, rgb("#3a4252"))
    c.box(330, 620, 340, 30, Veil(WHITE, 0.5), 12)
    for i in range(7):
        c.box(352 + i * 44, 625, 20, 20, hsl(50 * i + 10, 0.8, 0.62), 6)
    glare(c, 209, 254, 582, 410, 14)
    c.box(240, 676, 520, 20, shade(ink, 0.65), 4)
    c.fill([(200, 690), (800, 690), (902, 806), (98, 806)], Blend(lit(ink, 0.08), lit(ink, 0.3)))
    c.fill([(230, 704), (770, 704), (824, 760), (176, 760)], shade(ink, 0.55))
    for row in range(3):
        y = 708 + row * 18
        spread = 252 + row * 18
        for key in range(13):
            width = 2 * spread / 13
            c.box(500 - spread + key * width + 2, y, width - 5, 13, shade(ink, 0.72), 3)
    c.fill([(400, 768), (600, 768), (610, 800), (390, 800)], shade(ink, 0.1))
    c.box(98, 804, 804, 30, Blend(lit(ink, 0.2), shade(ink, 0.35)), (4, 4, 18, 18))
    c.box(440, 804, 120, 12, shade(ink, 0.3), (0, 0, 10, 10))


@kind("gaminglaptop")
def gaminglaptop(c: Canvas, ink: RGB, rng: Random) -> None:
    laptop(c, ink, rng)
    glow = hsl(rng.choice((280, 190, 350)), 0.95, 0.62)
    c.box(98, 828, 804, 7, glow, 3)
    for row in range(3):
        spread = 252 + row * 18
        for key in range(13):
            width = 2 * spread / 13
            c.box(
                500 - spread + key * width + 5,
                711 + row * 18,
                width - 12,
                6,
                mix(glow, hsl(key * 28, 0.9, 0.6), 0.5),
                2,
            )


@kind("tablet", stands=False, lean=5)
def tablet(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(196, 128, 592, 764, shade(ink, 0.4), 54)
    c.box(199, 130, 586, 758, lit(ink, 0.25), 52)
    c.box(207, 137, 570, 744, BLACK, 46)
    wallpaper(c, 233, 163, 518, 692, rng, 24)
    for i in range(3):
        for j in range(2):
            c.box(290 + j * 220, 470 + i * 110, 190, 84, Veil(WHITE, 0.55 - 0.1 * i), 22)
    c.text(492, 300, "09:30", 120, WHITE)
    glare(c, 233, 163, 518, 692, 24)
    with c.moved(0, 0, turn=6, about=(860, 500)):
        c.box(838, 220, 34, 600, Blend(WHITE, rgb("#cfd4de"), across=True), (14, 14, 4, 4))
        c.fill([(838, 812), (872, 812), (855, 866)], rgb("#d9dde5"))
        c.box(838, 290, 34, 6, rgb("#b8bfcc"))


@kind("monitor")
def monitor(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(440, 640, 120, 180, Blend(lit(ink, 0.15), shade(ink, 0.3), across=True))
    c.box(320, 808, 360, 42, Blend(lit(ink, 0.25), shade(ink, 0.25)), (20, 20, 14, 14))
    c.box(112, 200, 776, 476, shade(ink, 0.4), 26)
    c.box(115, 202, 770, 472, shade(ink, 0.75), 24)
    wallpaper(c, 129, 216, 742, 420, rng, 12)
    c.oval(500, 655, 7, rgb("#6fd3ff"))
    c.box(180, 270, 260, 200, Veil(WHITE, 0.75), 18)
    for i, part in enumerate((0.8, 0.6, 0.7)):
        c.box(210, 310 + i * 46, 200 * part, 18, Veil(rgb("#5b6b8c"), 0.6), 9)
    glare(c, 129, 216, 742, 420, 12)


@kind("keyboard", stands=False, lean=6)
def keyboard(c: Canvas, ink: RGB, rng: Random) -> None:
    accent = hsl(rng.uniform(0, 360), 0.72, 0.6)
    c.box(96, 330, 808, 352, shade(ink, 0.35), 44)
    c.box(96, 318, 808, 346, body(ink, across=False), 44)
    c.box(124, 346, 752, 290, shade(ink, 0.3), 22)
    cap, low = (lit(ink, 0.55), shade(ink, 0.12)) if luminance(ink) > 0.45 else (lit(ink, 0.22), shade(ink, 0.3))
    for row, keys in enumerate((14, 14, 13, 12)):
        width = 740 / keys
        for key in range(keys):
            special = key in (0, keys - 1)
            top, edge = (accent, shade(accent)) if special and (row + key) % 2 == 0 else (cap, low)
            x, y = 130 + key * width, 356 + row * 54
            c.box(x + 2, y + 3, width - 5, 47, edge, 10)
            c.box(x + 5, y + 2, width - 11, 38, top, 9)
    for x, width in ((130, 70), (204, 70), (278, 70), (352, 290), (648, 70), (722, 70), (796, 74)):
        top, edge = (accent, shade(accent)) if width == 290 else (cap, low)
        c.box(x + 2, 575, width - 5, 50, edge, 10)
        c.box(x + 5, 574, width - 11, 41, top, 9)


@kind("mouse", stands=False, lean=14)
def mouse(c: Canvas, ink: RGB, rng: Random) -> None:
    shape = curve(
        (500, 170),
        ((640, 170), (700, 300), (700, 470)),
        ((710, 640), (690, 850), (500, 850)),
        ((310, 850), (290, 640), (300, 470)),
        ((300, 300), (360, 170), (500, 170)),
    )
    c.fill([(x, y + 12) for x, y in shape], shade(ink, 0.4))
    c.fill(shape, body(ink))
    with c.inside(shape):
        c.stroke([(500, 150), (500, 450)], 8, shade(ink, 0.35))
        c.stroke(curve((280, 440), ((400, 490), (600, 490), (720, 440))), 8, shade(ink, 0.35))
        c.oval(410, 640, 150, Fade(WHITE, 0.3, 0.0), 200)
    c.box(470, 250, 60, 150, shade(ink, 0.6), 30)
    c.box(482, 264, 36, 122, hsl(rng.uniform(0, 360), 0.7, 0.6), 18)


@kind("drive", stands=False, lean=10)
def drive(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(250, 200, 500, 620, shade(ink, 0.3), 52)
    c.box(250, 190, 500, 616, body(ink), 52)
    for i in range(7):
        c.stroke([(300, 540 + i * 34), (700, 480 + i * 34)], 10, Veil(WHITE if luminance(ink) < 0.5 else BLACK, 0.1))
    c.box(300, 250, 170, 56, Veil(WHITE, 0.9), 12)
    c.text(385, 278, "SSD", 44, shade(ink, 0.6))
    c.oval(690, 278, 13, rgb("#62d9ff"))
    c.box(440, 800, 120, 26, shade(ink, 0.65), 10)


@kind("router")
def router(c: Canvas, ink: RGB, rng: Random) -> None:
    for i, turn in enumerate((-10, -4, 4, 10)):
        x = 240 + i * 173
        with c.moved(turn=turn, about=(x, 660)):
            c.box(x - 19, 240, 38, 430, Blend(lit(ink, 0.3), shade(ink, 0.25), across=True), 19)
    c.box(130, 640, 740, 206, shade(ink, 0.3), 52)
    c.box(130, 630, 740, 196, Blend(lit(ink, 0.25), shade(ink, 0.1)), 52)
    c.box(170, 664, 660, 18, Veil(WHITE, 0.25), 9)
    for i in range(5):
        c.oval(420 + i * 40, 760, 9, rgb("#5be08a") if i < 4 else rgb("#ffb84d"))
    for i in range(3):
        c.stroke(arc(500, 300, 60 + i * 46, 60 + i * 46, 225, 315), 15, Veil(rgb("#3c7bff"), 0.75 - 0.2 * i))


@kind("printer")
def printer(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(300, 180, 400, 260, WHITE, 10)
    for i in range(4):
        c.box(340, 220 + i * 40, 320 - (i % 2) * 90, 14, rgb("#d5dbe6"), 7)
    c.box(180, 390, 640, 450, shade(ink, 0.25), 48)
    c.box(180, 380, 640, 440, body(ink, across=False), 48)
    c.box(230, 420, 540, 40, shade(ink, 0.55), 20)
    c.box(630, 500, 140, 90, GLASS, 16)
    c.box(645, 515, 110, 60, rgb("#57b6ff"), 8)
    c.box(260, 640, 480, 120, shade(ink, 0.6), 22)
    c.fill([(300, 690), (700, 690), (740, 846), (260, 846)], Blend(rgb("#e9edf4"), WHITE))
    wallpaper(c, 340, 715, 320, 105, rng, 8)
    c.oval(262, 545, 20, rgb("#5be08a"))


@kind("camera", stands=False, lean=4)
def camera(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill([(390, 260), (430, 190), (570, 190), (610, 260)], shade(ink, 0.2))
    c.box(230, 226, 110, 50, shade(ink, 0.5), 16)
    c.box(680, 232, 90, 40, rgb("#d9433f"), 16)
    c.box(150, 256, 700, 470, shade(ink, 0.4), 64)
    c.box(150, 248, 700, 464, body(ink), 64)
    c.box(150, 340, 700, 280, shade(ink, 0.45))
    for radius, colour in ((206, rgb("#d8dce4")), (192, rgb("#262a33")), (150, rgb("#12151d")), (112, rgb("#1d2f57"))):
        c.oval(500, 480, radius, colour)
    c.oval(500, 480, 70, rgb("#32549a"))
    c.oval(455, 432, 32, Veil(WHITE, 0.75))
    c.oval(556, 540, 16, Veil(WHITE, 0.4))
    c.box(720, 290, 90, 30, rgb("#fff3c4"), 8)


@kind("speaker")
def speaker(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(290, 200, 420, 650, shade(ink, 0.3), 150)
    c.box(290, 192, 420, 646, body(ink), 150)
    with c.inside(box(290, 192, 420, 646, 150)):
        for row in range(15):
            for column in range(14):
                c.oval(310 + column * 30 + (row % 2) * 15, 330 + row * 32, 7, Veil(shade(ink, 0.8), 0.5))
    c.oval(500, 246, 130, shade(ink, 0.45), 40)
    c.stroke(arc(500, 246, 110, 30, 0, 360), 10, hsl(rng.uniform(0, 360), 0.85, 0.65))
    c.box(290, 780, 420, 16, Veil(WHITE, 0.35))


@kind("gamepad", stands=False, lean=8)
def gamepad(c: Canvas, ink: RGB, rng: Random) -> None:
    shape = curve(
        (300, 320),
        ((400, 290), (600, 290), (700, 320)),
        ((820, 350), (880, 560), (870, 700)),
        ((860, 800), (760, 800), (700, 710)),
        ((650, 640), (620, 620), (500, 620)),
        ((380, 620), (350, 640), (300, 710)),
        ((240, 800), (140, 800), (130, 700)),
        ((120, 560), (180, 350), (300, 320)),
    )
    c.fill([(x, y + 14) for x, y in shape], shade(ink, 0.4))
    c.fill(shape, body(ink))
    c.box(420, 340, 160, 90, shade(ink, 0.35), 24)
    c.box(262, 400, 40, 120, shade(ink, 0.65), 10)
    c.box(222, 440, 120, 40, shade(ink, 0.65), 10)
    for x, y, hue in ((720, 400, 50), (780, 460, 0), (720, 520, 140), (660, 460, 215)):
        c.oval(x, y, 31, hsl(hue, 0.8, 0.58))
    for x in (395, 605):
        c.oval(x, 545, 62, shade(ink, 0.5))
        c.oval(x, 538, 44, Blend(shade(ink, 0.55), shade(ink, 0.75)))


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
