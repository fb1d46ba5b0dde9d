"""Kept bytes: when they are served, when not, and how many there may be."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import bytestore, regions
from shop.catalog.models import Sku
from tests.factories.catalog import LeafCategoryFactory, SkuFactory

pytestmark = pytest.mark.django_db


def shop_queries(api, url, **extra):
    """How many queries about the shop itself an answer cost."""
    with CaptureQueriesContext(connection) as captured:
        response = api.get(url, **extra)
    assert response.status_code in (200, 304)
    return len([query for query in captured if "cache_bytes" not in query["sql"] and "SAVEPOINT" not in query["sql"]])


@pytest.fixture
def url():
    return f"/api/v1/categories/{SkuFactory().spu.category_id}/skus/"


def test_the_second_answer_is_the_same_bytes_and_asks_the_shop_nothing(api, url):
    first = api.get(url)

    assert shop_queries(api, url) == 0
    again = api.get(url)
    assert (again.content, again["ETag"], again["Content-Type"]) == (
        first.content,
        first["ETag"],
        "application/json",
    )


def test_the_answer_is_the_same_with_the_store_on_and_off(api, url, settings):
    kept = api.get(url)
    settings.HOT_BYTES = False

    fresh = api.get(url)

    assert shop_queries(api, url) > 0
    assert (fresh.content, fresh["ETag"], fresh["Cache-Control"]) == (
        kept.content,
        kept["ETag"],
        "public, max-age=0, must-revalidate",
    )


def test_a_client_that_has_the_answer_hears_304_until_it_changes(api, url):
    etag = api.get(url)["ETag"]

    unchanged = api.get(url, headers={"If-None-Match": etag})
    Sku.objects.update(price=1)
    bytestore.drop(regions.CATALOG)
    changed = api.get(url, headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_a_weak_or_listed_etag_counts_too(api, url):
    etag = api.get(url)["ETag"]

    assert api.get(url, headers={"If-None-Match": f'"other", W/{etag}'}).status_code == 304


def test_the_same_question_written_otherwise_is_kept_once(api, url):
    api.get(url)

    for same in ("?page=1", "?page=01", "?utm_source=mail", "?ordering=-create_time&page=", "?x=1&x=2&page=1"):
        assert shop_queries(api, url + same) == 0, same
    assert "utm" not in api.get(f"{url}?utm_source=mail").content.decode()


def test_another_question_is_another_answer(api):
    leaf = LeafCategoryFactory()
    cheap, dear = SkuFactory(spu__category=leaf, price=1), SkuFactory(spu__category=leaf, price=2)
    url = f"/api/v1/categories/{leaf.pk}/skus/"

    def first(query):
        return api.get(url + query).json()["results"][0]["id"]

    assert (first("?ordering=price"), first("?ordering=-price")) == (cheap.pk, dear.pk)
    assert (first("?ordering=price"), first("?ordering=-price")) == (cheap.pk, dear.pk)
    hot = f"/api/v1/categories/{leaf.pk}/hotskus/"
    assert len(api.get(f"{hot}?limit=1").json()) == 1
    assert len(api.get(hot).json()) == 2


@pytest.mark.parametrize("query", ["min_price=1", "max_price=9999", "spec=a:b", "brand=7", "page_size=11", "page=21"])
def test_what_one_visitor_makes_up_is_answered_and_not_kept(api, query):
    leaf = LeafCategoryFactory()
    Sku.objects.bulk_create(
        Sku(spu=SkuFactory(spu__category=leaf).spu, code=f"many-{n}", name="多", price=2) for n in range(210)
    )
    url = f"/api/v1/categories/{leaf.pk}/skus/?{query}"
    api.get(url)

    assert shop_queries(api, url) > 0


def test_a_version_keeps_so_many_answers_and_no_more(api, url, settings):
    settings.BYTES_MOST = 2
    for page_of in ("price", "-price", "sales", "-sales"):
        assert api.get(f"{url}?ordering={page_of}").status_code == 200

    kept = [shop_queries(api, f"{url}?ordering={page_of}") == 0 for page_of in ("price", "-price", "sales", "-sales")]

    assert kept == [True, True, False, False]


def test_a_failure_is_not_kept(api):
    assert api.get("/api/v1/skus/1/").status_code == 404

    sku = SkuFactory(pk=1)

    assert api.get("/api/v1/skus/1/").json()["id"] == sku.pk


def test_a_change_while_the_answer_is_rendered_is_not_hidden_by_it(api, url, monkeypatch):
    from api.routers import categories

    real = categories.selectors.sku_cards

    def changed_meanwhile(rows):
        cards = real(rows)
        Sku.objects.update(price=77)
        bytestore.drop(regions.CATALOG)
        return cards

    monkeypatch.setattr(categories.selectors, "sku_cards", changed_meanwhile)
    stale = api.get(url).json()["results"][0]["price"]
    monkeypatch.undo()

    assert stale == "99.00"
    assert api.get(url).json()["results"][0]["price"] == "77.00"


def test_with_the_cache_down_the_shop_still_answers(api, url, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no cache")

    for method in ("get", "set", "add", "incr"):
        monkeypatch.setattr(type(caches["bytes"]), method, broken)

    assert api.get(url).json()["count"] == 1


def test_each_language_has_its_own_copy(api, url):
    api.get(url, headers={"Accept-Language": "zh-hans"})

    assert shop_queries(api, url, headers={"Accept-Language": "en"}) > 0
    assert shop_queries(api, url, headers={"Accept-Language": "en"}) == 0


# -- HEAD


def test_head_is_get_without_the_body(api, url):
    got = api.get(url)

    head = api.head(url)

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(got.content))
    assert (head["ETag"], head["Cache-Control"]) == (got["ETag"], got["Cache-Control"])
    assert api.head(url, headers={"If-None-Match": got["ETag"]}).status_code == 304
    assert api.head("/api/v1/skus/999999/").status_code == 404


def test_stored_bytes_survive_any_character(db):
    name, body = "页 \ud800", "价格 ¥1 🛒".encode()

    saved = bytestore.save(bytestore.key_for(regions.CATALOG, name), body)

    assert bytestore.load(regions.CATALOG, name) == saved
    assert saved.body == body
