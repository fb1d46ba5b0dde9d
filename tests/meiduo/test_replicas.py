"""The rules of reading from replicas. What real servers do about them is in tests/faults/test_replicas.py."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver
from pydantic import ValidationError

from accounts.models import Address, RefreshFamily, User
from accounts.tokens import access_token_for
from kernel import clock, reading
from meiduo.env import Env
from meiduo.replicas import PRIMARY, positions, scope, visitors, watch
from meiduo.replicas.router import ReplicaRouter
from meiduo.replicas.routes import MAY_BE_OLD
from shop.catalog.models import Sku
from tests.factories.catalog import SkuFactory
from tests.factories.people import UserFactory

ROOT = Path(__file__).resolve().parents[2]


# -- how far a replica is


class Log:
    """A primary's log and a replica that shows a part of it, at a time of the test's own."""

    def __init__(self, monkeypatch, settings):
        settings.REPLICA_MAX_LAG = 5
        self.now = 1000.0
        self.written = self.shown = 100
        self.primary_is_away = False
        self.trouble = None
        self.watch = watch.Watch("replica_1", ticks=lambda: self.now)
        monkeypatch.setattr(positions, "flushed", self._flushed)
        monkeypatch.setattr(positions, "replayed", self._replayed)
        monkeypatch.setattr(
            watch, "connections", {name: SimpleNamespace(close=lambda: None) for name in (PRIMARY, "replica_1")}
        )

    def _flushed(self, connection):
        if self.primary_is_away:
            raise OperationalError
        return self.written

    def _replayed(self, connection):
        if self.trouble:
            raise self.trouble
        return self.shown

    def pass_by(self, seconds, *, writing=0):
        for _second in range(seconds):
            self.now += 1
            self.written += writing
            self.watch.look()


@pytest.fixture
def log(monkeypatch, settings):
    return Log(monkeypatch, settings)


def test_nothing_is_read_from_a_replica_that_nobody_has_looked_at(log):
    assert not log.watch.is_in_use


def test_a_quiet_primary_makes_no_lag(log):
    log.pass_by(3600)

    assert log.watch.is_in_use
    assert log.watch.lag == 0


def test_a_replica_that_stands_still_ages_and_is_out(log):
    log.pass_by(1)
    log.pass_by(5, writing=10)
    assert (log.watch.lag, log.watch.is_in_use) == (5, True)

    log.pass_by(1, writing=10)
    assert (log.watch.lag, log.watch.is_in_use) == (6, False)


def test_a_replica_that_follows_a_busy_primary_is_as_old_as_what_it_shows(log):
    for _second in range(20):
        log.shown = log.written
        log.pass_by(1, writing=10)

    assert (log.watch.lag, log.watch.is_in_use) == (1, True)
    log.shown = log.written
    log.pass_by(1)
    assert log.watch.lag == 0


def test_looks_that_do_not_come_back_make_a_replica_old(log):
    log.pass_by(1)
    log.now += 6

    assert not log.watch.is_in_use


def test_a_primary_that_cannot_be_asked_makes_replicas_old(log):
    log.pass_by(1)
    log.primary_is_away = True
    log.pass_by(6)

    assert not log.watch.is_in_use


@pytest.mark.parametrize("trouble", [OperationalError("gone"), positions.NotAStandby()], ids=["away", "promoted"])
def test_a_replica_that_is_away_or_promoted_is_out_at_once_and_comes_back(log, trouble):
    log.pass_by(1)
    log.trouble = trouble
    log.pass_by(1)
    assert not log.watch.is_in_use

    log.trouble = None
    log.pass_by(1)
    assert log.watch.is_in_use


def test_a_replica_that_a_request_met_broken_rests_though_looks_find_it_well(log):
    log.pass_by(1)
    log.watch.rest(OperationalError("gone"))
    log.pass_by(3)
    assert not log.watch.is_in_use

    log.pass_by(3)
    assert log.watch.is_in_use


def test_a_write_is_shown_once_the_replica_is_past_it(log):
    log.pass_by(1, writing=50)

    assert log.watch.shows(100)
    assert not log.watch.shows(101)


# -- where a query goes


@pytest.fixture
def replica(monkeypatch, settings):
    """One replica that is always well."""
    settings.REPLICAS = ("replica_1",)
    one = SimpleNamespace(
        alias="replica_1",
        is_in_use=True,
        start=lambda: None,
        shows=lambda place: place <= 100,
        confirm=lambda connection: None,
    )
    connection = SimpleNamespace(
        connection=None,
        close_if_health_check_failed=lambda: None,
        ensure_connection=lambda: None,
        close=lambda: None,
    )
    primary = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr(scope, "watches", lambda: (one,))
    monkeypatch.setattr(scope, "connections", {PRIMARY: primary, "replica_1": connection})
    return SimpleNamespace(watch=one, connection=connection, primary=primary)


@pytest.fixture
def here():
    """The scope of a request that may read a little late."""
    one = scope.Scope(RequestFactory().get("/"), may_be_old=True)
    token = scope.enter(one)
    yield one
    scope.leave(token)


ROUTER = ReplicaRouter()


def test_outside_a_request_everything_is_read_from_the_primary(replica):
    assert ROUTER.db_for_read(Sku) == PRIMARY


def test_a_read_of_the_shop_goes_to_the_replica_and_a_write_never_does(replica, here):
    assert ROUTER.db_for_read(Sku) == "replica_1"
    assert ROUTER.db_for_write(Sku) == PRIMARY


@pytest.mark.parametrize("model", [User, RefreshFamily])
def test_who_is_asking_is_read_from_the_primary(replica, here, model):
    assert ROUTER.db_for_read(Address) == "replica_1"
    assert ROUTER.db_for_read(model) == PRIMARY


def test_rows_that_django_or_wagtail_keep_in_caches_are_read_from_the_primary(replica, here):
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Site

    assert {ROUTER.db_for_read(model) for model in (ContentType, Site)} == {PRIMARY}


def test_a_route_that_is_not_listed_reads_from_the_primary(replica, here):
    here.may_be_old = False

    assert ROUTER.db_for_read(Sku) == PRIMARY


def test_inside_a_transaction_everything_is_read_from_the_primary(replica, here):
    replica.primary.in_atomic_block = True

    assert ROUTER.db_for_read(Sku) == PRIMARY


def test_what_others_will_be_given_is_read_from_the_primary(replica, here):
    with reading.fresh():
        assert ROUTER.db_for_read(Sku) == PRIMARY
    assert ROUTER.db_for_read(Sku) == "replica_1"


def test_the_shop_as_of_another_moment_is_read_from_the_primary(replica, here):
    with clock.seen_at(clock.now()):
        assert ROUTER.db_for_read(Sku) == PRIMARY


def test_after_a_write_the_same_request_reads_from_the_primary(replica, here):
    assert ROUTER.db_for_read(Sku) == "replica_1"
    scope._noticing_writes(lambda *statement: None, "UPDATE shop_sku SET price = 1", None, False, {})

    assert ROUTER.db_for_read(Sku) == PRIMARY


@pytest.mark.parametrize(
    ("sql", "is_question"),
    [
        ("SELECT 1", True),
        ('\n    SELECT "a" FROM b', True),
        ("(SELECT 1) UNION (SELECT 2)", True),
        ("WITH taken AS (UPDATE shop_sku SET stock = 1 RETURNING id) SELECT * FROM taken", False),
        ("INSERT INTO a VALUES (1)", False),
        ('SAVEPOINT "s1"', False),
        (object(), False),
    ],
)
def test_whatever_is_not_plainly_a_question_counts_as_a_write(sql, is_question):
    assert scope._is_question(sql) is is_question


def test_a_replica_that_does_not_show_the_visitors_write_is_not_read(replica, here, monkeypatch):
    monkeypatch.setattr(visitors, "needed", lambda names: 101)

    assert ROUTER.db_for_read(Sku) == PRIMARY


def test_visitors_share_the_replicas_and_each_stays_with_one(replica, monkeypatch):
    both = [SimpleNamespace(**{**vars(replica.watch), "alias": alias}) for alias in ("replica_1", "replica_2")]
    monkeypatch.setattr(scope, "watches", lambda: tuple(both))
    monkeypatch.setitem(scope.connections, "replica_2", replica.connection)

    def read_by(address):
        return scope.Scope(RequestFactory().get("/", REMOTE_ADDR=address), may_be_old=True).reads_from()

    visitors_of = {f"10.0.0.{number}": read_by(f"10.0.0.{number}") for number in range(60)}

    assert set(visitors_of.values()) == {"replica_1", "replica_2"}
    assert {address: read_by(address) for address in visitors_of} == visitors_of


def test_a_server_that_was_started_again_and_shows_less_than_before_is_not_read(log, replica, here):
    log.pass_by(1)
    replica.watch.confirm, replica.watch.rest = log.watch.confirm, log.watch.rest

    log.shown -= 1
    assert ROUTER.db_for_read(Sku) == PRIMARY
    assert not log.watch.is_in_use


def test_a_replica_that_does_not_answer_rests_and_the_primary_is_read(replica, here):
    rested = []
    replica.watch.rest = rested.append

    def refuse():
        raise OperationalError("connection refused")

    replica.connection.ensure_connection = refuse

    assert ROUTER.db_for_read(Sku) == PRIMARY
    assert len(rested) == 1


def test_rows_of_both_databases_belong_together_and_only_the_primary_is_migrated(settings):
    settings.REPLICAS = ("replica_1",)

    assert ROUTER.allow_relation(Sku(), Address())
    assert ROUTER.allow_migrate("replica_1", "shop") is False
    assert ROUTER.allow_migrate(PRIMARY, "shop") is None


def test_every_route_of_the_table_exists():
    def routes(resolver, before=""):
        for one in resolver.url_patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from routes(one, here)
            else:
                yield here

    assert set(routes(get_resolver())) >= MAY_BE_OLD


# -- who wrote


def test_a_visitor_who_never_wrote_needs_nothing():
    request = RequestFactory().get("/")

    assert visitors.marks_of(request) == ()
    assert visitors.needed(()) == 0


def test_a_known_visitor_stays_at_the_primary_where_there_is_no_redis(monkeypatch):
    monkeypatch.setattr(visitors, "on_redis", lambda: False)

    assert visitors.needed(("wrote:user:1",)) == visitors.NOWHERE


@pytest.mark.django_db
def test_a_cache_that_fails_sends_known_visitors_to_the_primary(monkeypatch):
    def fail(*args):
        raise ConnectionError("redis is away")

    monkeypatch.setattr(visitors, "on_redis", lambda: True)
    monkeypatch.setattr(visitors, "cache", SimpleNamespace(get_many=fail, delete_many=fail))
    user = UserFactory()
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {access_token_for(user)}"})
    names = visitors.marks_of(request)

    assert names == (visitors.of_user(user.pk),)
    assert visitors.needed(names) == visitors.NOWHERE
    visitors.begin_write(names)


def test_a_browser_gets_its_cookie_only_with_an_answer_that_nobody_shares(settings, monkeypatch):
    settings.REPLICA_PIN = 120
    monkeypatch.setattr(visitors, "on_redis", lambda: False)
    own, shared = HttpResponse(), HttpResponse(headers={"Cache-Control": "public, max-age=0"})

    for response in (own, shared):
        visitors.end_write(RequestFactory().post("/"), response, set())

    assert visitors.COOKIE not in shared.cookies
    cookie = own.cookies[visitors.COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (120, True, "Lax")
    request = RequestFactory().get("/")
    request.COOKIES[visitors.COOKIE] = cookie.value
    assert visitors.number_of_browser(request)
    request.COOKIES[visitors.COOKIE] = cookie.value[:-1]
    assert not visitors.number_of_browser(request)


# -- settings


def _settings(tmp_path, **variables):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    shown = "settings.DATABASE_ROUTERS, settings.REPLICAS, [one for one in settings.MIDDLEWARE if 'replicas' in one]"
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({shown})"],
        env=kept
        | variables
        | {"DJANGO_SETTINGS_MODULE": "meiduo.settings.dev", "PYTHONPATH": "site", "VAR_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_replicas_nothing_of_them_is_installed(tmp_path):
    assert _settings(tmp_path).stdout.strip() == "[] () []"


def test_replicas_are_databases_with_a_router_and_a_middleware(tmp_path):
    done = _settings(
        tmp_path,
        DATABASE_URL="postgres://mall@one/mall",
        DATABASE_REPLICA_URLS="postgres://mall@two/mall, postgres://mall@three/mall",
    )

    assert done.stdout.strip() == (
        "['meiduo.replicas.router.ReplicaRouter'] ('replica_1', 'replica_2')"
        " ['meiduo.replicas.middleware.ReplicaMiddleware']"
    ), done.stderr


@pytest.mark.parametrize(
    ("primary", "replica"), [("", "postgres://mall@two/mall"), ("postgres://mall@one/mall", "sqlite:///two.sqlite3")]
)
def test_replicas_of_anything_but_postgresql_are_refused(tmp_path, primary, replica):
    variables = {"DATABASE_REPLICA_URLS": replica} | ({"DATABASE_URL": primary} if primary else {})

    assert "ImproperlyConfigured" in _settings(tmp_path, **variables).stderr


def test_a_browser_is_known_longer_than_any_replica_is_behind():
    with pytest.raises(ValidationError, match="REPLICA_PIN"):
        Env(replica_max_lag=100, replica_pin=120)


# -- what is kept


@pytest.fixture
def freshness(db):
    """Whether each question about the catalog was asked for fresh rows."""
    asked = []

    def note(execute, sql, params, many, context):
        if 'FROM "shop_' in str(sql):
            asked.append(reading.is_fresh())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def test_what_is_kept_is_made_of_fresh_rows_and_what_is_not_need_not_be(api, freshness):
    url = f"/api/v1/categories/{SkuFactory().spu.category_id}/skus/"
    freshness.clear()

    assert api.get(url).status_code == 200
    assert freshness
    assert all(freshness)

    freshness.clear()
    assert api.get(url, {"min_price": "0.07"}).status_code == 200
    assert freshness
    assert not any(freshness)


def test_without_a_store_nothing_is_kept_and_rows_need_not_be_fresh(api, freshness, settings):
    settings.HOT_BYTES = False
    url = f"/api/v1/categories/{SkuFactory().spu.category_id}/skus/"
    freshness.clear()

    assert api.get(url).status_code == 200
    assert freshness
    assert not any(freshness)


def test_what_is_sent_again_for_a_moment_is_made_of_fresh_rows(api, freshness, settings):
    settings.SEARCH_KEEP_SECONDS = 5
    SkuFactory()
    freshness.clear()

    assert api.get("/api/v1/skus/search/", {"q": "SKU"}).status_code == 200
    assert freshness
    assert all(freshness)


def test_fresh_reads_end_where_they_were_asked_for():
    def fail():
        with reading.fresh():
            assert reading.is_fresh()
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert not reading.is_fresh()
