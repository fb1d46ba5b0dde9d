"""Books, writing, music and painting."""

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
    smooth,
    star,
)
from meiduo.demo.pictures.kinds.registry import kind

DARK = rgb("#262a33")
METAL = Blend(rgb("#eef1f6"), rgb("#8f97a6"), across=True)


@kind("book", stands=False, lean=6)
def book(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(254, 130, 520, 760, shade(ink, 0.45), (8, 26, 26, 8))
    c.box(262, 860, 500, 22, rgb("#fdf9ef"), 4)
    c.box(262, 868, 500, 4, rgb("#ddd4c0"))
    c.box(240, 116, 520, 746, body(ink), (8, 24, 24, 8))
    c.box(240, 116, 46, 746, Veil(shade(ink, 0.6), 0.4), (8, 0, 0, 8))
    tone = WHITE if luminance(ink) < 0.7 else shade(ink, 0.6)
    accent = hsl(rng.uniform(0, 360), 0.75, 0.66)
    style = rng.randrange(5)
    with c.inside(box(286, 116, 474, 746)):
        if style == 0:
            c.oval(522, 600, 150, accent)
            for i in range(3):
                peaks = [(270 + k * 90, 700 + i * 60 - rng.uniform(0, 90)) for k in range(7)]
                c.fill([*smooth(peaks, closed=False), (820, 880), (270, 880)], _hill(ink, i))
        elif style == 1:
            for i in range(7):
                c.stroke(oval(522, 620, 190 - i * 27), 11, Veil(accent if i % 2 else tone, 0.8), closed=True)
        elif style == 2:
            for _ in range(16):
                x, y, r = rng.uniform(300, 750), rng.uniform(430, 840), rng.uniform(18, 64)
                c.oval(x, y, r, Veil(accent if rng.random() < 0.5 else tone, 0.55))
        elif style == 3:
            for i in range(6):
                c.box(340 + i * 64, 790 - (i * 37 + 60) % 260 - 60, 42, 400, Veil(accent, 0.4 + 0.1 * i), 8)
        else:
            c.fill(star(522, 620, 180, 76, 8), accent)
            c.oval(522, 620, 52, tone)
    c.box(330, 190, 384, 150, Veil(tone, 0.14), 12)
    c.box(356, 216, 330, 36, tone, 8)
    c.box(406, 280, 230, 22, Veil(tone, 0.75), 8)
    c.box(450, 380, 142, 14, Veil(tone, 0.6), 7)


def _hill(ink: RGB, step: int) -> RGB:
    """Hills further back are paler."""
    return lit(ink, 0.5 - 0.2 * step)


@kind("notebook", stands=False, lean=8)
def notebook(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(250, 140, 500, 730, shade(ink, 0.4), 28)
    c.box(264, 132, 490, 724, rgb("#fbf7ee"), 20)
    c.box(250, 124, 490, 724, body(ink), 26)
    for i in range(13):
        y = 160 + i * 53
        c.oval(286, y, 13, shade(ink, 0.6))
        c.stroke(arc(262, y, 30, 17, 20, 320), 9, rgb("#d5dae3"))
    c.box(650, 124, 26, 724, Veil(shade(ink, 0.6), 0.55))
    c.box(360, 240, 240, 130, Veil(WHITE, 0.92), 14)
    c.box(390, 280, 180, 14, Veil(ink, 0.7), 7)
    c.box(390, 316, 120, 14, Veil(ink, 0.5), 7)
    with c.moved(turn=18, about=(800, 500)):
        tone = hsl(rng.uniform(0, 360), 0.7, 0.58)
        c.box(776, 240, 46, 470, Blend(lit(tone, 0.2), shade(tone, 0.2), across=True), 10)
        c.fill([(776, 706), (822, 706), (799, 786)], rgb("#f3d7a8"))
        c.fill([(790, 756), (808, 756), (799, 786)], DARK)
        c.box(776, 226, 46, 44, hsl(350, 0.7, 0.74), 12)


@kind("pen", stands=False, lean=10)
def pen(c: Canvas, ink: RGB, rng: Random) -> None:
    for dx, turn, tone in ((-150, 24, ink), (0, 34, lit(ink, 0.5)), (150, 44, shade(ink, 0.3))):
        with c.moved(dx, 0, turn=turn):
            c.box(464, 110, 72, 330, body(tone), (34, 34, 6, 6))
            c.box(524, 140, 22, 240, Blend(rgb("#f6dfa6"), rgb("#b98d3e")), 11)
            c.box(464, 424, 72, 20, Blend(rgb("#f6dfa6"), rgb("#b98d3e"), across=True))
            c.box(468, 444, 64, 300, body(shade(tone, 0.1)), (0, 0, 20, 20))
            c.fill([(476, 740), (524, 740), (514, 800), (500, 880), (486, 800)], METAL)
            c.stroke([(500, 780), (500, 868)], 3, DARK)
            c.box(480, 150, 12, 240, Veil(WHITE, 0.4), 6)


@kind("guitar", stands=False, lean=6)
def guitar(c: Canvas, ink: RGB, rng: Random) -> None:
    with c.moved(turn=28):
        c.box(474, 40, 52, 470, body(rgb("#5b3a24")), 4)
        for i in range(12):
            c.box(474, 110 + i * 33, 52, 5, rgb("#d9c9a5"))
        c.fill([(460, -40), (540, -40), (532, 70), (468, 70)], shade(rgb("#5b3a24"), 0.2))
        for i in range(3):
            c.oval(450, -20 + i * 34, 12, rgb("#e8e2d3"))
            c.oval(550, -20 + i * 34, 12, rgb("#e8e2d3"))
        shape = smooth(
            [
                (500, 420),
                (620, 430),
                (660, 530),
                (620, 620),
                (690, 740),
                (660, 890),
                (500, 950),
                (340, 890),
                (310, 740),
                (380, 620),
                (340, 530),
                (380, 430),
            ]
        )
        c.fill([((x - 500) * 1.05 + 500, (y - 680) * 1.05 + 680) for x, y in shape], shade(ink, 0.55))
        c.fill(shape, body(ink))
        c.oval(500, 610, 80, shade(ink, 0.45))
        c.oval(500, 610, 66, rgb("#2b1a10"))
        c.stroke(oval(500, 610, 78), 7, rgb("#f0d9a6"), closed=True)
        c.box(420, 800, 160, 34, rgb("#4b2e1a"), 12)
        c.box(474, 380, 52, 190, body(rgb("#5b3a24")))
        for i in range(6):
            c.box(480 + i * 7.4, -20, 2, 830, Veil(WHITE, 0.8))


@kind("paints", stands=False, lean=6)
def paints(c: Canvas, ink: RGB, rng: Random) -> None:
    shape = smooth(
        [
            (500, 230),
            (720, 260),
            (850, 430),
            (810, 620),
            (640, 640),
            (600, 730),
            (500, 800),
            (300, 760),
            (160, 600),
            (180, 400),
            (320, 270),
        ]
    )
    c.fill([(x, y + 16) for x, y in shape], shade(rgb("#c89a66"), 0.3))
    c.fill(shape, body(rgb("#dcb582")))
    for i, (x, y) in enumerate(((300, 420), (430, 340), (580, 340), (710, 410), (250, 560), (360, 660))):
        tone = ink if i == 0 else hsl(360 / 6 * i + rng.uniform(0, 20), 0.78, 0.58)
        c.fill(
            smooth(
                [(x - 56, y), (x - 20, y - 48), (x + 44, y - 36), (x + 58, y + 16), (x + 10, y + 50), (x - 40, y + 36)]
            ),
            tone,
        )
        c.oval(x - 14, y - 16, 13, Veil(WHITE, 0.55), 9)
    c.oval(520, 660, 52, shade(rgb("#c89a66"), 0.5), 44)
    with c.moved(turn=38, about=(620, 560)):
        c.box(604, 60, 32, 520, body(ink), 16)
        c.box(598, 560, 44, 90, METAL, 4)
        c.fill(
            curve((598, 648), (642, 648), ((650, 700), (640, 740), (618, 790)), ((600, 740), (590, 700), (598, 648))),
            rgb("#5a3a24"),
        )
        c.fill(
            curve((604, 720), (638, 720), ((634, 750), (628, 770), (618, 790)), ((610, 770), (606, 750), (604, 720))),
            hsl(rng.uniform(0, 360), 0.8, 0.6),
        )


@kind("globe")
def globe(c: Canvas, ink: RGB, rng: Random) -> None:
    c.oval(500, 820, 190, shade(ink, 0.35), 32)
    c.oval(500, 810, 190, body(ink), 30)
    c.box(484, 730, 32, 80, METAL)
    c.stroke(arc(500, 430, 318, 318, -58, 122), 24, Blend(rgb("#f6dfa6"), rgb("#b98d3e")))
    c.oval(500, 430, 270, Blend(hsl(200, 0.8, 0.68), hsl(212, 0.75, 0.48)))
    with c.inside(oval(500, 430, 270)):
        land = hsl(rng.uniform(95, 140), 0.45, 0.55)
        for points in (
            [(330, 260), (440, 240), (480, 320), (420, 380), (440, 470), (370, 520), (310, 440), (280, 340)],
            [(560, 280), (680, 250), (760, 330), (720, 430), (640, 400), (600, 460), (540, 380)],
            [(560, 520), (660, 500), (700, 590), (620, 660), (550, 610)],
        ):
            c.fill(smooth(points), land)
        for i in range(3):
            c.stroke(oval(500, 430, 90 + i * 90, 268), 4, Veil(WHITE, 0.3), closed=True)
            c.stroke([(220, 300 + i * 130), (780, 300 + i * 130)], 4, Veil(WHITE, 0.3))
        c.oval(400, 300, 130, Fade(WHITE, 0.4, 0.0), 100)
