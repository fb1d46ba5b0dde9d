"""Shoes, bags and small things to wear."""

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
    box,
    curve,
    oval,
    star,
)
from meiduo.demo.pictures.kinds.registry import kind

GOLD = rgb("#e3b85c")


@kind("sneaker")
def sneaker(c: Canvas, ink: RGB, rng: Random) -> None:
    accent = hsl(rng.uniform(0, 360), 0.75, 0.58)
    upper = curve(
        (150, 720),
        ((140, 600), (150, 500), (190, 440)),
        ((220, 410), (300, 420), (340, 440)),
        ((400, 500), (480, 520), (560, 540)),
        ((660, 580), (760, 600), (850, 640)),
        ((900, 670), (900, 720), (890, 760)),
        (160, 770),
    )
    c.fill(upper, body(ink))
    with c.inside(upper):
        c.fill(curve((880, 640), ((780, 640), (730, 690), (720, 790)), (920, 790)), lit(ink, 0.35))
        c.fill(curve((130, 560), ((230, 580), (260, 680), (250, 790)), (100, 790)), shade(ink, 0.28))
        c.fill(
            curve((250, 760), ((380, 740), (480, 700), (580, 560)), (650, 590), ((560, 740), (430, 790), (260, 790))),
            accent,
        )
    c.fill(
        curve((190, 446), ((230, 390), (320, 400), (350, 446)), ((320, 480), (230, 480), (190, 446))), shade(ink, 0.55)
    )
    for i in range(5):
        x, y = 392 + i * 50, 500 + i * 19
        c.stroke([(x, y + 44), (x + 34, y - 10)], 17, WHITE)
    c.fill(
        curve(
            (130, 752),
            ((300, 780), (700, 780), (900, 742)),
            ((912, 790), (900, 830), (860, 838)),
            (180, 842),
            ((140, 836), (124, 800), (130, 752)),
        ),
        Blend(WHITE, rgb("#d3d8e2")),
    )
    c.fill(
        curve(
            (140, 812),
            (888, 812),
            ((880, 830), (870, 836), (860, 838)),
            (180, 844),
            ((160, 840), (146, 830), (140, 812)),
        ),
        shade(accent, 0.1),
    )
    for i in range(12):
        c.box(190 + i * 56, 770, 8, 34, Veil(rgb("#9aa4b8"), 0.5), 4)


@kind("heels")
def heels(c: Canvas, ink: RGB, rng: Random) -> None:
    for dx, dy, tone in ((90, -70, shade(ink, 0.18)), (-30, 0, ink)):
        with c.moved(dx, dy):
            c.fill(
                curve(
                    (208, 470), ((214, 620), (226, 740), (232, 850)), (262, 850), ((270, 740), (290, 640), (330, 570))
                ),
                shade(tone, 0.35),
            )
            c.fill(
                curve(
                    (196, 380),
                    ((180, 440), (190, 520), (230, 560)),
                    ((360, 600), (470, 760), (620, 806)),
                    ((720, 836), (840, 830), (850, 800)),
                    ((850, 740), (740, 700), (640, 690)),
                    ((560, 740), (470, 720), (400, 620)),
                    ((330, 520), (270, 430), (196, 380)),
                ),
                body(tone),
            )
            c.fill(
                curve(
                    (228, 560),
                    ((360, 600), (470, 770), (620, 816)),
                    ((720, 846), (840, 842), (852, 806)),
                    ((820, 866), (700, 860), (600, 846)),
                    ((460, 800), (360, 640), (228, 590)),
                ),
                shade(tone, 0.5),
            )
            c.fill(
                curve((690, 706), ((760, 722), (820, 752), (836, 784)), ((780, 752), (730, 736), (690, 706))),
                Veil(WHITE, 0.5),
            )
            c.fill(star(676, 730, 24, 10, 4), GOLD)


