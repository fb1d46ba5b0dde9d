"""Pots, knives and cups."""

from random import Random

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import (
    RGB,
    WHITE,
    Blend,
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
)
from meiduo.demo.pictures.kinds.registry import kind

OAK = rgb("#c89a66")
WALNUT = rgb("#8b5e3c")
METAL = Blend(rgb("#e8ebf1"), rgb("#8f97a6"), across=True)


@kind("pan", stands=False, lean=8)
def pan(c: Canvas, ink: RGB, rng: Random) -> None:
    with c.moved(-60, 60, turn=-35):
        c.box(742, 466, 300, 68, body(WALNUT, across=False), 34)
        c.box(700, 474, 90, 52, METAL, 12)
        c.oval(1002, 500, 13, shade(WALNUT, 0.6))
        c.oval(470, 512, 310, shade(ink, 0.5))
        c.oval(470, 500, 310, body(ink))
        c.oval(470, 500, 268, rgb("#33363f"))
        c.oval(470, 500, 256, Blend(rgb("#4b4f5b"), rgb("#2a2d35")))
        for radius in (200, 140, 80):
            c.stroke(oval(470, 500, radius), 4, Veil(WHITE, 0.12), closed=True)
    if rng.random() < 0.7:
        c.fill(smooth([(350, 560), (400, 470), (520, 480), (570, 560), (540, 660), (430, 680), (340, 640)]), WHITE)
        c.oval(455, 575, 66, shade(hsl(40, 0.95, 0.58), 0.1))
        c.oval(452, 570, 62, hsl(42, 0.98, 0.6))
        c.oval(430, 546, 16, Veil(WHITE, 0.7))


@kind("pot")
def pot(c: Canvas, ink: RGB, rng: Random) -> None:
    for x in (110, 770):
        c.box(x, 520, 120, 60, shade(ink, 0.35), 30)
    c.fill(box(190, 440, 620, 410, (16, 16, 110, 110)), body(ink))
    c.box(170, 420, 660, 44, Blend(lit(ink, 0.35), shade(ink, 0.2), across=True), 22)
    c.fill(
        curve((190, 420), ((210, 280), (360, 250), (500, 250)), ((640, 250), (790, 280), (810, 420))),
        Blend(lit(ink, 0.35), lit(ink, 0.02)),
    )
    c.box(470, 190, 60, 70, METAL, 12)
    c.box(420, 168, 160, 44, Blend(rgb("#f6dfa6"), rgb("#b98d3e"), across=True), 22)
    c.fill(
        curve((250, 400), ((280, 320), (370, 284), (440, 276)), ((370, 310), (320, 350), (300, 400))), Veil(WHITE, 0.4)
    )
    c.box(232, 500, 30, 280, Veil(WHITE, 0.3), 15)


@kind("knives")
def knives(c: Canvas, ink: RGB, rng: Random) -> None:
    with c.moved(turn=-8, about=(500, 850)):
        for x, top in ((300, 300), (400, 220), (500, 260), (600, 330), (690, 380)):
            c.box(x, top + 150, 64, 200, METAL)
            c.box(x + 2, top, 60, 180, body(ink), (28, 28, 10, 10))
            for k in range(2):
                c.oval(x + 32, top + 50 + k * 70, 9, rgb("#e8ebf1"))
        c.fill([(250, 510), (790, 470), (800, 850), (270, 850)], body(OAK))
        for i in range(6):
            c.stroke(
                curve((266, 566 + i * 50), ((420, 536 + i * 50), (640, 586 + i * 50), (792, 536 + i * 50))),
                6,
                Veil(WALNUT, 0.35),
            )
        c.box(290, 500, 470, 12, Veil(WHITE, 0.25), 6)
    c.box(250, 836, 560, 20, shade(OAK, 0.35), 8)


@kind("mug")
def mug(c: Canvas, ink: RGB, rng: Random) -> None:
    c.stroke(arc(700, 560, 130, 140, -80, 80), 52, shade(ink, 0.15))
    c.fill(box(240, 330, 460, 520, (10, 10, 80, 80)), body(ink))
    c.oval(470, 334, 230, lit(ink, 0.25), 54)
    c.oval(470, 338, 204, rgb("#5d3a22"), 42)
    c.oval(470, 342, 150, rgb("#c99563"), 26)
    tone = WHITE if luminance(ink) < 0.7 else shade(ink, 0.4)
    style = rng.randrange(3)
    if style == 0:
        c.fill(
            smooth([(470, 560), (520, 500), (580, 540), (560, 620), (470, 700), (380, 620), (360, 540), (420, 500)]),
            Veil(tone, 0.85),
        )
    elif style == 1:
        for i in range(3):
            c.stroke(
                smooth([(262 + k * 70, 520 + i * 74 + (22 if k % 2 else -22)) for k in range(7)], closed=False),
                17,
                Veil(tone, 0.8),
            )
    else:
        c.oval(470, 590, 104, Veil(tone, 0.85))
        for x in (432, 508):
            c.oval(x, 574, 12, ink)
        c.stroke(arc(470, 590, 46, 46, 30, 150), 10, ink)
    for x in (410, 530):
        c.stroke(curve((x, 250), ((x - 40, 200), (x + 40, 160), (x, 100))), 17, Veil(WHITE, 0.8))


@kind("thermos")
def thermos(c: Canvas, ink: RGB, rng: Random) -> None:
    c.box(400, 90, 200, 170, body(shade(ink, 0.35)), (50, 50, 16, 16))
    c.box(420, 246, 160, 40, METAL)
    c.fill(box(360, 276, 280, 574, (70, 70, 44, 44)), body(ink))
    c.box(360, 790, 280, 22, METAL)
    c.box(392, 330, 26, 420, Veil(WHITE, 0.4), 13)
    c.stroke(curve((596, 120), ((720, 130), (720, 300), (630, 300))), 22, shade(ink, 0.5))
    c.oval(510, 560, 62, Veil(WHITE, 0.85))
    c.fill([(460, 590), (492, 536), (512, 566), (534, 530), (562, 590)], ink)
