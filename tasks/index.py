"""Keeping the search index in step."""

import logging

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task, lock_task

from search import following, indexer, querylog, rebuilding, reconcile, terms
from search.errors import RebuildRunning
from tasks.priorities import LOW

logger = logging.getLogger(__name__)


@db_task(retries=5, retry_delay=10, retry_backoff=2, priority=LOW)
def index_skus(sku_ids: list[int]) -> None:
    """Make the search index agree with these SKUs as they are now. Safe to run twice."""
    indexer.upsert(sku_ids)


@db_periodic_task(crontab(minute="*"), priority=LOW)
@lock_task("search-sweep")
def sweep_index() -> None:
    """Index what lost its task, and follow writes that the engine took. Safe to run twice."""
    following.follow_writes(upsert=indexer.upsert)
    swept = indexer.sweep_dirty()
    if swept:
        logger.info("search index swept", extra={"count": swept})


@db_task(retries=5, retry_delay=10, retry_backoff=2, priority=LOW)
def learn_synonyms() -> None:
    """Make the index know the words that mean the same, and all its other settings. Safe to run twice."""
    for one in indexer.engines():
        one.mend()


@db_task(priority=LOW)
def rebuild_index() -> None:
    """Build the index anew beside the old one; its row says how far it is. While one runs, a second does nothing."""
    try:
        rebuilding.rebuild(
            engines=indexer.engines(),
            write_to=indexer.write_to,
            upsert=indexer.upsert,
            progress=lambda done, total: None,
        )
    except RebuildRunning:
        logger.info("search index is being rebuilt already")


@db_periodic_task(crontab(minute="20", hour="4"), priority=LOW)
@lock_task("search-nightly")
def mend_index() -> None:
    """Mend what drifted without anybody telling, forget old counts. Safe to run twice."""
    for difference in reconcile.reconcile():
        if difference.missing or difference.extra:
            logger.error(
                "search index had drifted",
                extra={
                    "engine": difference.engine,
                    "missing": len(difference.missing),
                    "extra": len(difference.extra),
                },
            )
    terms.refresh()
    querylog.expire()
