"""What a database must not go on believing when it was put back to an earlier moment."""

from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import transaction
from huey.contrib.djhuey import HUEY

from accounts.services.after_restore import close_every_session, hold_open_messages
from kernel import clock
from meiduo.backups.engines import Engine
from search.models import IndexVersion, IndexWrite, Rebuild, Touched
from shop.catalog.models import Sku
from shop.payments.services import part_from_lost_time
from tasks.index import rebuild_index
from tasks.models import Consumer, RunningTask, Sweep

#: Ids that are skipped in every table, more than any table can have given out since the backup. Those of the lost time
#: stand in addresses, signed tokens, queued tasks and the search index, and must not come to mean something else.
ID_GAP = 1_000_000


@dataclass(frozen=True)
class Mended:
    """What was done, for the operator to read."""

    logins: int
    held: int
    orders: int
    skus: int


def mend(engine: Engine, *, resend: bool) -> Mended:
    """The restored database can be opened to buyers. In one transaction, before anybody else sees it."""
    with transaction.atomic():
        engine.skip_ids(ID_GAP)
        Session.objects.all().delete()
        Consumer.objects.all().delete()
        RunningTask.objects.all().delete()
        Sweep.objects.update(queued_at=None)
        # The index went on without these rows: it is built anew, and what was under way in it is nobody's.
        Rebuild.objects.filter(state=Rebuild.State.RUNNING).update(
            state=Rebuild.State.FAILED, error="restored", finished_at=clock.now()
        )
        IndexWrite.objects.all().delete()
        Touched.objects.all().delete()
        IndexVersion.objects.all().delete()
        return Mended(
            logins=close_every_session(),
            held=0 if resend else hold_open_messages(),
            orders=part_from_lost_time(),
            skus=Sku.objects.update(index_dirty_at=clock.now()),
        )


def forget_outside() -> int:
    """Caches and queue, which went on without the database, are empty; the first task builds the index anew.

    Whatever must happen is a row that a sweep finds. Returns how many queued tasks went.
    """
    for name in ("default", "bytes"):
        caches[name].clear()
    waiting = int(HUEY.pending_count()) + int(HUEY.scheduled_count())
    HUEY.flush()
    rebuild_index()
    return waiting
