"""Sales reach the index and the kept answers by the sweep; edits by tasks, one of them at a time."""

from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import pytest

from kernel import clock
from search.engine import every_engine
from search.indexer import upsert
from shop.catalog.events import SkusChanged
from shop.catalog.models import Sku
from shop.catalog.services import skus_changed
from shop.orders.services import mark_paid
from tasks import index
from tasks.index import sweep_index
from tests.accounts.people import get
from tests.factories.trade import sku_with_stock, unpaid_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def placed(settings):
    settings.HOT_BYTES = True
    sku = sku_with_stock(50)
    upsert([sku.pk])
    return unpaid_order(items={sku: 2})


def test_an_order_of_what_there_is_plenty_of_tells_nobody_and_marks_nothing(placed, emitted):
    assert [event for event in emitted[1:] if isinstance(event, SkusChanged)] == []
    assert Sku.objects.get().index_dirty_at is None


def test_sales_are_shown_after_the_next_sweep(client, placed, emitted):
    sku = Sku.objects.get()
    shown = f"/categories/{sku.spu.category_id}/skus/"
    assert get(client, shown).json()["results"][0]["sales"] == 0
    told = len(emitted)

    mark_paid(order_id=placed.pk, amount=placed.payable, at=clock.now())
    assert not [event for event in emitted[told:] if isinstance(event, SkusChanged)]
    sweep_index.call_local()

    sku.refresh_from_db()
    assert (sku.sales, sku.index_dirty_at) == (2, None)
    assert get(client, shown).json()["results"][0]["sales"] == 2


# -- one at a time


class Scheduled:
    """The task, which says what it was put off with."""

    def __init__(self, monkeypatch):
        self.calls = []
        monkeypatch.setattr(index.index_skus, "schedule", lambda args, delay: self.calls.append((args, delay)))


def test_while_another_is_at_it_a_task_comes_back_for_what_is_left_and_only_for_that(monkeypatch):
    skus = [sku_with_stock(5) for _number in range(3)]
    upsert([one.pk for one in skus])
    gone = skus[2].pk
    skus[2].delete()
    skus_changed([skus[0].pk])
    scheduled = Scheduled(monkeypatch)

    with at_it():
        index.index_skus.call_local([skus[0].pk, skus[1].pk, gone])
        assert scheduled.calls == [(([skus[0].pk, gone],), 1)]
        assert Sku.objects.get(pk=skus[0].pk).index_dirty_at is not None
        index.index_skus.call_local([skus[1].pk])
    assert len(scheduled.calls) == 1

    index.index_skus.call_local([skus[0].pk, gone])

    assert not Sku.objects.filter(index_dirty_at__isnull=False).exists()
    assert gone not in {pk for batch in every_engine()[0].sku_ids() for pk in batch}
    assert len(scheduled.calls) == 1


@contextmanager
def at_it():
    """Somebody else indexes meanwhile, in a process of its own."""
    with patch.object(index, "held", lambda name: nullcontext(False)):
        yield
