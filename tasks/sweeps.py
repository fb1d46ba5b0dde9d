"""Periodic certainty: what a lost event or a killed worker left behind is found here."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from shop.catalog.services.views import flush_views
from tasks.exclusive import only_one
from tasks.priorities import LOW


@db_periodic_task(crontab(minute="*/2"), priority=LOW)
@only_one("catalog.views")
def write_views() -> None:
    """Every view counted so far stands in its product's row. Safe to run twice."""
    flush_views()
