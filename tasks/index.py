"""Keeping the search index in step."""

from huey.contrib.djhuey import db_task

from search.indexer import upsert
from tasks.priorities import LOW


@db_task(retries=5, retry_delay=10, retry_backoff=2, priority=LOW)
def index_skus(sku_ids: list[int]) -> None:
    """Make the search index agree with these SKUs as they are now. Safe to run twice."""
    upsert(sku_ids)
