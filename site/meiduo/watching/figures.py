"""What stands in the books and queues right now, as numbers: each is asked for when somebody looks.

A figure whose part is down is left out, and ``mall_figures_failing`` says how many are: the others are still told.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from huey.contrib.djhuey import HUEY

from accounts.selectors.messages import outboxes, sms_budget_left
from meiduo.replicas.watch import NEVER, watches
from search.desk import waiting_marks
from shop.orders.selectors import orders_lately, unpaid_past_due
from shop.payments.refunds import failed_refunds, unknown_refunds
from shop.payments.selectors import open_differences, payments_needing_a_person
from tasks import heartbeat
from tasks.models import Consumer, FailedTask, RunningTask, Sweep

logger = logging.getLogger(__name__)

#: Seconds that one look serves: whoever asks more often hears the same again.
KEPT = 5.0
#: A sweep closes unpaid orders every minute; what is later than this was forgotten by it.
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Figure:
    """One number and what it says, under labels."""

    name: str
    meaning: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


Source = Callable[[], Iterator[Figure]]


def _queue() -> Iterator[Figure]:
    oldest = HUEY.oldest()
    yield Figure("mall_queue_depth", "Tasks waiting for a worker", HUEY.pending_count())
    yield Figure("mall_queue_scheduled", "Tasks waiting for their time", HUEY.scheduled_count())
    age = max(0.0, time.time() - oldest) if oldest else 0.0
    yield Figure("mall_queue_oldest_seconds", "Age of the task that has waited longest", age)
    yield Figure("mall_queue_paused", "Whether a person has stopped the queue", int(HUEY.is_paused()))


def _workers() -> Iterator[Figure]:
    alive = Consumer.objects.filter(beat_at__gte=timezone.now() - timedelta(seconds=60)).count()
    yield Figure("mall_consumers", "Consumer processes that beat in the last minute", alive)
    yield Figure("mall_tasks_running", "Tasks that workers hold now", RunningTask.objects.count())
    dead = FailedTask.objects.filter(state=FailedTask.State.DEAD).count()
    yield Figure("mall_tasks_dead", "Tasks that failed for good and wait for a person", dead)
    beat = heartbeat.seconds_since_last()
    if beat is not None:
        yield Figure("mall_heartbeat_seconds", "Time since scheduler, queue and worker last did a task together", beat)


def _sweeps() -> Iterator[Figure]:
    now = timezone.now()
    for row in Sweep.objects.all():
        labels = (("sweep", row.name),)
        late = max(0.0, (now - row.next_due).total_seconds())
        yield Figure("mall_sweep_late_seconds", "How long a periodic job is overdue", late, labels)
        yield Figure("mall_sweep_failures_in_row", "Failures since its last success", row.failures_in_row, labels)


def _trade() -> Iterator[Figure]:
    lately = orders_lately(within=timedelta(minutes=1))
    yield Figure("mall_orders_last_minute", "Orders placed in the last minute", lately)
    past = unpaid_past_due(by=PATIENCE)
    yield Figure("mall_orders_unpaid_past_due", "Unpaid orders that should have closed themselves", past)
    yield Figure(
        "mall_payments_needing_a_person",
        "Payments that cannot be booked or whose gateway is silent",
        payments_needing_a_person().count(),
    )
    yield Figure("mall_refunds_unknown", "Refunds that the gateway has not answered for", unknown_refunds().count())
    yield Figure("mall_refunds_failed", "Refunds that the gateway refused", failed_refunds().count())
    yield Figure("mall_bill_differences", "Differences with bills that nobody settled", open_differences().count())


def _index() -> Iterator[Figure]:
    waiting, oldest = waiting_marks()
    yield Figure("mall_index_waiting", "SKUs whose change the search index does not know", waiting)
    age = max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
    yield Figure("mall_index_lag_seconds", "Age of the oldest change that the search index does not know", age)


def _messages() -> Iterator[Figure]:
    for kind, box in outboxes().items():
        labels = (("kind", kind),)
        yield Figure("mall_outbox_depth", "Messages that have not left", box.depth, labels)
        yield Figure("mall_outbox_oldest_seconds", "Age of the oldest message that has not left", box.age, labels)
    yield Figure("mall_sms_budget_left", "Codes that the shop may still send today", sms_budget_left())


def _replicas() -> Iterator[Figure]:
    for one in watches():
        one.start()
        labels = (("replica", one.alias),)
        yield Figure(
            "mall_replica_in_use", "Whether the process that was asked reads from it", int(one.is_in_use), labels
        )
        if one.lag < NEVER:
            yield Figure("mall_replica_lag_seconds", "How far it is behind the primary at the most", one.lag, labels)


SOURCES: tuple[Source, ...] = (_queue, _workers, _sweeps, _trade, _index, _messages, _replicas)

_lock = threading.Lock()
_kept: list[Figure] = []
_looked = float("-inf")


def figures() -> list[Figure]:
    """Every figure, as it was a few seconds ago at the most: one look at a time, whoever asks."""
    global _kept, _looked
    with _lock:
        if time.monotonic() - _looked >= KEPT:
            _kept = list(_all())
            _looked = time.monotonic()
        return _kept


def _all() -> Iterator[Figure]:
    failing = 0
    for source in SOURCES:
        try:
            yield from list(source())
        except Exception:
            failing += 1
            logger.warning("figures cannot be told", extra={"source": source.__name__}, exc_info=True)
    yield Figure("mall_figures_failing", "Groups of figures that could not be told", failing)
