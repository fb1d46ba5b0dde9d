"""Keeping the search index in step."""

import logging

from huey.contrib.djhuey import db_task

from search import following, indexer, querylog, rebuilding, reconcile, terms
from search.engine import every_engine
from search.errors import RebuildRunning
from tasks.content import drop_catalog_bytes
from tasks.exclusive import held
from tasks.periodic import sweep
from tasks.priorities import LOW
from tasks.rhythm import daily, minutely

logger = logging.getLogger(__name__)


#: Seconds until a task looks again whether somebody else took its SKUs along.
_LOOK_AGAIN = 1


@db_task(retries=5, retry_delay=10, retry_backoff=2, priority=LOW)
def index_skus(sku_ids: list[int]) -> None:
    """Make the search index agree with these SKUs as they are now. Safe to run twice.

    One at a time: whoever is at it takes along what waits, and two of them would take the same, find each other's
    marks gone, and write it all again. Those that come meanwhile mostly find nothing left to do.
    """
    with held("search.catch_up") as mine:
        if mine:
            indexer.catch_up(sku_ids)
            return
    if left := indexer.out_of_step(sku_ids):
        index_skus.schedule((left,), delay=_LOOK_AGAIN)


@sweep("search.index", minutely(), priority=LOW)
def sweep_index() -> None:
    """Index what lost its task or never had one (sales), and follow writes that the engine took. Safe to run twice."""
    following.follow_writes(upsert=indexer.upsert)
    swept = indexer.sweep_dirty()
    if swept:
        # What is shown of them may be kept, too: sales are counted without a word to anybody.
        drop_catalog_bytes()
        logger.info("search index swept", extra={"count": swept})


@db_task(retries=5, retry_delay=10, retry_backoff=2, priority=LOW)
def learn_synonyms() -> None:
    """Make the index know the words that mean the same, and all its other settings. Safe to run twice."""
    for one in every_engine():
        one.mend()


@db_task(retries=2, retry_delay=60, retry_backoff=5, priority=LOW)
def rebuild_index() -> None:
    """Build the index anew beside the old one; its row says how far it is. While one runs, a second does nothing."""
    try:
        rebuilding.rebuild(
            engines=every_engine(),
            write_to=indexer.write_to,
            upsert=indexer.upsert,
            progress=lambda done, total: None,
        )
    except RebuildRunning:
        logger.info("search index is being rebuilt already")


@sweep("search.nightly", daily(4, 20), priority=LOW)
def mend_index() -> None:
    """Mend what drifted untold, build anew what an older version built, forget old counts. Safe to run twice."""
    for one in every_engine():
        if lacks := one.status().outdated:
            logger.warning("search index is of another version", extra={"engine": one.name, "lacks": lacks})
            rebuild_index()
            break
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
