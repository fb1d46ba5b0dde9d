"""What is remembered for a moment, and for how long at the most."""

import threading

import pytest

from kernel import clock
from search import asking, indexer, queries
from search.engine import Answer, Counts, Hit, Question
from search.models import Placement
from search.remembered import Remembered
from shop.catalog.models import Sku
from tests.search.catalog import product, sku

PHONES = ("手机数码", "手机通讯", "手机")


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_value_is_looked_up_once_in_its_time_and_anew_after_it():
    hands, looked_up = Hands(), []
    kept: Remembered[str, int] = Remembered(seconds=lambda: 2.0, monotonic=hands)

    def look_up() -> int:
        looked_up.append(1)
        return len(looked_up)

    assert [kept.get("a", look_up), kept.get("a", look_up)] == [1, 1]
    hands.now = 2.0
    assert kept.get("a", look_up) == 2
    kept.forget()
    assert kept.get("a", look_up) == 3


def test_no_seconds_keep_nothing_and_the_oldest_makes_room():
    never: Remembered[str, object] = Remembered(seconds=lambda: 0)
    assert never.get("a", object) is not never.get("a", object)

    two: Remembered[str, object] = Remembered(seconds=lambda: 9, most=2)
    first = two.get("a", object)
    second = two.get("b", object)
    two.get("c", object)

    assert two.get("b", object) is second
    assert two.get("a", object) is not first


def test_those_who_come_while_it_is_looked_up_wait_for_it():
    kept: Remembered[str, int] = Remembered(seconds=lambda: 9)
    begun, may_end, looked_up, got = threading.Event(), threading.Event(), [], []

    def look_up() -> int:
        looked_up.append(1)
        begun.set()
        assert may_end.wait(10)
        return 7

    threads = [threading.Thread(target=lambda: got.append(kept.get("a", look_up))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    may_end.set()
    for thread in threads:
        thread.join(10)

    assert got == [7] * 5
    assert len(looked_up) == 1


def test_a_failure_is_not_remembered():
    kept: Remembered[str, int] = Remembered(seconds=lambda: 9)

    with pytest.raises(OSError, match="away"):
        kept.get("a", lambda: (_ for _ in ()).throw(OSError("away")))

    assert kept.get("a", lambda: 1) == 1


@pytest.fixture
def remembering(settings):
    settings.SEARCH_KEEP_SECONDS = 60
    settings.SEARCH_COUNTS_SECONDS = settings.SEARCH_COUNTS_LONGEST = 60
    asking.forget()
    yield
    asking.forget()


class Counting:
    """An engine that says how often it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.questions: list[Question] = []

    def ask(self, question: Question) -> Answer:
        self.questions.append(question)
        return self.answer


@pytest.fixture
def asked(monkeypatch, remembering):
    one = Counting(Answer([Hit(1, 1)], 1))
    for name in ("engine", "fallback"):
        monkeypatch.setattr(f"search.asking.{name}", lambda language: one)
    return one


def told(questions):
    return [(one.counted, one.facets, one.offset, one.limit) for one in questions]


def test_the_same_question_is_asked_once_and_another_page_counts_nothing_anew(asked):
    for _ in range(3):
        asking.ask(Question(at=clock.now(), text="手机", facets=True))
    assert told(asked.questions) == [(True, True, 0, 10)]

    asking.ask(Question(at=clock.now(), text="手机", facets=True, offset=10))
    assert told(asked.questions[1:]) == [(False, False, 10, 10)]
    asking.ask(Question(at=clock.now(), text="手机", facets=True, specs={"颜色": ("黑色",)}))
    assert told(asked.questions[2:]) == [(True, True, 0, 10)]


def test_what_was_counted_is_told_with_every_page(asked):
    asked.answer = Answer([Hit(1, 1)], 31, Counts(brands={7: 31}))
    first = asking.ask(Question(at=clock.now(), text="手机", facets=True, limit=1))[0]
    second = asking.ask(Question(at=clock.now(), text="手机", facets=True, limit=1, offset=1))[0]

    assert (first.total, first.counts) == (second.total, second.counts) == (31, Counts(brands={7: 31}))


def test_a_page_that_is_remembered_while_its_counts_are_not_has_them_counted_alone(asked):
    question = Question(at=clock.now(), text="手机", facets=True)
    asking.ask(question)
    asking._counts.forget()

    asking.ask(question)

    assert told(asked.questions) == [(True, True, 0, 10), (True, True, 0, 0)]


def test_nothing_is_remembered_of_another_moment_or_where_it_must_be_fresh(asked):
    question = Question(at=clock.now(), text="手机")
    with clock.seen_at(clock.now()):
        asking.ask(question)
        asking.ask(question)
    assert len(asked.questions) == 2

    asking.ask(question)
    asking.ask(question, fresh=True)
    assert len(asked.questions) == 4


def test_what_is_known_is_told_without_looking_it_up():
    hands = Hands()
    kept: Remembered[str, int] = Remembered(seconds=lambda: 2.0, monotonic=hands)
    assert not kept.knows("a")
    kept.get("a", lambda: 1)

    assert kept.knows("a")
    assert not kept.knows("a", holds=lambda one: one > 1)
    hands.now = 2.0
    assert not kept.knows("a")


@pytest.mark.django_db
def test_prices_and_being_on_sale_are_those_of_now_whatever_is_remembered(remembering):
    one, other = (sku(product(name, brand="华为", way=PHONES)) for name in ("华为手机", "荣耀手机"))
    indexer.upsert([one.pk, other.pk])
    question = Question(at=clock.now(), text="手机")
    assert len(queries.search(question).rows) == 2

    Sku.objects.filter(pk=one.pk).update(price="1.23")
    Sku.objects.filter(pk=other.pk).update(is_on_sale=False)

    assert [str(found.card.price) for found in queries.search(question).rows] == ["1.23"]


@pytest.mark.django_db
def test_the_first_product_that_fits_is_counted_though_nothing_was_remembered(remembering):
    question = Question(at=clock.now(), text="手机")
    assert queries.search(question).count == 0
    indexer.upsert([sku(product("华为手机", brand="华为", way=PHONES)).pk])
    asking._pages.forget()

    result = queries.search(question)

    assert (len(result.rows), result.count) == (1, 1)


@pytest.mark.django_db
def test_staff_see_their_placement_at_once(remembering):
    one, other = (
        sku(product(name, brand="华为", way=PHONES), sales=n) for n, name in ((9, "华为手机"), (1, "荣耀手机"))
    )
    indexer.upsert([one.pk, other.pk])
    question = Question(at=clock.now(), text="手机")
    queries.search(question)

    Placement.objects.create(text="手机", folded="手机", spu=other.spu, kind="pin")

    assert queries.search(question, fresh=True).rows[0].card.name == "荣耀手机"
