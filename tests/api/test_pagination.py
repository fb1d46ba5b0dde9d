"""Pages: counted, cut, and linked by what was understood of the question."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from pydantic import ValidationError

from api.pagination import DEEPEST, DEFAULT, MOST, PageIn, PageNotFound, envelope, paged
from api.schemas.base import PriceFilter


class Rows:
    """A list that can be counted and cut, and tells how often it was."""

    def __init__(self, count):
        self.rows = list(range(count))
        self.counted = self.cut = 0

    def count(self):
        self.counted += 1
        return len(self.rows)

    def __getitem__(self, place):
        self.cut += 1
        return self.rows[place]


class FilteredIn(PageIn):
    min_price: PriceFilter | None = None
    in_stock: bool = False
    spec: list[str] = []


@pytest.fixture
def request_(rf: RequestFactory):
    return rf.get("/api/v1/搜索/?junk=1")


def page(request, count, **wanted):
    return paged(request, Rows(count), FilteredIn(**wanted))


def test_a_page_is_counted_once_and_cut_once(request_):
    rows = Rows(25)

    answer = paged(request_, rows, PageIn(page=2))

    assert (rows.counted, rows.cut) == (1, 1)
    assert (answer["count"], answer["results"]) == (25, list(range(10, 20)))


@pytest.mark.parametrize(
    ("count", "number", "has_next", "has_previous"),
    [(0, 1, False, False), (10, 1, False, False), (11, 1, True, False), (11, 2, False, True), (30, 2, True, True)],
)
def test_the_ends_have_no_neighbour(request_, count, number, has_next, has_previous):
    answer = page(request_, count, page=number)

    assert (answer["next"] is not None, answer["previous"] is not None) == (has_next, has_previous)


@pytest.mark.parametrize(("count", "number"), [(0, 2), (10, 2), (11, 3), (5, DEEPEST)])
def test_past_the_end_there_is_no_page(request_, count, number):
    with pytest.raises(PageNotFound) as refused:
        page(request_, count, page=number)

    assert (refused.value.field, refused.value.params) == ("page", {"page": number})


def test_neighbours_carry_the_filters_along_and_nothing_else(request_, settings):
    settings.PUBLIC_URL = "https://mall.example"

    answer = page(
        request_, 99, page=2, page_size=20, min_price=Decimal("9.90"), in_stock=True, spec=["颜色:黑", "a&b:c"]
    )

    address = urlsplit(answer["next"])
    assert (address.netloc, address.path) == ("mall.example", "/api/v1/%E6%90%9C%E7%B4%A2/")
    assert parse_qs(address.query) == {
        "page": ["3"],
        "page_size": ["20"],
        "min_price": ["9.90"],
        "in_stock": ["true"],
        "spec": ["颜色:黑", "a&b:c"],
    }
    assert parse_qs(urlsplit(answer["previous"]).query)["page"] == ["1"]


def test_the_page_before_one_that_shrank_is_the_last_that_there_is(request_):
    answer = envelope(request_, wanted=PageIn(page=9), count=25, results=[])

    assert answer["next"] is None
    assert parse_qs(urlsplit(answer["previous"]).query)["page"] == ["3"]


def test_rows_may_be_shaped_before_they_are_shown(request_):
    answer = paged(request_, Rows(3), PageIn(), shape=lambda rows: [row * 10 for row in rows])

    assert answer["results"] == [0, 10, 20]


def test_without_a_wish_it_is_the_first_page_of_ten():
    assert (PageIn().page, PageIn().page_size, DEFAULT) == (1, 10, 10)


@pytest.mark.parametrize("wrong", [{"page": 0}, {"page": DEEPEST + 1}, {"page_size": 0}, {"page_size": MOST + 1}])
def test_no_page_is_outside_of_the_limits(wrong):
    with pytest.raises(ValidationError):
        PageIn(**wrong)


@pytest.mark.parametrize("empty", ["", [], [""]])
def test_an_empty_value_means_absent(empty):
    assert FilteredIn.model_validate({"page": empty, "spec": empty}) == FilteredIn()
    assert FilteredIn.model_validate({"spec": ["", "a"]}).spec == ["a"]
