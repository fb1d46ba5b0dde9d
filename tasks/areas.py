"""Dropping what was kept of the areas when another list counts."""

from huey.contrib.djhuey import db_task

from kernel import bytestore, regions
from tasks.priorities import HIGH


@db_task(retries=5, retry_delay=2, retry_backoff=2, priority=HIGH)
def drop_area_bytes() -> None:
    """Make kept answers about areas stale. Safe to run twice."""
    bytestore.drop(regions.AREAS)
