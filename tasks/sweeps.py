"""Periodic certainty: what a lost event or a killed worker left behind is found here."""

from shop.catalog.services.views import flush_views
from shop.reviews.pictures import forget_loose_pictures
from tasks.bookkeeping import forget_old, rescue_lost
from tasks.periodic import sweep
from tasks.priorities import HIGH, LOW
from tasks.rhythm import daily, minutely


@sweep("catalog.views", minutely(2), priority=LOW)
def write_views() -> None:
    """Every view counted so far stands in its product's row. Safe to run twice."""
    flush_views()


@sweep("reviews.pictures", daily(4, 53), priority=LOW)
def forget_pictures() -> None:
    """Pictures that no review took are gone. Safe to run twice."""
    forget_loose_pictures()


@sweep("tasks.lost", minutely(), priority=HIGH)
def rescue_lost_tasks() -> None:
    """What killed workers held is queued again. Safe to run twice: whoever takes a row away queues it."""
    rescue_lost()


@sweep("tasks.old", daily(4, 29), priority=LOW)
def forget_old_failures() -> None:
    """Failures that ended long ago are gone. Safe to run twice."""
    forget_old()
