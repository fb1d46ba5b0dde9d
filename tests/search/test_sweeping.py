"""The sweep clears exactly what it has read, whatever each mark is, and lets the engine digest."""

from datetime import timedelta

import pytest

from kernel import clock
from search import following, indexer
from search.engine import Receipt, TaskOutcome
from search.models import IndexWrite
from shop.catalog.models import Sku
from tests.factories.catalog import SkuFactory

pytestmark = pytest.mark.django_db


class Slow:
    """An engine that is through with a task at the third look."""

    def __init__(self, looks=3):
        self.looks = looks
        self.asked = []

    def outcomes(self, receipts):
        self.asked += [receipt.task for receipt in receipts]
        return [TaskOutcome("done" if len(self.asked) >= self.looks else "waiting") for _receipt in receipts]


@pytest.fixture
def slow(monkeypatch):
    one = Slow()
    monkeypatch.setattr(following, "engine", lambda: one)
    monkeypatch.setattr(following, "LOOK", 0.0)
    return one


def test_marks_that_are_each_another_are_cleared_in_one_statement(django_assert_num_queries):
    skus = [SkuFactory() for _number in range(3)]
    marks = {sku.pk: clock.now() + timedelta(seconds=number) for number, sku in enumerate(skus)}
    for pk, mark in marks.items():
        Sku.objects.filter(pk=pk).update(index_dirty_at=mark)
    changed = skus[1].pk
    Sku.objects.filter(pk=changed).update(index_dirty_at=clock.now() + timedelta(hours=1))

    with django_assert_num_queries(1):
        cleared = indexer._cleared(marks)

    assert cleared == set(marks) - {changed}
    assert list(Sku.objects.filter(index_dirty_at__isnull=False).values_list("pk", flat=True)) == [changed]
    assert indexer._cleared({}) == set()


def test_whoever_waits_for_the_engine_waits_for_the_last_task_that_it_took_since(slow):
    before = clock.now()
    following.follow(Receipt(6, "skus"), [1])
    IndexWrite.objects.update(created_at=before - timedelta(minutes=1))
    following.follow(Receipt(7, "skus"), [2])
    following.follow(Receipt(8, "skus"), [3])

    assert following.digested(since=before, within=60)

    assert slow.asked == [8, 8, 8]


def test_an_engine_that_is_not_through_is_waited_for_no_longer_than_told(slow):
    slow.looks = 10**9
    following.follow(Receipt(8, "skus"), [3])

    assert not following.digested(since=clock.now() - timedelta(minutes=1), within=0.05)


def test_where_nothing_was_taken_nobody_waits(slow):
    assert following.digested(since=clock.now(), within=60)
    assert slow.asked == []
