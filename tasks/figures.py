"""Counting what banners and blocks did."""

from cms.services.figures import forget_old_figures, write_figures
from tasks.periodic import sweep
from tasks.priorities import LOW
from tasks.rhythm import daily, minutely


@sweep("content.figures", minutely(), priority=LOW)
def count_figures() -> None:
    """Everything that beacons told so far stands in the figures. Safe to run twice: each line is taken once."""
    write_figures()


@sweep("content.figures.old", daily(4, 41), priority=LOW)
def forget_figures() -> None:
    """Traces of the day before yesterday and figures of long ago are gone. Safe to run twice."""
    forget_old_figures()