@kind("boots")
def boots(c: Canvas, ink: RGB, rng: Random) -> None:
    for dx, dy, tone in ((120, -64, shade(ink, 0.3)), (-60, 0, ink)):
        with c.moved(dx, dy):
            shape = curve(
                (290, 150),
                (520, 150),
                ((530, 350), (540, 500), (560, 590)),
                ((640, 620), (760, 640), (780, 720)),
                (784, 790),
                (290, 790),
                ((300, 560), (296, 350), (290, 150)),
            )
            c.fill(shape, body(tone))
            c.fill([(286, 786), (790, 786), (790, 820), (430, 822), (420, 850), (286, 850)], shade(tone, 0.6))
            c.box(282, 140, 246, 62, shade(tone, 0.25), 18)
            for i in range(6):
                c.stroke([(420, 290 + i * 54), (520, 270 + i * 54)], 12, lit(tone, 0.6))
            c.fill(
                curve(
                    (320, 220), ((326, 400), (330, 600), (326, 760)), (360, 760), ((366, 600), (360, 400), (356, 220))
                ),
                Veil(WHITE, 0.2),
            )


@kind("backpack")
def backpack(c: Canvas, ink: RGB, rng: Random) -> None:
    accent = hsl(rng.uniform(0, 360), 0.7, 0.62)
    c.stroke(arc(500, 170, 80, 80, 180, 360), 28, shade(ink, 0.45))
    for side in (-1, 1):
        c.box(500 + side * 270 - 50, 470, 100, 330, shade(ink, 0.32), 46)
    c.fill(box(240, 160, 520, 690, (220, 220, 70, 70)), body(ink))
    c.stroke(arc(500, 410, 222, 222, 190, 350), 10, shade(ink, 0.45))
    c.box(690, 366, 18, 56, accent, 8)
    c.fill(box(290, 520, 420, 290, (60, 60, 50, 50)), shade(ink, 0.12))
    c.fill(box(290, 520, 420, 100, (60, 60, 0, 0)), lit(ink, 0.12))
    c.stroke([(300, 622), (700, 622)], 9, shade(ink, 0.5))
    c.box(470, 606, 60, 62, accent, 14)
    c.box(440, 300, 120, 70, Veil(WHITE, 0.85), 14)
    c.fill(star(500, 335, 24, 11), accent)
    c.fill(
        curve((276, 420), ((280, 300), (340, 230), (420, 200)), ((350, 260), (310, 330), (306, 420))), Veil(WHITE, 0.3)
    )


