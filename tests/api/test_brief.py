"""Search answers out of this process's memory: for a moment, until the catalog changes, and still counted."""

from datetime import timedelta

import pytest
import time_machine

from kernel import bytestore, clock, regions
from search import asking, indexer, querylog
from search.models import QueryCount
from shop.catalog.models import Sku, Spu
from tests.fakes.layered import LayeredClient
from tests.search.catalog import product, sku

pytestmark = pytest.mark.django_db
URL = "/api/v1/skus/search/"
PHONES = ("手机数码", "手机通讯", "手机")


@pytest.fixture
def layered(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SEARCH_KEEP_SECONDS = settings.SEARCH_COUNTS_SECONDS = settings.SEARCH_COUNTS_LONGEST = 1.0
    asking.forget()
    yield LayeredClient()
    asking.forget()


@pytest.fixture
def phone():
    one = sku(product("华为手机", brand="华为", way=PHONES), price="100.00")
    indexer.upsert([one.pk])
    return one


def test_the_same_question_is_answered_once_within_a_second(layered, phone):
    with time_machine.travel(clock.now(), tick=False) as at:
        first = layered.get(URL, {"text": "手机"})
        second = layered.get(URL, {"text": "手机"})
        assert second.content == first.content
        assert layered.handler.reached == 1

        at.shift(timedelta(seconds=1.01))
        layered.get(URL, {"text": "手机"})
        assert layered.handler.reached == 2


def test_a_change_of_the_catalog_shows_at_once(layered, phone):
    layered.get(URL, {"text": "手机"})
    Sku.objects.filter(pk=phone.pk).update(price="1.00")
    bytestore.drop(regions.CATALOG)

    assert layered.get(URL, {"text": "手机"}).json()["results"][0]["object"]["price"] == "1.00"


def test_a_change_of_the_index_ends_what_was_remembered(layered, phone, settings, monkeypatch):
    settings.SEARCH_KEEP_SECONDS = 60.0
    state = ["before"]
    monkeypatch.setattr("search.freshness.state", lambda language: state[0])
    layered.get(URL, {"text": "手机"})
    layered.get(URL, {"text": "手机"})
    assert layered.handler.reached == 1

    state[0] = "after"
    layered.get(URL, {"text": "手机"})
    assert layered.handler.reached == 2


def test_an_answer_ends_when_a_product_goes_off_sale_by_itself(layered, phone, settings, monkeypatch):
    settings.SEARCH_KEEP_SECONDS = 60.0
    monkeypatch.setattr("search.freshness.state", lambda language: "the same")
    with time_machine.travel(clock.now(), tick=False) as at:
        Spu.objects.filter(pk=phone.spu_id).update(off_sale_at=clock.now() + timedelta(seconds=5))
        bytestore.drop(regions.CATALOG)
        assert layered.get(URL, {"text": "手机"}).json()["results"]
        at.shift(timedelta(seconds=4))
        assert layered.get(URL, {"text": "手机"}).json()["results"]
        assert layered.handler.reached == 1

        at.shift(timedelta(seconds=1.01))
        assert layered.get(URL, {"text": "手机"}).json()["results"] == []


@pytest.mark.parametrize("query", [{"text": "手机", "min_price": "5"}, {"text": "手机", "page": "6"}])
def test_what_only_one_visitor_asks_is_not_remembered(layered, phone, query):
    layered.get(URL, query)
    layered.get(URL, query)

    assert layered.handler.reached == 2


def test_answers_out_of_memory_are_counted_as_searches(layered, phone):
    # What other tests searched for is not this one's.
    querylog.log.flush()
    QueryCount.objects.all().delete()
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(4):
            layered.get(URL, {"text": "手机"})
            layered.get(URL, {"text": "手机", "page": "2"})
        assert layered.handler.reached == 2
        layered.handler.layer.flush_views()
    querylog.log.flush()

    assert (QueryCount.objects.get().count, QueryCount.objects.get().found) == (4, 1)


def test_where_nothing_is_remembered_every_answer_is_made_anew(layered, phone, settings):
    settings.SEARCH_KEEP_SECONDS = 0
    layered.get(URL, {"text": "手机"})
    layered.get(URL, {"text": "手机"})

    assert layered.handler.reached == 2
