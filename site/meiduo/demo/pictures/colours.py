"""Colours as the drawings need them: mixed, lit, shaded and spread over a shape."""

import colorsys
from dataclasses import dataclass

RGB = tuple[int, int, int]

WHITE: RGB = (255, 255, 255)
BLACK: RGB = (22, 24, 29)


def rgb(text: str) -> RGB:
    """The colour written as ``#rrggbb``."""
    digits = text.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def hsl(hue: float, saturation: float, lightness: float) -> RGB:
    """The colour of this hue in degrees; saturation and lightness from 0 to 1."""
    red, green, blue = colorsys.hls_to_rgb(hue % 360 / 360, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(one: RGB, other: RGB, part: float) -> RGB:
    """``one`` with this part of ``other`` in it."""
    return (
        round(one[0] + (other[0] - one[0]) * part),
        round(one[1] + (other[1] - one[1]) * part),
        round(one[2] + (other[2] - one[2]) * part),
    )


def lit(colour: RGB, part: float = 0.25) -> RGB:
    """The side of it that the light falls on."""
    return mix(colour, WHITE, part)


def shade(colour: RGB, part: float = 0.22) -> RGB:
    """The side of it that lies in the shade, a little cooler."""
    return mix(colour, (24, 22, 48), part)


def luminance(colour: RGB) -> float:
    """How bright it looks, from 0 to 1."""
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


def saturation(colour: RGB) -> float:
    """How far it is from grey, from 0 to 1."""
    high, low = max(colour), min(colour)
    return 0.0 if high == 0 else (high - low) / high


@dataclass(frozen=True, slots=True)
class Blend:
    """A paint that runs from ``start`` to ``end`` over the shape: down, or to the right when ``across``."""

    start: RGB
    end: RGB
    across: bool = False


@dataclass(frozen=True, slots=True)
class Veil:
    """A see-through paint; ``strength`` from 0 to 1."""

    colour: RGB
    strength: float


@dataclass(frozen=True, slots=True)
class Fade:
    """A see-through paint whose strength runs from ``start`` to ``end`` over the shape."""

    colour: RGB
    start: float
    end: float
    across: bool = False


Paint = RGB | Blend | Veil | Fade


def body(colour: RGB, *, across: bool = True) -> Blend:
    """How a surface of this colour looks in our light: brighter left (or above), darker right (or below)."""
    glow = 0.16 if luminance(colour) < 0.75 else 0.4
    return Blend(lit(colour, glow), shade(colour, 0.14), across)
