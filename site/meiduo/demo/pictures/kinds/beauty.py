"""Make-up, skin and body care."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB, WHITE, Blend, Veil, body, hsl, lit, luminance, rgb, shade
from meiduo.demo.pictures.geometry import arc, box, curve, leaf, oval, smooth, star
from meiduo.demo.pictures.kinds.registry import kind

GOLD_TUBE = Blend(rgb("#f6dfa6"), rgb("#b98d3e"), across=True)
SILVER_TUBE = Blend(rgb("#f4f6fa"), rgb("#a4abb9"), across=True)


def label(c: Canvas, x: float, y: float, width: float, height: float, ink: RGB, word: str, rng: Random) -> None:
    """A paper label with a word, a line and a small plant."""
    c.box(x, y, width, height, Veil(WHITE, 0.9), 10)
    mark = shade(ink, 0.35) if luminance(ink) > 0.3 else ink
    style = rng.randrange(3)
    cx, cy = x + width / 2, y + height * 0.3
    if style == 0:
        for angle in (-130, -90, -50):
            c.fill(leaf(cx, cy + 30, 62, 15, angle), mark)
    elif style == 1:
        c.stroke(oval(cx, cy, 30), 7, mark, closed=True)
        c.oval(cx, cy, 13, mark)
    else:
        c.fill(star(cx, cy, 34, 12, 8), mark)
    size = min(46, width * 0.8 / max(len(word) * 0.62, 1))
    c.text(cx, y + height * 0.62, word, size, mark)
    c.box(x + width * 0.25, y + height * 0.8, width * 0.5, 7, Veil(mark, 0.5), 3)


@kind("lipstick")
def lipstick(c: Canvas, ink: RGB, rng: Random) -> None:
    case = rng.choice((rgb("#23242b"), rgb("#7d1f33"), rgb("#f0e7dd")))
    with c.moved(-150, 0):
        c.box(412, 560, 176, 290, body(case), (10, 10, 18, 18))
        c.box(424, 430, 152, 136, GOLD_TUBE, 8)
        c.fill(curve((440, 432), (440, 250), ((440, 190), (520, 150), (560, 150)), (560, 432)), body(ink))
        c.fill(
            curve((448, 290), ((450, 210), (510, 168), (548, 164)), ((556, 230), (500, 280), (448, 290))), lit(ink, 0.3)
        )
        c.box(412, 600, 176, 10, GOLD_TUBE)
        c.box(436, 630, 16, 190, Veil(WHITE, 0.3), 8)
    with c.moved(130, 0):
        c.box(406, 400, 188, 450, body(case), (16, 16, 18, 18))
        c.box(406, 770, 188, 18, GOLD_TUBE)
        c.box(432, 430, 18, 310, Veil(WHITE, 0.3), 9)
        c.fill(star(500, 590, 32, 13, 4), GOLD_TUBE)
    c.fill(smooth([(360, 905), (470, 880), (620, 890), (700, 915), (580, 935), (450, 930)]), ink)


@kind("cream")
def cream(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(box(216, 500, 568, 350, (26, 26, 90, 90)), Blend(lit(ink, 0.45), shade(ink, 0.06), across=True))
    c.box(216, 500, 568, 120, Veil(WHITE, 0.16), 20)
    label(c, 340, 610, 320, 190, ink, rng.choice(("HYDRA", "REPAIR", "GLOW")), rng)
    lid = GOLD_TUBE if rng.random() < 0.5 else SILVER_TUBE
    c.box(196, 350, 608, 158, lid, 26)
    c.box(196, 350, 608, 26, Veil(WHITE, 0.35), 13)
    for i in range(24):
        c.box(212 + i * 24.4, 400, 6, 96, Veil(rgb("#6b5a36"), 0.14), 3)
    c.box(240, 520, 24, 260, Veil(WHITE, 0.5), 12)
    c.fill(smooth([(420, 340), (450, 280), (500, 300), (530, 230), (560, 300), (600, 340), (500, 352)]), lit(ink, 0.8))


@kind("serum")
def serum(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(452, 96, 96, 130, body(shade(ink, 0.55)), 44)
    c.box(420, 214, 160, 130, GOLD_TUBE, 12)
    for i in range(8):
        c.box(430 + i * 19, 222, 6, 114, Veil(rgb("#6b5a36"), 0.22), 3)
    glass = box(320, 340, 360, 510, (90, 90, 46, 46))
    c.fill(glass, Blend(lit(ink, 0.35), shade(ink, 0.14), across=True))
    with c.inside(glass):
        c.box(320, 470, 360, 400, Veil(shade(ink, 0.4), 0.2))
        c.box(492, 340, 16, 360, Veil(WHITE, 0.35), 8)
        c.box(344, 400, 34, 420, Veil(WHITE, 0.4), 17)
    label(c, 390, 530, 220, 250, ink, rng.choice(("SERUM", "AMPOULE")), rng)


@kind("perfume")
def perfume(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(420, 150, 160, 190, body(rgb("#2a2b33")), 20)
    c.box(446, 330, 108, 60, GOLD_TUBE, 6)
    c.box(230, 380, 540, 470, Veil(lit(ink, 0.65), 0.95), 60)
    c.box(266, 412, 468, 406, Blend(lit(ink, 0.35), ink), 40)
    c.box(266, 412, 468, 90, Veil(WHITE, 0.35), 40)
    c.box(360, 540, 280, 170, Veil(WHITE, 0.92), 10)
    c.text(500, 604, rng.choice(("AURA", "ELLE", "MUSE")), 66, shade(ink, 0.6))
    c.text(500, 668, "eau de parfum", 28, shade(ink, 0.4))
    c.box(244, 400, 20, 420, Veil(WHITE, 0.8), 10)
    c.fill(
        curve((300, 430), ((330, 560), (310, 700), (300, 790)), (350, 800), ((350, 660), (360, 540), (380, 430))),
        Veil(WHITE, 0.3),
    )


@kind("shampoo")
def shampoo(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(curve((500, 190), (500, 130), ((500, 104), (440, 100), (360, 110))), 34, rgb("#eceff5"))
    c.box(470, 170, 60, 80, SILVER_TUBE)
    c.box(410, 236, 180, 90, Blend(WHITE, rgb("#c4cad6"), across=True), 18)
    c.fill(
        curve(
            (330, 420),
            ((330, 340), (400, 316), (440, 316)),
            (560, 316),
            ((600, 316), (670, 340), (670, 420)),
            (684, 800),
            ((684, 830), (664, 850), (634, 850)),
            (366, 850),
            ((336, 850), (316, 830), (316, 800)),
        ),
        body(ink),
    )
    label(c, 372, 450, 256, 300, ink, rng.choice(("CARE", "SILK", "FRESH")), rng)
    c.box(340, 400, 18, 400, Veil(WHITE, 0.4), 9)


@kind("tube")
def tube(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(
        curve(
            (318, 130),
            (682, 130),
            ((670, 330), (640, 560), (616, 720)),
            (384, 720),
            ((360, 560), (330, 330), (318, 130)),
        ),
        body(ink),
    )
    c.box(312, 108, 376, 44, shade(ink, 0.18), 8)
    for i in range(18):
        c.box(324 + i * 20, 112, 5, 36, Veil(WHITE, 0.3))
    c.box(376, 716, 248, 134, Blend(WHITE, rgb("#c3c9d5"), across=True), (6, 6, 26, 26))
    tone = WHITE if luminance(ink) < 0.7 else shade(ink, 0.55)
    if rng.random() < 0.5:
        c.oval(500, 340, 84, Veil(tone, 0.22))
        c.fill(star(500, 340, 72, 40, 12), Veil(tone, 0.9))
    else:
        for angle in (-140, -90, -40):
            c.fill(leaf(500, 400, 130, 34, angle), Veil(tone, 0.85))
    for i, width in enumerate((170, 120, 146)):
        c.box(500 - width / 2, 480 + i * 44, width, 14, Veil(tone, 0.7), 7)
    c.fill(
        curve((354, 160), ((368, 340), (392, 560), (408, 700)), (440, 700), ((420, 560), (404, 340), (398, 160))),
        Veil(WHITE, 0.3),
    )


@kind("palette", stands=False, lean=6)
def palette(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(180, 120, 640, 340, shade(ink, 0.35), 40)
    c.box(206, 146, 588, 300, Blend(rgb("#dce9f5"), rgb("#a9bdd3")), 26)
    c.fill([(520, 146), (700, 146), (480, 446), (300, 446)], Veil(WHITE, 0.4))
    c.box(180, 470, 640, 400, shade(ink, 0.4), 40)
    c.box(180, 462, 640, 396, body(ink), 40)
    hue = rng.uniform(330, 400)
    for row in range(3):
        for column in range(4):
            x, y = 222 + column * 144, 496 + row * 116
            tint = hsl(hue + column * 9 - row * 6, 0.5, 0.78 - 0.1 * column - 0.05 * row)
            c.box(x, y, 124, 94, shade(ink, 0.5), 14)
            c.box(x + 5, y + 5, 114, 84, tint, 12)
            c.stroke(arc(x + 62, y + 47, 34, 22, 200, 320), 6, Veil(WHITE, 0.4))


@kind("facemask", stands=False, lean=8)
def facemask(c: Canvas, ink: RGB, rng: Random) -> None:
    for i, dx in enumerate((90, 0, -90)):
        tone = (shade(ink, 0.2), lit(ink, 0.1), ink)[i]
        with c.moved(dx, i * 16 - 10, turn=dx / 9):
            c.box(300, 170, 400, 660, shade(tone, 0.3), 22)
            c.box(300, 164, 400, 656, body(tone), 22)
            for k in range(20):
                c.box(306 + k * 19.6, 170, 6, 34, Veil(WHITE, 0.35))
    with c.moved(-90, 22, turn=-10):
        face = smooth([(500, 350), (600, 380), (636, 490), (590, 620), (500, 680), (410, 620), (364, 490), (400, 380)])
        c.fill(face, Veil(WHITE, 0.92))
        for x in (440, 560):
            c.oval(x, 470, 34, ink, 18)
        c.oval(500, 600, 44, ink, 15)
        c.stroke([(500, 510), (486, 552), (512, 556)], 7, Veil(shade(ink, 0.3), 0.5))
        c.text(500, 262, "MASK", 66, WHITE if luminance(ink) < 0.75 else shade(ink, 0.5))


@kind("razor")
def razor(c: Canvas, ink: RGB, rng: Random) -> None:
    c.fill(
        curve((396, 420), ((390, 600), (400, 760), (430, 850)), (570, 850), ((600, 760), (610, 600), (604, 420))),
        body(ink),
    )
    c.box(380, 330, 240, 110, SILVER_TUBE, 40)
    c.fill(
        curve((290, 330), ((300, 130), (700, 130), (710, 330)), ((640, 390), (360, 390), (290, 330))),
        body(shade(ink, 0.3)),
    )
    for x, y in ((410, 240), (590, 240), (500, 310)):
        c.oval(x, y, 74, rgb("#cdd3de"))
        c.oval(x, y, 56, rgb("#7d8698"))
        c.oval(x, y, 24, rgb("#cdd3de"))
    c.oval(500, 560, 36, shade(ink, 0.5))
    c.stroke(arc(500, 560, 18, 18, -50, 230), 7, rgb("#7fe0ff"))
    c.text(500, 720, "88", 60, rgb("#7fe0ff"))
