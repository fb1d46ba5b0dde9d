"""What products stand in front of: soft light, a calm shape, a floor."""

from random import Random

from PIL import Image, ImageChops, ImageFilter

from meiduo.demo.pictures.canvas import Canvas
from meiduo.demo.pictures.colours import RGB, WHITE, Blend, Fade, Veil, hsl, mix, shade
from meiduo.demo.pictures.geometry import arc, box, crescent, oval, smooth, star

#: Where the floor begins behind standing products, in units of 1000.
HORIZON = 730


def backdrop(size: int, hue: float, rng: Random, *, stands: bool) -> Image.Image:
    """A finished ground of this hue for one product; its composition follows ``rng``."""
    # Drawn at half the size and enlarged: four times faster, and a little out of focus, as a ground should be.
    c = Canvas(size // 2, size // 2)
    strength = rng.uniform(0.42, 0.62)
    top, bottom = hsl(hue, strength, 0.91), hsl(hue + rng.uniform(-18, 18), strength + 0.05, 0.82)
    c.box(0, 0, 1000, 1000, Blend(top, bottom))
    tint = hsl(hue + rng.choice((-24, -12, 12, 30)), min(strength + 0.18, 0.8), 0.72)
    rng.choice(STANDING if stands else FLOATING)(c, tint, rng)
    if stands:
        c.box(0, HORIZON, 1000, 1000 - HORIZON, Fade(hsl(hue, 0.45, 0.66), 0.34, 0.12))
    return enlarged(c.image(), (size, size))


def enlarged(ground: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The ground in its full size, without the steps that its small pixels would leave."""
    soft = ground.convert("RGB").filter(ImageFilter.GaussianBlur(0.8))
    return soft.resize(size, Image.Resampling.BILINEAR)


def _sun(c: Canvas, tint: RGB, rng: Random) -> None:
    x = 500 + rng.uniform(-110, 110)
    c.oval(x, 450, 372, Fade(tint, 0.55, 0.12))
    c.oval(x, 450, 300, Veil(WHITE, 0.2))


def _arch(c: Canvas, tint: RGB, rng: Random) -> None:
    x = rng.choice((170, 235, 300))
    c.fill(box(x, 110, 560, 900, (280, 280, 0, 0)), Fade(tint, 0.6, 0.25))
    c.fill(box(x + 70, 190, 420, 900, (210, 210, 0, 0)), Veil(WHITE, 0.24))


def _blobs(c: Canvas, tint: RGB, rng: Random) -> None:
    for i in range(3):
        cx, cy, radius = rng.uniform(150, 850), rng.uniform(120, 640), rng.uniform(150, 300)
        points = [
            (cx + radius * rng.uniform(0.8, 1.15) * x, cy + radius * rng.uniform(0.8, 1.15) * y) for x, y in _RING
        ]
        c.fill(smooth(points), Veil(tint if i % 2 == 0 else WHITE, 0.34))


def _rays(c: Canvas, tint: RGB, rng: Random) -> None:
    turn = rng.uniform(0, 30)
    for i in range(12):
        wedge = arc(500, 470, 900, 900, turn + i * 30, turn + i * 30 + 13, steps=4)
        c.fill([(500, 470), *wedge], Fade(tint, 0.3, 0.2))
    c.oval(500, 470, 330, Veil(WHITE, 0.38))


def _rings(c: Canvas, tint: RGB, rng: Random) -> None:
    cx, cy = 500 + rng.uniform(-160, 160), 440 + rng.uniform(-80, 80)
    for i in range(4):
        c.stroke(oval(cx, cy, 190 + i * 110), 34, Veil(tint, 0.42 - 0.08 * i), closed=True)


def _dots(c: Canvas, tint: RGB, rng: Random) -> None:
    left = rng.random() < 0.5
    for row in range(7):
        for column in range(7):
            x = 70 + column * 46 if left else 654 + column * 46
            c.oval(x, 90 + row * 46, 10, Veil(tint, 0.75))
    c.oval(700 if left else 300, 520, 330, Fade(tint, 0.55, 0.15))


def _slant(c: Canvas, tint: RGB, rng: Random) -> None:
    with c.moved(turn=rng.choice((-32, 32))):
        c.box(-400, 330, 1800, 260, Veil(tint, 0.42))
        c.box(-400, 630, 1800, 70, Veil(WHITE, 0.4))
        c.box(-400, 250, 1800, 40, Veil(tint, 0.3))


def _window(c: Canvas, tint: RGB, rng: Random) -> None:
    with c.moved(rng.uniform(-120, 120), -40, turn=rng.uniform(8, 16)):
        for i in range(2):
            for j in range(2):
                c.box(240 + i * 270, 110 + j * 320, 250, 300, Veil(WHITE, 0.36), 14)
    c.oval(180, 700, 240, Fade(tint, 0.4, 0.05))


def _podium(c: Canvas, tint: RGB, rng: Random) -> None:
    _sun(c, tint, rng)
    c.box(110, 826, 780, 300, Blend(mix(tint, WHITE, 0.35), mix(shade(tint, 0.1), WHITE, 0.2)))
    c.oval(500, 826, 390, mix(tint, WHITE, 0.55), 62)


def _sparks(c: Canvas, tint: RGB, rng: Random) -> None:
    c.fill(crescent(500, 480, 420, 90, rng.uniform(0, 90), rng.uniform(200, 290)), Veil(tint, 0.5))
    for _ in range(7):
        size = rng.uniform(16, 40)
        c.fill(star(rng.uniform(60, 940), rng.uniform(60, 640), size, size * 0.34, 4), Veil(WHITE, 0.85))


_RING = [(1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7)]
STANDING = (_sun, _arch, _window, _podium, _dots, _blobs, _sparks)
FLOATING = (_sun, _blobs, _rays, _rings, _dots, _slant, _sparks)


def with_shadow(ground: Image.Image, thing: Image.Image, hue: float, *, stands: bool) -> Image.Image:
    """The thing laid on its ground with the shadow it throws: on the floor, or on the wall behind."""
    width, height = ground.size[0] // 4, ground.size[1] // 4
    outline = thing.getchannel("A").resize((width, height), Image.Resampling.BOX)
    cast = Image.new("L", (width, height), 0)
    if stands:
        # Only what stands near the floor darkens it.
        feet = outline.crop((0, round(height * 0.72), width, round(height * 0.87)))
        flat = feet.resize((width, max(height // 12, 1)), Image.Resampling.BOX)
        cast.paste(flat, (0, round(height * 0.85) - flat.height // 2 + 1), flat)
        cast = cast.filter(ImageFilter.GaussianBlur(height / 48)).point([min(255, round(i * 0.8)) for i in range(256)])
        soft = Image.new("L", (width, height), 0)
        soft.paste(outline, (round(height * 0.035), round(height * 0.012)))
        soft = soft.filter(ImageFilter.GaussianBlur(height / 22)).point([round(i * 0.2) for i in range(256)])
        cast = ImageChops.lighter(cast, soft)
    else:
        cast.paste(outline, (round(height * 0.016), round(height * 0.045)))
        cast = cast.filter(ImageFilter.GaussianBlur(height / 32)).point([round(i * 0.46) for i in range(256)])
    cast = cast.resize(ground.size, Image.Resampling.BILINEAR)
    ground.paste(hsl(hue, 0.45, 0.24), (0, 0, *ground.size), cast)
    ground.paste(thing, (0, 0), thing)
    return ground
