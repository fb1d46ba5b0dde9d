"""Saying that content changed: the kept bytes go at once, and again by the worker.

A reader must see a publish even where no worker runs, so the web process drops the bytes itself right
after the commit. The event does it again: a drop that the cache lost is then retried.
"""

from django.db import transaction

from cms.events import AdsChanged, ContentChanged, HomeChanged, PictureChanged
from kernel import bytestore, regions
from kernel.events import Event, emit_on_commit

#: What each event makes stale. Product pages show ads, and ads lead to pages.
STALE: dict[type[Event], tuple[str, ...]] = {
    HomeChanged: (regions.HOME, regions.PAGES),
    ContentChanged: (regions.HOME, regions.PAGES, regions.CATALOG),
    AdsChanged: (regions.HOME, regions.CATALOG),
    PictureChanged: (regions.HOME, regions.PAGES, regions.CATALOG),
}


def tell(event: Event) -> None:
    """Drop what the event makes stale after the commit, and tell the wired task.

    Emits: the event, after commit.
    """

    def drop_stale() -> None:
        for region in STALE[type(event)]:
            bytestore.drop(region)

    # Robust: a cache that is down is logged, and hurts neither the editor nor the event.
    transaction.on_commit(drop_stale, robust=True)
    emit_on_commit(event)
