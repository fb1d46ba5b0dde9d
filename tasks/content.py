"""Dropping kept bytes when what they show changed."""

from huey.contrib.djhuey import db_task

from kernel import bytestore, regions
from tasks.priorities import HIGH


@db_task(retries=5, retry_delay=2, retry_backoff=2, priority=HIGH)
def drop_catalog_bytes() -> None:
    """Make kept answers about products stale. Safe to run twice."""
    for region in (regions.CATALOG, regions.HOME):
        bytestore.drop(region)
