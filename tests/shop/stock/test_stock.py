"""Every change of stock: all or none, never below zero, each with its row in the ledger."""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, transaction
from django.db.models import Sum

from shop.catalog.errors import SkuNotFound
from shop.catalog.events import SkusChanged
from shop.catalog.models import Sku
from shop.catalog.selectors import LOW, stock_state
from shop.stock.errors import StockShort, StockTooHigh
from shop.stock.models import StockMovement
from shop.stock.services import (
    MOST_PIECES,
    adjust_stock,
    give_back_pieces,
    set_stock,
    take_locked_pieces,
    take_pieces,
)
from tests.factories.catalog import SkuFactory

pytestmark = pytest.mark.django_db

Cause = StockMovement.Cause


def counted(pieces):
    """A SKU whose ledger explains its stock from the start."""
    sku = SkuFactory(stock=0)
    set_stock(counts={sku.pk: pieces}, cause=Cause.INITIAL, reference="")
    sku.refresh_from_db()
    return sku


def assert_ledger_explains_stock():
    for sku in Sku.objects.annotate(moved=Sum("movements__delta", default=0)):
        assert sku.stock == sku.moved


def test_pieces_are_taken_and_given_back_with_a_row_for_each():
    a, b = counted(5), counted(5)

    take_pieces(pieces={b.pk: 2, a.pk: 1}, cause=Cause.ORDERED, reference="20261121-1")
    give_back_pieces(pieces={b.pk: 2}, cause=Cause.RETURNED, reference="20261121-1")

    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.stock, b.stock) == (4, 5)
    rows = StockMovement.objects.filter(reference="20261121-1").order_by("pk")
    assert list(rows.values_list("sku", "delta", "cause")) == [
        (a.pk, -1, "ordered"),
        (b.pk, -2, "ordered"),
        (b.pk, 2, "returned"),
    ]
    assert_ledger_explains_stock()


def test_the_last_piece_can_be_taken_and_then_none():
    sku = counted(1)

    take_pieces(pieces={sku.pk: 1}, cause=Cause.ORDERED, reference="1")
    with pytest.raises(StockShort) as refused:
        take_pieces(pieces={sku.pk: 1}, cause=Cause.ORDERED, reference="2")

    assert refused.value.params == {"sku_id": sku.pk, "left": 0}


def test_nothing_is_taken_when_one_of_the_skus_is_short(emitted):
    rich, poor = counted(5), counted(1)
    told = len(emitted)

    with pytest.raises(StockShort) as refused:
        take_pieces(pieces={rich.pk: 2, poor.pk: 2}, cause=Cause.ORDERED, reference="1")

    assert refused.value.params == {"sku_id": poor.pk, "left": 1}
    rich.refresh_from_db()
    assert rich.stock == 5
    assert not StockMovement.objects.filter(reference="1").exists()
    assert len(emitted) == told


@pytest.mark.parametrize("count", [2**31, 2**63, 10**30])
def test_an_absurd_count_is_short_like_any_other(count):
    sku = counted(3)

    with pytest.raises(StockShort):
        take_pieces(pieces={sku.pk: count}, cause=Cause.ORDERED, reference="1")


def test_a_sku_that_is_not_there_is_short_when_taken_and_not_found_when_given():
    with pytest.raises(StockShort):
        take_pieces(pieces={99: 1}, cause=Cause.ORDERED, reference="1")
    with pytest.raises(SkuNotFound):
        give_back_pieces(pieces={99: 1}, cause=Cause.RETURNED, reference="1")
    with pytest.raises(SkuNotFound):
        adjust_stock(sku_id=99, delta=1, by_id=None, note="")
    with pytest.raises(SkuNotFound):
        adjust_stock(sku_id=99, delta=0, by_id=None, note="")
    assert set_stock(counts={99: 1}, cause=Cause.IMPORTED, reference="") == 0


@pytest.mark.parametrize("count", [0, -1])
@pytest.mark.parametrize("change", [take_pieces, give_back_pieces])
def test_less_than_one_piece_is_a_mistake_of_the_caller(change, count):
    a, b = counted(5), counted(5)

    with pytest.raises(ValueError, match="at least one"):
        change(pieces={a.pk: 1, b.pk: count}, cause=Cause.ORDERED, reference="1")

    a.refresh_from_db()
    assert a.stock == 5


def test_every_change_that_buyers_see_marks_the_sku_for_the_index_and_tells(emitted):
    sku = counted(LOW)
    Sku.objects.update(index_dirty_at=None)
    changes = [
        lambda: take_pieces(pieces={sku.pk: 1}, cause=Cause.ORDERED, reference="1"),
        lambda: give_back_pieces(pieces={sku.pk: 1}, cause=Cause.RETURNED, reference="1"),
        lambda: adjust_stock(sku_id=sku.pk, delta=1, by_id=None, note=""),
        lambda: set_stock(counts={sku.pk: 1}, cause=Cause.IMPORTED, reference=""),
    ]

    for change in changes:
        told = len(emitted)
        change()
        assert emitted[told:] == [SkusChanged(sku_ids=(sku.pk,))]
        assert Sku.objects.filter(index_dirty_at__isnull=False).update(index_dirty_at=None) == 1


