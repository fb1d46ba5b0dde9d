"""Outlines as lists of points, in the 1000 by 1000 space every drawing is made in."""

import math
from collections.abc import Sequence
from functools import lru_cache

Point = tuple[float, float]
Outline = list[Point]


def box(x: float, y: float, width: float, height: float, radius: float | Sequence[float] = 0) -> Outline:
    """A rectangle from its top left corner; ``radius`` for all corners, or for each from the top left clockwise."""
    corners = [float(radius)] * 4 if isinstance(radius, (int, float)) else [float(r) for r in radius]
    most = min(width, height) / 2
    top_left, top_right, bottom_right, bottom_left = (min(r, most) for r in corners)
    return [
        *_corner(x + top_left, y + top_left, top_left, 180),
        *_corner(x + width - top_right, y + top_right, top_right, 270),
        *_corner(x + width - bottom_right, y + height - bottom_right, bottom_right, 0),
        *_corner(x + bottom_left, y + height - bottom_left, bottom_left, 90),
    ]


def _corner(cx: float, cy: float, radius: float, start: float) -> Outline:
    return arc(cx, cy, radius, radius, start, start + 90, steps=8) if radius else [(cx, cy)]


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, *, steps: int = 24) -> Outline:
    """A part of an ellipse, angles in degrees clockwise from the right."""
    return [(cx + rx * cos, cy + ry * sin) for cos, sin in _on_circle(start, end, steps)]


@lru_cache(maxsize=256)
def _on_circle(start: float, end: float, steps: int) -> list[Point]:
    """Points of the unit circle; nearly all outlines are made of the same few arcs."""
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(math.cos(a), math.sin(a)) for a in angles]


def oval(cx: float, cy: float, rx: float, ry: float | None = None) -> Outline:
    """A whole ellipse, or a circle."""
    return arc(cx, cy, rx, rx if ry is None else ry, 0, 360, steps=64)[:-1]


def crescent(cx: float, cy: float, radius: float, width: float, start: float, end: float) -> Outline:
    """A band along a circle, ``width`` thick to the inside."""
    return [
        *arc(cx, cy, radius, radius, start, end),
        *reversed(arc(cx, cy, radius - width, radius - width, start, end)),
    ]


def curve(*parts: Point | tuple[Point, Point, Point]) -> Outline:
    """An outline of straight and bent pieces: a point goes straight there, three points bend (cubic Bézier)."""
    outline: Outline = []
    for part in parts:
        if isinstance(part[0], tuple):
            one, two, end = part
            outline.extend(_bezier(outline[-1], one, two, end))
        else:
            outline.append(part)
    return outline


def _bezier(start: Point, one: Point, two: Point, end: Point, steps: int = 18) -> Outline:
    points = []
    for i in range(1, steps + 1):
        t = i / steps
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        points.append(
            (a * start[0] + b * one[0] + c * two[0] + d * end[0], a * start[1] + b * one[1] + c * two[1] + d * end[1])
        )
    return points


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> Outline:
    """A soft line through these points (Catmull–Rom)."""
    count = len(points)
    at = (lambda i: points[i % count]) if closed else (lambda i: points[min(max(i, 0), count - 1)])
    outline: Outline = []
    for i in range(count if closed else count - 1):
        p0, p1, p2, p3 = at(i - 1), at(i), at(i + 1), at(i + 2)
        for k in range(steps):
            t = k / steps
            outline.append(
                (_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)),
            )
    if not closed:
        outline.append(points[-1])
    return outline


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def mirrored(outline: Sequence[Point], *, about: float = 500) -> Outline:
    """The right half made from the left one, going on backwards: for symmetric outlines."""
    return [*outline, *((2 * about - x, y) for x, y in reversed(outline))]


def flipped(outline: Sequence[Point], *, about: float = 500) -> Outline:
    """The same outline seen in a mirror."""
    return [(2 * about - x, y) for x, y in outline]


def star(cx: float, cy: float, outer: float, inner: float, tips: int = 5, turn: float = -90) -> Outline:
    """A star with so many tips."""
    points = []
    for i in range(tips * 2):
        radius = outer if i % 2 == 0 else inner
        angle = math.radians(turn + 180 * i / tips)
        points.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return points


def leaf(x: float, y: float, length: float, width: float, angle: float) -> Outline:
    """A leaf from its stem at this point, pointing at ``angle`` degrees."""
    flat = [
        *_bezier((0, 0), (length * 0.3, -width), (length * 0.75, -width * 0.7), (length, 0)),
        *_bezier((length, 0), (length * 0.75, width * 0.7), (length * 0.3, width), (0, 0)),
    ]
    turn = math.radians(angle)
    return [
        (x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn))
        for px, py in flat
    ]
