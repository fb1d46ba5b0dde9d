"""Stopped half-way, refused by the database, or in company: what is there is whole, and the next run finishes."""

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from shop.catalog.models import Category, Sku, Spu
from shop.catalog.services import skus_changed
from shop.exchange import Stage, import_file, importing, writing
from shop.stock.models import StockMovement
from tests.factories.catalog import SkuFactory
from tests.shop.exchange.files import everything, imported, other, told, write_csv


def _rows(count):
    return [
        other(商品编码=f"C{n // 2}", 商品名称=f"杯子 {n // 2}", 规格1=f"颜色:{n % 2}", SKU编码=f"S{n}", 库存=n)
        for n in range(count)
    ]


@pytest.fixture
def _small_batches(monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 10)


def _without_times(tables):
    """The rows without what every run has of its own."""
    own = {"created_at", "updated_at", "index_dirty_at", "reference", "id", "spu_id"}
    return {
        name: [{key: value for key, value in line.items() if key not in own} for line in lines]
        for name, lines in tables.items()
    }


@pytest.mark.usefixtures("_small_batches")
@pytest.mark.django_db(transaction=True)
def test_after_ctrl_c_products_are_whole_and_the_next_run_comes_to_the_same_end(tmp_path):
    path = write_csv(tmp_path / "goods.csv", _rows(50))

    def stop(stage, done, total):
        if stage is Stage.IMPORTING and done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(path, progress=stop)

    per_product = Counter(Sku.objects.values_list("spu__code", flat=True))
    assert sum(per_product.values()) == 20
    assert set(per_product.values()) == {2}
    assert StockMovement.objects.count() == 19

    report = import_file(path)

    assert told(report) == []
    assert report.counts["skus_unchanged"] == 20
    assert report.counts["skus_created"] == 30
    assert Sku.objects.get(code="S49").stock == 49


@pytest.mark.usefixtures("_small_batches")
@pytest.mark.django_db(transaction=True)
def test_a_stop_in_the_middle_of_a_batch_leaves_nothing_of_it(tmp_path, monkeypatch):
    path = write_csv(tmp_path / "goods.csv", _rows(50))
    whole = writing.set_stock
    calls = []

    def stop(**options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(**options)

    monkeypatch.setattr(writing, "set_stock", stop)
    with pytest.raises(KeyboardInterrupt):
        import_file(path)
    assert Sku.objects.count() == 20
    assert not Spu.objects.filter(skus=None).exists()

    monkeypatch.undo()
    import_file(path)
    stopped = _without_times(everything())

    Sku.objects.all().delete()
    Spu.objects.all().delete()
    for level in (3, 2, 1):
        Category.objects.filter(level=level).delete()
    import_file(path)
    assert stopped["shop.Sku"] == _without_times(everything())["shop.Sku"]


@pytest.mark.django_db
def test_a_lock_that_is_not_given_in_time_is_tried_again(tmp_path, monkeypatch):
    whole = importing.write
    calls = []

    def busy(*args, **options):
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("canceling statement due to lock timeout")
        whole(*args, **options)

    monkeypatch.setattr(importing, "write", busy)

    assert told(imported(tmp_path, *_rows(4))) == []
    assert Sku.objects.count() == 4


@pytest.mark.django_db
def test_a_lock_that_is_never_given_stops_the_run(tmp_path, monkeypatch):
    def busy(*_args, **_options):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(importing, "write", busy)

    with pytest.raises(OperationalError):
        imported(tmp_path, *_rows(4))
    assert not Spu.objects.exists()


@pytest.mark.django_db
def test_a_product_that_the_database_refuses_keeps_only_itself_out(tmp_path, monkeypatch):
    whole = importing.write

    def refuse(plans, **options):
        if any(made.draft.code == "C1" for made in plans):
            raise IntegrityError("duplicate key value")
        whole(plans, **options)

    monkeypatch.setattr(importing, "write", refuse)

    report = imported(tmp_path, *_rows(6))

    assert [(place, title) for place, title, _message in told(report)] == [(4, "商品编码")]
    assert set(Spu.objects.values_list("code", flat=True)) == {"C0", "C2"}
    assert report.counts["spus_skipped"] == 1
    assert report.counts["spus_created"] == 2


@pytest.mark.django_db
def test_a_code_that_somebody_takes_meanwhile_is_told_and_not_stolen(tmp_path, monkeypatch):
    look = importing.snapshot

    def overtaken(drafts, *, locked):
        if locked:
            SkuFactory(code="S0")
        return look(drafts, locked=locked)

    monkeypatch.setattr(importing, "snapshot", overtaken)

    report = imported(tmp_path, *_rows(4))

    assert [(place, title) for place, title, _message in told(report)] == [(2, "SKU编码")]
    assert set(Sku.objects.values_list("code", flat=True)) == {"S0", "S2", "S3"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_every_product_once(tmp_path):
    rows = _rows(200)
    paths = [write_csv(tmp_path / f"{n}.csv", list(reversed(rows)) if n else rows) for n in range(2)]
    reports, start = [], threading.Barrier(2)

    def run(path):
        start.wait()
        try:
            reports.append(import_file(path))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [told(report) for report in reports] == [[], []]
    assert Sku.objects.count() == 200
    assert dict(Sku.objects.values_list("code", "stock")) == {f"S{n}": n for n in range(200)}
    assert Category.objects.count() == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_order_that_holds_a_row_is_waited_for(tmp_path):
    imported(tmp_path, *_rows(4))
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            skus_changed(Sku.objects.filter(code="S1").values_list("pk", flat=True))
            held.set()
            let_go.wait(1)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    report = imported(tmp_path, *({**line, "售价": "5"} for line in _rows(4)))
    holder.join(5)

    assert told(report) == []
    assert set(Sku.objects.values_list("price", flat=True)) == {5}
