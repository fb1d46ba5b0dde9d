"""Two members of staff at the same product or tree, at the same moment, on PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from kernel import events
from kernel.errors import DomainError
from shop.catalog.models import Brand, Category, Sku
from shop.catalog.services import (
    OptionInput,
    SpecInput,
    delete_sku,
    generate_skus,
    save_brand,
    save_category,
    save_specs,
    save_spu,
)
from shop.stock.errors import StockShort
from shop.stock.models import StockMovement
from shop.stock.services import take_pieces
from tests.factories.catalog import CategoryFactory, SkuFactory, SpuFactory

pytestmark = [pytest.mark.postgres, pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    monkeypatch.setattr(events, "deliver", lambda event: None)


def both(*jobs: Callable[[], object]) -> list[str]:
    """Start the jobs at the same moment, each on a connection of its own, and return what became of them."""
    ready = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> str:
        connection.ensure_connection()
        ready.wait(timeout=10)
        try:
            job()
        except DomainError as refused:
            return refused.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_two_editors_never_make_the_same_combination_twice():
    for _ in range(5):
        spu = SpuFactory()
        save_specs(spu_id=spu.pk, specs=[SpecInput("颜色", [OptionInput("黑"), OptionInput("白"), OptionInput("红")])])

        became = both(*[lambda spu=spu: generate_skus(spu_id=spu.pk, price=Decimal("1"))] * 4)

        assert became == ["done"] * 4
        assert spu.skus.count() == 3


def test_two_moves_never_make_a_ring():
    for _ in range(5):
        a, b = CategoryFactory(), CategoryFactory()

        became = both(
            lambda a=a, b=b: save_category(category_id=a.pk, parent_id=b.pk),
            lambda a=a, b=b: save_category(category_id=b.pk, parent_id=a.pk),
        )

        assert sorted(became) == ["category.under_itself", "done"]
        assert Category.objects.filter(pk__in=(a.pk, b.pk), parent=None).count() == 1


def test_the_same_name_at_once_gives_two_path_names_or_one_clear_refusal():
    parents = [CategoryFactory() for _ in range(4)]

    assert both(*[lambda pk=parent.pk: save_category(name="手机", parent_id=pk) for parent in parents]) == ["done"] * 4
    assert sorted(both(*[lambda: save_brand(name="华为")] * 3)) == ["catalog.taken", "catalog.taken", "done"]

    assert Category.objects.filter(name="手机").values("slug").distinct().count() == 4
    assert Brand.objects.count() == 1


def test_an_order_and_a_deletion_never_both_win():
    for _ in range(10):
        sku = SkuFactory(stock=1)

        became = both(
            lambda sku=sku: take_pieces(pieces={sku.pk: 1}, cause=StockMovement.Cause.ORDERED, reference="1"),
            lambda sku=sku: delete_sku(sku_id=sku.pk),
        )

        assert became in ([StockShort.code, "done"], ["done", "sku.sold"])


def test_renaming_a_product_while_its_pieces_are_sold_neither_deadlocks_nor_loses_a_piece():
    spu = SpuFactory(name="0")
    a, b = SkuFactory(spu=spu, stock=100), SkuFactory(spu=spu, stock=100)

    def sell() -> None:
        for n in range(20):
            take_pieces(pieces={b.pk: 1, a.pk: 1}, cause=StockMovement.Cause.ORDERED, reference=str(n))

    def rename() -> None:
        for n in range(20):
            save_spu(spu_id=spu.pk, name=f"名 {n}")

    assert both(sell, rename, sell, rename) == ["done"] * 4
    assert set(Sku.objects.values_list("stock", flat=True)) == {60}
