"""Small drawings for the back office, as points of an SVG: no script, no foreign host."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, its points as SVG wants them, its highest value."""

    name: str
    points: str
    top: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on the axis of time."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over days, each with a scale of its own: clicks are few beside impressions."""

    width: int
    height: int
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


#: Room around the drawing, in its own units.
MARGIN = 24


def line_chart(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], *, width: int = 800, height: int = 200
) -> Chart:
    """Every series as a line from left to right over the labels; about seven labels are written."""
    inner_width, inner_height = width - 2 * MARGIN, height - 2 * MARGIN
    last = max(len(labels) - 1, 1)
    xs = [MARGIN + inner_width * number / last for number in range(len(labels))]
    lines = []
    for name, values in series:
        top = max(values, default=0)
        ys = [height - MARGIN - (inner_height * value / top if top else 0) for value in values]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        lines.append(Line(name, points, top))
    step = max(1, round(len(labels) / 7))
    marks = tuple(
        Mark(round(x, 1), text) for number, (x, text) in enumerate(zip(xs, labels, strict=True)) if number % step == 0
    )
    return Chart(width, height, tuple(lines), marks)
