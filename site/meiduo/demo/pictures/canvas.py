"""Drawing with smooth edges: everything is painted several times too large and made smaller at the end."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from meiduo.demo.pictures.colours import Blend, Fade, Paint, Veil, mix
from meiduo.demo.pictures.geometry import Outline, Point, box, oval

#: The side of the space that drawings are made in, whatever the picture's size in pixels.
SPACE = 1000

Matrix = tuple[float, float, float, float, float, float]


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


class Canvas:
    """A transparent picture that shapes are laid on, one over the other.

    Shape: ``width`` by ``height`` pixels when done; drawn in units of which 1000 make ``unit`` pixels.
    """

    def __init__(self, width: int, height: int, *, unit: int | None = None, finer: int = 2) -> None:
        self.finer = finer
        # Colours are kept multiplied by their opacity: laying one over another is then a plain paste, and
        # making the picture smaller needs no conversion. The four bands are red, green, blue and opacity; they
        # go by the name of CMYK because Pillow 13 treats the fourth band of its own RGBa apart when pasting.
        self._layer = Image.new("CMYK", (width * finer, height * finer), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._layer)
        zoom = (unit or width) * finer / SPACE
        self._matrix: Matrix = (zoom, 0, 0, 0, zoom, 0)
        #: Where painting is allowed: a mask and the pixel of its top left corner.
        self._clip: tuple[Image.Image, tuple[int, int]] | None = None

    def image(self) -> Image.Image:
        """The finished picture, edges smoothed."""
        return Image.merge("RGBa", self._layer.reduce(self.finer).split()).convert("RGBA")

    @contextmanager
    def moved(
        self, dx: float = 0, dy: float = 0, *, zoom: float = 1, turn: float = 0, about: Point = (500, 500)
    ) -> Iterator[None]:
        """Everything drawn inside is zoomed and turned (degrees, clockwise) about a point, then moved."""
        before = self._matrix
        a, b, tx, c, d, ty = before
        cos, sin = zoom * math.cos(math.radians(turn)), zoom * math.sin(math.radians(turn))
        px, py = about
        # x' = cos (x-px) - sin (y-py) + px + dx
        inner = (cos, -sin, px + dx - cos * px + sin * py, sin, cos, py + dy - sin * px - cos * py)
        ia, ib, itx, ic, id_, ity = inner
        self._matrix = (
            a * ia + b * ic,
            a * ib + b * id_,
            a * itx + b * ity + tx,
            c * ia + d * ic,
            c * ib + d * id_,
            c * itx + d * ity + ty,
        )
        try:
            yield
        finally:
            self._matrix = before

    @contextmanager
    def inside(self, outline: Sequence[Point]) -> Iterator[None]:
        """Everything drawn inside stays within this outline (and within outer ones)."""
        before = self._clip
        mask, corner = self._mask(self._placed(outline))
        self._clip = (self._clipped(mask, corner), corner)
        try:
            yield
        finally:
            self._clip = before

    def fill(self, outline: Sequence[Point], paint: Paint) -> None:
        """Paint the inside of an outline."""
        points = self._placed(outline)
        if self._clip is None and isinstance(paint, tuple):
            self._draw.polygon(points, fill=(*paint, 255))
            return
        self._lay(*self._mask(points, _strength(paint)), paint)

    def stroke(self, line: Sequence[Point], width: float, paint: Paint, *, closed: bool = False) -> None:
        """Draw along a line with round ends and joints."""
        points = self._placed([*line, line[0]] if closed else line)
        thick = max(1, round(width * self._zoom()))
        if self._clip is None and isinstance(paint, tuple):
            _stroke(self._draw, points, thick, (*paint, 255))
            return
        corner, size = self._bounds(points, thick)
        mask = Image.new("L", size, 0)
        line = [(x - corner[0], y - corner[1]) for x, y in points]
        _stroke(ImageDraw.Draw(mask), line, thick, _strength(paint))
        self._lay(mask, corner, paint)

    def box(
        self, x: float, y: float, width: float, height: float, paint: Paint, radius: float | Sequence[float] = 0
    ) -> None:
        """Paint a rectangle, its corners rounded."""
        self.fill(box(x, y, width, height, radius), paint)

    def oval(self, cx: float, cy: float, rx: float, paint: Paint, ry: float | None = None) -> None:
        """Paint an ellipse, or a circle."""
        self.fill(oval(cx, cy, rx, ry), paint)

    def text(self, x: float, y: float, words: str, size: float, paint: Paint, *, turn: float = 0) -> None:
        """Write Latin words centred on a point, with the font that Pillow carries."""
        font = _font(max(8, round(size * self._zoom())))
        left, top, right, bottom = (math.floor(v) for v in font.getbbox(words))
        mask = Image.new("L", (right - left + 4, bottom - top + 4), 0)
        ImageDraw.Draw(mask).text((2 - left, 2 - top), words, font=font, fill=_strength(paint))
        angle = turn + math.degrees(math.atan2(self._matrix[3], self._matrix[0]))
        if abs(angle) > 0.1:
            mask = mask.rotate(-angle, Image.Resampling.BILINEAR, expand=True)
        ((cx, cy),) = self._placed([(x, y)])
        self._lay(mask, (round(cx - mask.width / 2), round(cy - mask.height / 2)), paint)

    def text_width(self, words: str, size: float) -> float:
        """How wide these words would be, in units."""
        return float(_font(max(8, round(size * self._zoom()))).getlength(words)) / self._zoom()

    def _zoom(self) -> float:
        return math.hypot(self._matrix[0], self._matrix[3])

    def _placed(self, outline: Sequence[Point]) -> Outline:
        a, b, tx, c, d, ty = self._matrix
        return [(a * x + b * y + tx, c * x + d * y + ty) for x, y in outline]

    def _bounds(self, points: Sequence[Point], margin: float = 0) -> tuple[tuple[int, int], tuple[int, int]]:
        """The corner and the size of what these points touch, where painting is allowed; at least a pixel."""
        least_x, least_y, most_x, most_y = 0, 0, self._layer.width, self._layer.height
        if self._clip is not None:
            mask, (least_x, least_y) = self._clip
            most_x, most_y = least_x + mask.width, least_y + mask.height
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left = min(max(least_x, math.floor(min(xs) - margin)), most_x - 1)
        top = min(max(least_y, math.floor(min(ys) - margin)), most_y - 1)
        right = min(most_x, math.ceil(max(xs) + margin) + 1)
        bottom = min(most_y, math.ceil(max(ys) + margin) + 1)
        return (left, top), (max(right - left, 1), max(bottom - top, 1))

    def _mask(self, points: Sequence[Point], strength: int = 255) -> tuple[Image.Image, tuple[int, int]]:
        """The inside of these points as a mask, and its corner."""
        corner, size = self._bounds(points)
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon([(x - corner[0], y - corner[1]) for x, y in points], fill=strength)
        return mask, corner

    def _clipped(self, mask: Image.Image, corner: tuple[int, int]) -> Image.Image:
        """The part of the mask where painting is allowed."""
        if self._clip is None:
            return mask
        allowed, (left, top) = self._clip
        x, y = corner[0] - left, corner[1] - top
        return ImageChops.multiply(mask, allowed.crop((x, y, x + mask.width, y + mask.height)))

    def _lay(self, mask: Image.Image, corner: tuple[int, int], paint: Paint) -> None:
        """Put paint on the layer where, and as strongly as, the mask says."""
        mask = self._clipped(mask, corner)
        where = (*corner, corner[0] + mask.width, corner[1] + mask.height)
        if isinstance(paint, Veil):
            self._layer.paste((*paint.colour, 255), where, mask)
        elif isinstance(paint, Fade):
            ramp = _fade(paint).resize(mask.size, Image.Resampling.NEAREST)
            self._layer.paste((*paint.colour, 255), where, ImageChops.multiply(mask, ramp))
        elif isinstance(paint, Blend):
            self._layer.paste(_blend(paint).resize(mask.size, Image.Resampling.NEAREST), corner, mask)
        else:
            self._layer.paste((*paint, 255), where, mask)


def _strength(paint: Paint) -> int:
    """What a mask holds where this paint is laid."""
    return round(255 * paint.strength) if isinstance(paint, Veil) else 255


def _stroke(draw: ImageDraw.ImageDraw, points: Outline, thick: int, fill: int | tuple[int, ...]) -> None:
    draw.line(points, fill=fill, width=thick, joint="curve")
    half = thick / 2
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)


#: Steps of a colour running into another; stretched over a shape without smoothing, they are too fine to see.
STEPS = 128


@lru_cache(maxsize=64)
def _fade(paint: Fade) -> Image.Image:
    """A strip of opacity running evenly from start to end."""
    strip = Image.new("L", (STEPS, 1) if paint.across else (1, STEPS))
    strip.putdata([round(255 * (paint.start + (paint.end - paint.start) * i / (STEPS - 1))) for i in range(STEPS)])
    return strip


@lru_cache(maxsize=64)
def _blend(paint: Blend) -> Image.Image:
    """A strip of colour running evenly from start to end."""
    strip = Image.new("CMYK", (STEPS, 1) if paint.across else (1, STEPS))
    strip.putdata([(*mix(paint.start, paint.end, i / (STEPS - 1)), 255) for i in range(STEPS)])
    return strip
