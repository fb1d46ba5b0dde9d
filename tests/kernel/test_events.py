"""Events are told after the commit, once, and never after a rollback."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from kernel import events


@dataclass(frozen=True)
class Happened(events.Event):
    row_id: int


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(events, "_handlers", events.defaultdict(list))
    told = []
    events.listen(Happened, told.append)
    return told


@pytest.mark.django_db(transaction=True)
def test_an_event_is_told_after_the_commit_and_not_before(heard):
    with transaction.atomic():
        events.emit_on_commit(Happened(1))
        assert heard == []

    assert heard == [Happened(1)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_is_never_told(heard):
    with transaction.atomic():
        events.emit_on_commit(Happened(1))
        transaction.set_rollback(True)

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_hurts_neither_the_caller_nor_the_others(heard, caplog):
    def broken(event):
        raise ConnectionError("the queue is away")

    events._handlers[Happened].insert(0, broken)

    with transaction.atomic():
        events.emit_on_commit(Happened(2))

    assert heard == [Happened(2)]
    assert "event listener failed" in caplog.text


def test_the_same_listener_is_not_told_twice(heard):
    events.listen(Happened, heard.append)

    assert len(events.handlers_of(Happened)) == 1


@pytest.mark.django_db(transaction=True)
def test_work_told_together_says_each_thing_once_at_its_end(heard):
    with events.told_together():
        for row_id in (1, 2, 1):
            events.emit_on_commit(Happened(row_id))
        assert heard == []
    assert heard == [Happened(1), Happened(2)]

    events.emit_on_commit(Happened(3))
    assert heard[2:] == [Happened(3)]


@pytest.mark.django_db(transaction=True)
def test_work_that_breaks_off_tells_what_it_did_so_far(heard):
    def broken_work():
        with events.told_together():
            events.emit_on_commit(Happened(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_work()
    assert heard == [Happened(1)]
