"""Dropping kept bytes when what they show changed."""

from huey.contrib.djhuey import db_task

from cms.selectors import home_now
from cms.services import publish_due
from kernel import bytestore, regions
from tasks.periodic import sweep
from tasks.priorities import HIGH, LOW
from tasks.rhythm import minutely


@db_task(retries=5, retry_delay=2, retry_backoff=2, priority=HIGH)
def drop_catalog_bytes() -> None:
    """Make kept answers about products stale. Safe to run twice."""
    for region in (regions.CATALOG, regions.HOME, regions.PAGES):
        bytestore.drop(region)


@db_task(retries=5, retry_delay=2, retry_backoff=2, priority=HIGH)
def drop_bytes(stale: list[str]) -> None:
    """Make kept answers of these regions stale, in case the process that changed content could not. Safe twice."""
    for region in stale:
        bytestore.drop(region)


@db_task(retries=2, retry_delay=10, retry_backoff=3, priority=LOW)
def prepare_home() -> None:
    """Every picture of the homepage has its sizes, so that the first buyer does not wait. Safe to run twice."""
    home_now()


@sweep("content.due", minutely(), priority=HIGH)
def publish_due_content() -> None:
    """Scheduled pages and ads stand in their rows, over ones are down. Buyers saw that at the second already."""
    publish_due()
