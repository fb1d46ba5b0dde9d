"""What is remembered of an index holds until it changes."""

import threading
from collections.abc import Hashable, Iterator
from typing import Any

import pytest

from kernel import clock
from search import asking, freshness
from search.breaker import breaker
from search.engine import Answer, Hit, Question
from search.errors import EngineDown
from search.freshness import LOOK_EVERY, Freshness


class Stated:
    """An engine whose state the test sets."""

    def __init__(self) -> None:
        self.now: Hashable | Exception = 1
        self.looks = 0
        self.questions: list[Question] = []

    def state(self) -> Hashable:
        self.looks += 1
        if isinstance(self.now, Exception):
            raise self.now
        return self.now

    def ask(self, question: Question) -> Answer:
        self.questions.append(question)
        return Answer([Hit(1, 1)], 1)


@pytest.fixture
def stated(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Stated]:
    one = Stated()
    monkeypatch.setattr("search.freshness.engine", lambda language: one)
    for name in ("engine", "fallback"):
        monkeypatch.setattr(f"search.asking.{name}", lambda language: one)
    settings.SEARCH_KEEP_SECONDS = settings.SEARCH_COUNTS_LONGEST = 60
    settings.SEARCH_COUNTS_SECONDS = 0
    breaker.forget()
    asking.forget()
    yield one
    asking.forget()


class Hands:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_it_looks_every_half_second_and_no_more_often(stated: Stated) -> None:
    hands = Hands()
    fresh = Freshness("zh-hans", monotonic=hands)

    assert [fresh.state() for _ in range(5)] == [1] * 5
    assert stated.looks == 1
    stated.now = 2
    hands.at += LOOK_EVERY - 0.01
    assert fresh.state() == 1
    hands.at += 0.02
    assert fresh.state() == 2
    assert stated.looks == 2


def test_while_one_thread_looks_the_others_go_by_what_was(stated: Stated, monkeypatch: pytest.MonkeyPatch) -> None:
    hands, begun, may_end = Hands(), threading.Event(), threading.Event()
    fresh = Freshness("zh-hans", monotonic=hands)
    fresh.state()
    hands.at += LOOK_EVERY

    def slow() -> Hashable:
        begun.set()
        assert may_end.wait(10)
        return 2

    monkeypatch.setattr(stated, "state", slow)
    looking = threading.Thread(target=fresh.state)
    looking.start()
    assert begun.wait(10)
    assert fresh.state() == 1
    may_end.set()
    looking.join(10)
    assert fresh.state() == 2


def test_where_nobody_knows_the_state_nothing_is_remembered_past_the_next_look(stated: Stated) -> None:
    hands = Hands()
    fresh = Freshness("zh-hans", monotonic=hands)
    stated.now = EngineDown()

    before = fresh.state()
    assert fresh.state() == before
    hands.at += LOOK_EVERY
    assert fresh.state() != before


def test_an_engine_that_is_left_alone_is_not_asked_for_its_state_either(stated: Stated) -> None:
    breaker.failed()
    try:
        Freshness("zh-hans").state()
    finally:
        breaker.reset()

    assert stated.looks == 0


def test_a_page_and_its_counts_hold_until_the_index_changes(stated: Stated) -> None:
    question = Question(at=clock.now(), text="手机", language="zh-hans")
    for _ in range(3):
        asking.ask(question)
    assert len(stated.questions) == 1, "the page and its counts at once"

    stated.now = 2
    freshness.forget()
    asking.ask(question)
    assert len(stated.questions) == 2


def test_counts_outlive_a_change_for_a_while(stated: Stated, settings: Any) -> None:
    settings.SEARCH_COUNTS_SECONDS = 30
    question = Question(at=clock.now(), text="手机", language="zh-hans", facets=True)
    asking.ask(question)
    stated.now = 2
    freshness.forget()
    asking.ask(question)

    assert [(one.counted, one.facets) for one in stated.questions] == [(True, True), (False, False)], "not the counts"


def test_whoever_watches_an_index_learns_that_it_changed(stated: Stated) -> None:
    holds = freshness.unchanged("zh-hans")
    assert holds()
    stated.now = 2
    freshness.forget()
    assert not holds()
