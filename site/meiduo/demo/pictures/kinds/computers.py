"""Computers and what stands on a desk."""

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
from meiduo.demo.pictures.geometry import (
    arc,
    box,
    curve,
)
from meiduo.demo.pictures.kinds.registry import kind
from meiduo.demo.pictures.kinds.screens import GLASS, glare, wallpaper


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
    c.box(330, 780, 340, 16, Veil(WHITE, 0.35), 8)


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
