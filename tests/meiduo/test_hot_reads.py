"""The layer before Django: the same answers with it and without it, switched at their second, seen by every process."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from api.hot import MARK
from cms import building
from kernel import bytestore, meters, regions, tally
from meiduo import hot_reads
from shop.catalog.models import Sku
from shop.catalog.services.views import VIEWS
from tests.factories.catalog import SkuFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home, make_page
from tests.factories.people import StaffFactory
from tests.fakes.layered import Hand, LayeredClient

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
SECOND = timedelta(seconds=1)
ORIGIN = "https://web.example"


@pytest.fixture
def layered():
    return LayeredClient()


@pytest.fixture
def shop(settings):
    """Something on every hot route, and settings as in production."""
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    settings.SECURE_HSTS_SECONDS = 60
    settings.ALLOWED_HOSTS = ["testserver"]
    sku = SkuFactory(name="手机甲")
    for _ in range(12):
        SkuFactory(spu__category=sku.spu.category)
    CategoryAdFactory(category=sku.spu.category)
    make_home(make_carousel(make_banner()), building.products(title="精选", source=[building.picked(sku.pk)]))
    make_page()
    return sku


def routes(sku) -> list[str]:
    category = sku.spu.category_id
    return [
        *("home/", "banners/", "ads/?slot=index_lbt", "ads/?slot=category_list", "site/"),
        *("pages/", "pages/delivery/", "categories/", f"categories/{category}/", f"categories/{category}/hotskus/"),
        *(f"categories/{category}/skus/", f"categories/{category}/skus/?page=2&ordering=price"),
        *("brands/", f"brands/{sku.spu.brand_id}/", f"skus/{sku.pk}/", "areas/"),
    ]


def told(response) -> tuple[int, dict[str, str], bytes]:
    """All of an answer but the name of its request, which no two share."""
    headers = {name.lower(): value for name, value in response.items()}
    headers.pop("x-request-id", None)
    return response.status_code, headers, response.content


WAYS = {
    "plain": {},
    "english": {"Accept-Language": "en-GB,en;q=0.8"},
    "gzip": {"Accept-Encoding": "gzip, deflate, br"},
    "no gzip": {"Accept-Encoding": "gzip;q=0"},
    "known origin": {"Origin": ORIGIN},
    "unknown origin": {"Origin": "https://evil.example"},
    "known origin, other writing": {"Origin": f"{ORIGIN}/"},
    "null origin": {"Origin": "null"},
    "bad token": {"Authorization": "Bearer undefined"},
    "language cookie": {"Cookie": "django_language=en"},
    "other cookies": {"Cookie": "cart=x; sessionid=y"},
    "etag": {"If-None-Match": "*"},
    "other etag": {"If-None-Match": '"x", W/"y"'},
    "if-match": {"If-Match": '"x"'},
    "unmodified": {"If-Unmodified-Since": "Wed, 11 Nov 2026 00:00:00 GMT"},
    "modified": {"If-Modified-Since": "Wed, 11 Nov 2026 00:00:00 GMT"},
    "range": {"Range": "bytes=0-1"},
    "foreign host": {"Host": "evil.example"},
    "port": {"Host": "testserver:8000"},
    "TLS": {},
    "TLS and known origin": {"Origin": ORIGIN},
}


@pytest.mark.parametrize("way", [*WAYS])
def test_status_body_and_headers_are_equal_with_the_layer_on_and_off(shop, layered, client, way):
    client.defaults["HTTP_HOST"] = "testserver"
    headers, secure = WAYS[way], "TLS" in way
    for route in routes(shop):
        address = f"/api/v1/{route}"
        for ask in ("get", "head"):
            off = told(getattr(client, ask)(address, headers=headers, secure=secure))
            first = told(getattr(layered, ask)(address, headers=headers, secure=secure))
            again = told(getattr(layered, ask)(address, headers=headers, secure=secure))
            assert (first, again) == (off, off), (route, ask)


@pytest.mark.parametrize(
    "headers", [{}, {"Accept-Encoding": "gzip"}, {"Origin": ORIGIN}], ids=["plain", "gzip", "cors"]
)
def test_who_has_the_answer_hears_304_from_the_layer_as_from_django(shop, layered, client, headers):
    for route in routes(shop):
        address = f"/api/v1/{route}"
        etag = layered.get(address, headers=headers)["ETag"]
        reached = layered.handler.reached
        for wanted in (etag, f'"other", {etag}', etag.removeprefix("W/"), f"W/{etag.removeprefix('W/')}", "*"):
            asked = {**headers, "If-None-Match": wanted}
            from_layer = layered.get(address, headers=asked)
            assert from_layer.status_code == 304
            assert told(from_layer) == told(client.get(address, headers=asked)), (route, wanted)
        assert layered.handler.reached == reached, "the layer knew it all"


def test_the_second_answer_does_not_reach_django(shop, layered):
    for route in routes(shop):
        first = layered.get(f"/api/v1/{route}")
        assert first.status_code == 200, route
        reached = layered.handler.reached
        assert told(layered.get(f"/api/v1/{route}")) == told(first)
        assert told(layered.head(f"/api/v1/{route}"))[:2] == told(first)[:2]
        assert layered.handler.reached == reached, route


def test_a_layer_that_only_hears_304_fills_its_memory_all_the_same(shop, layered, client):
    etag = client.get("/api/v1/home/")["ETag"]
    assert layered.get("/api/v1/home/", headers={"If-None-Match": etag}).status_code == 304
    reached = layered.handler.reached

    assert layered.get("/api/v1/home/", headers={"If-None-Match": etag}).status_code == 304
    assert layered.get("/api/v1/home/").status_code == 200
    assert layered.handler.reached == reached


def test_what_is_not_hot_fails_or_is_about_one_person_always_reaches_django(shop, layered):
    for address in (
        "/api/v1/cart/",
        "/api/v1/skus/999999/",
        "/api/v1/pages/nowhere/",
        "/api/v1/ads/?slot=nowhere",
        f"/api/v1/categories/{shop.spu.category_id}/skus/?min_price=1",
        "/livez",
        "/",
    ):
        layered.get(address)
        reached = layered.handler.reached
        layered.get(address)
        assert layered.handler.reached == reached + 1, address
    assert not [*layered.handler.layer._plain.entries, *layered.handler.layer._asked.entries]


def test_other_methods_are_djangos(shop, layered, client):
    layered.get("/api/v1/home/")

    for method in ("post", "put", "delete", "options"):
        assert told(getattr(layered, method)("/api/v1/home/")) == told(getattr(client, method)("/api/v1/home/"))


# -- publishing


def test_a_drop_by_another_process_is_seen_after_half_a_second_by_every_layer(shop):
    hand = Hand()
    layers = [LayeredClient(hand) for _ in range(3)]
    address = f"/api/v1/skus/{shop.pk}/"
    assert {one.get(address).json()["price"] for one in layers} == {"99.00"}
    hand.pass_(0.6)
    assert {one.get(address).json()["price"] for one in layers} == {"99.00"}
    here = bytestore.drops_here

    Sku.objects.update(price=5)
    before = here()
    bytestore.drop(regions.CATALOG)
    bytestore._drops_here = before  # as if another process had done it
    still = {one.get(address).json()["price"] for one in layers}
    hand.pass_(hot_reads.INTERVAL)

    assert still == {"99.00"}, "inside the half second nobody asks"
    assert {one.get(address).json()["price"] for one in layers} == {"5.00"}


def test_the_process_that_published_shows_it_at_once(shop, layered):
    address = f"/api/v1/skus/{shop.pk}/"
    assert layered.get(address).json()["price"] == "99.00"

    Sku.objects.update(price=5)
    bytestore.drop(regions.CATALOG)

    assert layered.get(address).json()["price"] == "5.00"


def test_another_region_keeps_its_answers(shop, layered):
    layered.get("/api/v1/home/")
    layered.get("/api/v1/areas/")
    bytestore.drop(regions.HOME)
    layered.get("/api/v1/home/")
    reached = layered.handler.reached

    layered.get("/api/v1/areas/")

    assert layered.handler.reached == reached


def test_without_the_store_the_layer_gives_way_to_django(shop, layered, monkeypatch):
    layered.get("/api/v1/home/")
    reached = layered.handler.reached

    def broken(*args, **kwargs):
        raise OSError("no cache")

    for method in ("get", "get_many", "set", "add", "incr"):
        monkeypatch.setattr(type(bytestore._cache()), method, broken)
    layered.handler.hand.pass_(1)

    assert layered.get("/api/v1/home/").status_code == 200
    assert layered.get("/api/v1/home/").status_code == 200
    assert layered.handler.reached == reached + 2


def test_with_the_byte_store_switched_off_nothing_is_remembered(shop, layered, settings):
    settings.HOT_BYTES = False
    layered.get("/api/v1/home/")
    reached = layered.handler.reached

    layered.get("/api/v1/home/")

    assert layered.handler.reached == reached + 1


# -- time


def test_a_remembered_answer_ends_at_the_second_of_the_next_switch(layered):
    with time_machine.travel(START - timedelta(minutes=10), tick=False):
        make_home(make_carousel(make_banner(title="平日"), make_banner(title="零点", times=building.schedule(START))))

    def titles() -> list[str]:
        return [banner["title"] for banner in layered.get("/api/v1/home/").json()["banners"]]

    with time_machine.travel(START - SECOND, tick=False):
        assert titles() == titles() == ["平日"]
        reached = layered.handler.reached
    with time_machine.travel(START - timedelta(milliseconds=1), tick=False):
        assert titles() == ["平日"]
        assert layered.handler.reached == reached, "never earlier"
    with time_machine.travel(START, tick=False):
        assert titles() == ["平日", "零点"]


# -- views


def test_views_on_remembered_answers_are_counted_in_sums(shop, layered):
    tally.drain(VIEWS)
    address = f"/api/v1/skus/{shop.pk}/"
    etag = layered.get(address)["ETag"]
    for _ in range(4):
        layered.get(address)
    layered.get(address, headers={"If-None-Match": etag})
    layered.head(address)
    layered.get("/api/v1/home/")

    layered.handler.hand.pass_(hot_reads.VIEWS_WAIT)

    assert tally.drain(VIEWS) == {shop.pk: 6}
    layered.handler.hand.pass_(hot_reads.VIEWS_WAIT)
    assert tally.drain(VIEWS) == {}


def test_filling_the_memory_behind_a_304_counts_one_view(shop, layered, client):
    address = f"/api/v1/skus/{shop.pk}/"
    etag = client.get(address)["ETag"]
    tally.drain(VIEWS)

    layered.get(address, headers={"If-None-Match": etag})

    assert tally.drain(VIEWS) == {shop.pk: 1}


# -- memory


def test_ever_new_questions_push_out_each_other_and_never_the_homepage(shop, layered):
    memory = layered.handler.layer._asked
    memory.most = 50_000
    layered.get("/api/v1/home/")

    for number in range(40):
        layered.get(f"/api/v1/home/?utm={number}")

    assert 0 < memory.size <= 50_000
    assert memory.size == sum(hot_reads._weight(entry) for entry in memory.entries.values())
    reached = layered.handler.reached
    layered.get("/api/v1/home/")
    layered.get("/api/v1/home/?utm=39")
    assert layered.handler.reached == reached
    layered.get("/api/v1/home/?utm=0")
    assert layered.handler.reached == reached + 1


def test_an_answer_for_one_visitor_is_never_remembered_whoever_marked_it(shop):
    def marked(*headers):
        layer = hot_reads.HotReads(None, later=lambda *args: None)

        def app(environ, start_response):
            from api.hot import Mark

            environ[MARK] = Mark("home", "v", 9e12, '"x"', None)
            start_response("200 OK", [*headers])
            return [b"{}"]

        layer._app = app
        environ = Client()._base_environ(PATH_INFO="/api/v1/home/", HTTP_HOST="testserver")
        layer(environ, lambda status, headers: None)
        return len(layer._plain.entries)

    public = ("Cache-Control", "public, max-age=0")
    assert marked(public) == 1
    assert marked() == 0
    assert marked(("Cache-Control", "private, no-store")) == 0
    assert marked(public, ("Set-Cookie", "a=b")) == 0
    assert marked(public, ("Vary", "origin, Cookie")) == 0


def test_hits_and_misses_are_counted(shop, layered):
    before = meters.figures()
    etag = layered.get("/api/v1/home/")["ETag"]
    layered.get("/api/v1/home/")
    layered.get("/api/v1/home/", headers={"If-None-Match": etag})
    after = meters.figures()

    grown = {name: after[name] - before[name] for name in after if name.startswith("hot_reads.")}
    assert grown == {"hot_reads.hits": 2, "hot_reads.misses": 1, "hot_reads.not_modified": 1}


def test_staff_see_no_more_than_guests_in_what_is_remembered(shop, layered):
    layered.force_login(StaffFactory(), backend="django.contrib.auth.backends.ModelBackend")

    staff = told(layered.get("/api/v1/home/"))

    assert told(LayeredClient().get("/api/v1/home/")) == staff
    assert "set-cookie" not in staff[1]