@kind("handbag")
def handbag(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(curve((330, 440), ((330, 110), (670, 110), (670, 440))), 34, shade(ink, 0.3))
    c.fill(
        curve(
            (222, 420),
            (778, 420),
            (846, 810),
            ((848, 836), (836, 850), (812, 850)),
            (188, 850),
            ((164, 850), (152, 836), (154, 810)),
        ),
        body(ink),
    )
    c.fill(
        curve((214, 420), (786, 420), ((806, 560), (700, 640), (500, 640)), ((300, 640), (194, 560), (214, 420))),
        lit(ink, 0.14),
    )
    c.stroke(
        curve((226, 440), ((220, 550), (310, 616), (500, 616)), ((690, 616), (780, 550), (774, 440))),
        5,
        Veil(WHITE, 0.6),
    )
    c.oval(500, 634, 44, GOLD)
    c.oval(500, 634, 26, shade(GOLD, 0.25))
    for x in (330, 670):
        c.stroke(oval(x, 440, 24), 11, GOLD, closed=True)
    c.box(170, 826, 660, 24, shade(ink, 0.3), 12)


@kind("suitcase")
def suitcase(c: Canvas, ink: RGB, rng: Random) -> None:
    for x in (420, 562):
        c.box(x, 90, 18, 170, rgb("#aab2c0"))
    c.box(400, 76, 200, 38, rgb("#3a404d"), 19)
    for x in (320, 650):
        c.oval(x + 15, 834, 24, rgb("#2c313c"))
    c.box(270, 220, 460, 600, shade(ink, 0.35), 56)
    c.box(270, 212, 460, 594, body(ink), 56)
    for i in range(6):
        c.box(318 + i * 66, 250, 26, 518, Fade(WHITE, 0.3, 0.1), 13)
    for x, y in ((270, 212), (670, 212), (270, 746), (670, 746)):
        c.box(x, y, 60, 60, Veil(shade(ink, 0.6), 0.35), 26)
    c.box(452, 240, 96, 40, rgb("#d5dae3"), 12)
    c.oval(500, 260, 9, rgb("#596274"))


@kind("cap", stands=False, lean=6)
def cap(c: Canvas, ink: RGB, rng: Random) -> None:
    crown = curve((220, 590), ((210, 340), (360, 240), (520, 240)), ((690, 240), (780, 380), (776, 590)))
    c.fill(
        curve(
            (500, 560),
            ((700, 540), (900, 590), (936, 690)),
            ((940, 716), (910, 716), (880, 704)),
            ((760, 660), (620, 640), (500, 640)),
        ),
        shade(ink, 0.4),
    )
    c.fill(crown, body(ink))
    with c.inside(crown):
        for line in (
            curve((520, 240), ((440, 320), (410, 450), (416, 600))),
            curve((520, 240), ((620, 320), (640, 450), (636, 600))),
        ):
            c.stroke(line, 6, Veil(shade(ink, 0.5), 0.5))
        c.fill(
            curve((260, 560), ((260, 400), (340, 310), (430, 280)), ((360, 350), (310, 440), (310, 570))),
            Veil(WHITE, 0.24),
        )
    c.fill(
        curve(
            (216, 580),
            ((400, 540), (640, 540), (782, 580)),
            ((880, 600), (920, 650), (936, 690)),
            ((860, 640), (640, 610), (500, 616)),
            ((380, 620), (280, 640), (222, 640)),
        ),
        Blend(lit(ink, 0.14), shade(ink, 0.1)),
    )
    c.oval(520, 240, 24, shade(ink, 0.25), 15)
    c.oval(530, 450, 56, Veil(WHITE, 0.88))
    c.fill(star(530, 450, 38, 17), ink)


@kind("socks", stands=False, lean=8)
def socks(c: Canvas, ink: RGB, rng: Random) -> None:
    stripes = hsl(rng.uniform(0, 360), 0.7, 0.64)
    for dx, dy, tone in ((120, -50, shade(ink, 0.12)), (-60, 40, ink)):
        with c.moved(dx, dy):
            shape = curve(
                (360, 130),
                (560, 130),
                (560, 540),
                ((570, 600), (640, 650), (720, 700)),
                ((800, 760), (780, 870), (680, 870)),
                ((560, 866), (420, 780), (370, 690)),
                ((350, 640), (360, 560), (360, 500)),
            )
            c.fill(shape, body(tone))
            with c.inside(shape):
                c.box(340, 120, 240, 90, shade(tone, 0.14))
                for i in range(3):
                    c.box(340, 260 + i * 64, 240, 28, stripes)
                c.oval(740, 830, 120, shade(stripes, 0.05))
                c.oval(360, 680, 84, shade(stripes, 0.05))
                for x in range(366, 560, 18):
                    c.box(x, 130, 5, 78, Veil(shade(tone, 0.5), 0.3))


@kind("scarf", stands=False, lean=6)
def scarf(c: Canvas, ink: RGB, rng: Random) -> None:
    check = lit(ink, 0.6) if luminance(ink) < 0.6 else shade(ink, 0.3)
    for x, y, length, turn in ((360, 380, 460, 8), (510, 400, 420, -10)):
        with c.moved(turn=turn, about=(x + 70, y)):
            c.box(x, y, 150, length, body(ink), 10)
            for i in range(6):
                c.box(x, y + 40 + i * 70, 150, 14, Veil(check, 0.55))
            for i in range(3):
                c.box(x + 22 + i * 44, y, 12, length, Veil(check, 0.45))
            for i in range(9):
                c.box(x + 4 + i * 17, y + length - 4, 8, 54, shade(ink, 0.12), 4)
    loop = curve(
        (260, 300),
        ((280, 130), (720, 130), (740, 300)),
        ((760, 440), (640, 520), (500, 520)),
        ((360, 520), (240, 440), (260, 300)),
    )
    c.fill(loop, body(ink))
    with c.inside(loop):
        for i in range(8):
            c.stroke(
                curve((230, 250 + i * 44), ((400, 330 + i * 44), (600, 330 + i * 44), (770, 250 + i * 44))),
                12,
                Veil(check, 0.5),
            )
        for i in range(7):
            c.box(280 + i * 70, 100, 12, 460, Veil(check, 0.3))
    c.fill(
        curve((340, 290), ((360, 220), (640, 220), (660, 290)), ((630, 380), (370, 380), (340, 290))), shade(ink, 0.5)
    )
