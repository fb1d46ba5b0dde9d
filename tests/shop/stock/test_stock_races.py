"""Many buyers at once, on PostgreSQL. Each race has a control without the guard, which must lose."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from kernel import events
from shop.catalog.models import Sku
from shop.stock.errors import StockShort
from shop.stock.models import StockMovement
from shop.stock.services import give_back_pieces, take_pieces
from tests.factories.catalog import SkuFactory

pytestmark = [pytest.mark.postgres, pytest.mark.fault, pytest.mark.django_db(transaction=True)]

ORDERED = StockMovement.Cause.ORDERED
WORKERS = 20


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    """These races are about rows; index tasks after each of hundreds of commits would only slow them down."""
    monkeypatch.setattr(events, "deliver", lambda event: None)


def all_at_once(jobs: list[Callable[[], object]], workers: int = WORKERS) -> list[str]:
    """Run the jobs in threads with a connection each, and return what became of each of them."""

    def run(job: Callable[[], object]) -> str:
        try:
            job()
        except StockShort:
            return "short"
        except OperationalError as wrong:
            return "deadlock" if "deadlock" in str(wrong) else "lock timeout"
        else:
            return "sold"
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, jobs))


def test_stock_race_two_hundred_buyers_of_fifty_pieces_get_exactly_fifty():
    sku = SkuFactory(stock=50)

    became = all_at_once(
        [lambda n=n: take_pieces(pieces={sku.pk: 1}, cause=ORDERED, reference=str(n)) for n in range(200)]
    )

    sku.refresh_from_db()
    assert sorted(set(became)) == ["short", "sold"]
    assert (became.count("sold"), sku.stock) == (50, 0)
    assert StockMovement.objects.filter(sku=sku).count() == 50


def test_control_unlocked_reading_first_and_writing_then_oversells():
    sku = SkuFactory(stock=1)
    everybody_has_read = threading.Barrier(5)

    def take_unguarded() -> None:
        with transaction.atomic():
            left = Sku.objects.values_list("stock", flat=True).get(pk=sku.pk)
            everybody_has_read.wait(timeout=10)
            if left < 1:
                raise StockShort(sku_id=sku.pk, left=left)
            Sku.objects.filter(pk=sku.pk).update(stock=left - 1)

    assert all_at_once([take_unguarded] * 5, workers=5) == ["sold"] * 5


def test_last_item_goes_to_one_of_two_buyers_every_time():
    sku = SkuFactory(stock=1)

    for round_ in range(30):
        both_ready = threading.Barrier(2)

        def take(round_: int = round_, both_ready: threading.Barrier = both_ready) -> None:
            connection.ensure_connection()
            both_ready.wait(timeout=10)
            take_pieces(pieces={sku.pk: 1}, cause=ORDERED, reference=str(round_))

        assert sorted(all_at_once([take, take], workers=2)) == ["short", "sold"]
        give_back_pieces(pieces={sku.pk: 1}, cause=StockMovement.Cause.RETURNED, reference=str(round_))


def test_lock_order_orders_that_name_the_same_skus_the_other_way_round_never_wait_for_each_other():
    a, b = SkuFactory(stock=1000), SkuFactory(stock=1000)

    def order(first: Sku, second: Sku) -> None:
        with transaction.atomic():
            take_pieces(pieces={first.pk: 1, second.pk: 1}, cause=ORDERED, reference="1")
            # The row locks are held a moment longer, as a whole order would.
            time.sleep(0.002)

    became = all_at_once([lambda n=n: order(a, b) if n % 2 else order(b, a) for n in range(60)])

    assert became == ["sold"] * 60
    assert set(Sku.objects.values_list("stock", flat=True)) == {940}


def test_control_unsorted_taking_in_the_order_of_the_cart_deadlocks():
    a, b = SkuFactory(), SkuFactory()
    both_hold_one = threading.Barrier(2)

    def order(first: Sku, second: Sku) -> None:
        with transaction.atomic():
            take_pieces(pieces={first.pk: 1}, cause=ORDERED, reference="1")
            both_hold_one.wait(timeout=10)
            take_pieces(pieces={second.pk: 1}, cause=ORDERED, reference="1")

    became = all_at_once([lambda: order(a, b), lambda: order(b, a)], workers=2)

    assert "deadlock" in became


def test_lock_timeout_a_stuck_transaction_holds_nobody_longer_than_three_seconds():
    sku = SkuFactory(stock=5)

    with transaction.atomic():
        Sku.objects.select_for_update().get(pk=sku.pk)
        began = time.monotonic()
        (became,) = all_at_once([lambda: take_pieces(pieces={sku.pk: 1}, cause=ORDERED, reference="1")], workers=1)
        waited = time.monotonic() - began

    assert became == "lock timeout"
    assert waited < 4