@pytest.mark.parametrize(
    ("before", "taken", "seen"),
    [(LOW + 20, 1, False), (LOW + 2, 1, False), (LOW + 2, 2, True), (LOW, 1, True), (1, 1, True)],
)
@pytest.mark.parametrize("take", [take_pieces, take_locked_pieces])
def test_what_an_order_takes_is_told_only_where_buyers_see_it(emitted, take, before, taken, seen):
    sku, plenty = counted(before), counted(100)
    Sku.objects.update(index_dirty_at=None)
    told = len(emitted)

    take(pieces={sku.pk: taken, plenty.pk: 1}, cause=Cause.ORDERED, reference="1")
    give_back_pieces(pieces={sku.pk: taken, plenty.pk: 1}, cause=Cause.RETURNED, reference="1")

    assert emitted[told:] == [SkusChanged(sku_ids=(sku.pk,))] * (2 if seen else 0)
    assert list(Sku.objects.exclude(index_dirty_at=None)) == ([sku] if seen else [])
    assert (stock_state(before) != stock_state(before - taken) or before <= LOW) is seen


# -- by hand


def test_an_adjustment_says_who_and_why():
    sku, clerk = counted(5), get_user_model().objects.create_user("clerk_one")

    assert adjust_stock(sku_id=sku.pk, delta=-2, by_id=clerk.pk, note="盘亏") == 3

    row = sku.movements.first()
    assert (row.delta, row.cause, row.by, row.note) == (-2, Cause.ADJUSTED, clerk, "盘亏")
    assert_ledger_explains_stock()


def test_an_adjustment_never_goes_below_zero():
    sku = counted(5)

    for delta in (-6, -(2**40)):
        with pytest.raises(StockShort) as refused:
            adjust_stock(sku_id=sku.pk, delta=delta, by_id=None, note="")
        assert refused.value.params["left"] == 5
    assert adjust_stock(sku_id=sku.pk, delta=-5, by_id=None, note="") == 0


def test_an_adjustment_of_nothing_leaves_no_row(emitted):
    sku = counted(5)
    told = len(emitted)

    assert adjust_stock(sku_id=sku.pk, delta=0, by_id=None, note="") == 5

    assert sku.movements.count() == 1
    assert len(emitted) == told


def test_more_pieces_than_anyone_has_are_a_typing_mistake():
    sku = counted(5)

    for delta in (MOST_PIECES - 4, MOST_PIECES + 1, 2**70):
        with pytest.raises(StockTooHigh):
            adjust_stock(sku_id=sku.pk, delta=delta, by_id=None, note="")
    with pytest.raises(StockTooHigh):
        set_stock(counts={sku.pk: MOST_PIECES + 1}, cause=Cause.IMPORTED, reference="")
    assert adjust_stock(sku_id=sku.pk, delta=MOST_PIECES - 5, by_id=None, note="") == MOST_PIECES


# -- counting


def test_a_count_books_the_difference_only():
    a, b = counted(5), counted(7)

    changed = set_stock(counts={a.pk: 9, b.pk: 7}, cause=Cause.IMPORTED, reference="import-1", note="盘点")

    assert changed == 1
    assert list(StockMovement.objects.filter(reference="import-1").values_list("sku", "delta", "note")) == [
        (a.pk, 4, "盘点")
    ]
    assert_ledger_explains_stock()


def test_a_negative_count_is_a_mistake_of_the_caller():
    sku = counted(5)

    with pytest.raises(ValueError, match="never negative"):
        set_stock(counts={sku.pk: -1}, cause=Cause.IMPORTED, reference="")


def test_counting_many_skus_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    skus = SkuFactory.create_batch(30, stock=0)

    with django_assert_max_num_queries(5):
        set_stock(counts={sku.pk: 3 for sku in skus}, cause=Cause.INITIAL, reference="")


# -- behind the service


@pytest.mark.fault
@pytest.mark.parametrize("value", [-1, models.F("stock") - 6])
def test_the_database_refuses_what_goes_round_the_service(value):
    sku = counted(5)

    with pytest.raises(IntegrityError), transaction.atomic():
        Sku.objects.filter(pk=sku.pk).update(stock=value)

    sku.refresh_from_db()
    assert sku.stock == 5


@pytest.mark.fault
def test_the_database_refuses_a_ledger_row_that_moves_nothing():
    sku = counted(5)

    with pytest.raises(IntegrityError), transaction.atomic():
        StockMovement.objects.create(sku=sku, delta=0, cause=Cause.ADJUSTED)
