"""Sales reach the index and the kept answers by the sweep, without a task for each order."""

import pytest

from kernel import clock
from search.indexer import upsert
from shop.catalog.events import SkusChanged
from shop.catalog.models import Sku
from shop.orders.services import mark_paid
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
