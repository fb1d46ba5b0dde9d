"""Reads from a real streaming replica: who may, who must not, and what happens when it is late or gone."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache.backends.base import BaseCache
from django_redis.cache import RedisCache

from accounts.models import User
from accounts.tokens import access_token_for
from kernel import bytestore
from kernel.regions import AREAS
from meiduo.replicas import visitors
from meiduo.settings.parts.cache import on_redis
from tests.factories.areas import address_values, install_areas, make_address
from tests.factories.people import PASSWORD, UserFactory
from tests.faults.consumers import ROOT, eventually
from tests.faults.private_postgres import PrivatePostgres, here, private_postgres
from tests.faults.private_redis import private_redis
from tests.faults.stand import Stand, going_on, stand
from tests.faults.standby import LOGGED, Standby, Statements, standby_of

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis]

ADDRESSES = "/addresses/"
TABLE = "accounts_address"
TOKEN = "seen-by-prometheus"
#: Longer than any test pauses the replica; and short, but longer than this machine is busy.
PATIENT, STRICT = "600", "4"


@dataclass
class Shop:
    """A primary, its replica, and the mall on both."""

    primary: PrivatePostgres
    replica: Standby
    redis_url: str
    #: The mall, taking a very old replica, so that what else protects readers can be seen.
    patient: Stand
    #: Each has one address. The last ones are given away, one for a test; the first is everybody's bystander.
    users: list[User]


@contextmanager
def mall(
    folder: Path, primary: PrivatePostgres, replica: Standby, redis_url: str, *, max_lag: str, **more: str
) -> Iterator[Stand]:
    """The mall on these two, with one web process."""
    given = {
        "DATABASE_REPLICA_URLS": replica.url,
        "REPLICA_MAX_LAG": max_lag,
        "REPLICA_PIN": "900",
        # Each answer is Django's own.
        "HOT_LAYER": "false",
        "METRICS_TOKEN": TOKEN,
        **more,
    }
    with stand(folder, database_url=primary.url, redis_url=redis_url, queue_url=redis_url, **given) as one:
        one.web(workers=1)
        yield one


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    with (
        private_postgres(options=LOGGED) as primary,
        private_redis(folder) as server,
        django_db_blocker.unblock(),
        here(primary),
    ):
        install_areas()
        users = [UserFactory() for _one in range(20)]
        for user in users:
            make_address(user, receiver="以前")
        with (
            standby_of(primary) as replica,
            mall(folder, primary, replica, server.url, max_lag=PATIENT) as patient,
        ):
            yield Shop(primary, replica, server.url, patient, users)


@pytest.fixture(autouse=True)
def _replica_follows(shop):
    """Whatever the test before did to it."""
    shop.replica.resume()
    shop.replica.follow()
    yield
    shop.replica.resume()


@pytest.fixture
def strict(shop, tmp_path):
    """The mall as it is, taking out a replica that is some seconds late."""
    with mall(tmp_path, shop.primary, shop.replica, shop.redis_url, max_lag=STRICT) as one:
        yield one


@pytest.fixture
def unprotected(shop, tmp_path):
    """The mall without fresh reads for what is kept, and without a second try at the primary."""
    settings = "tests.faults.unprotected.settings"
    with mall(
        tmp_path, shop.primary, shop.replica, shop.redis_url, max_lag=PATIENT, DJANGO_SETTINGS_MODULE=settings
    ) as one:
        yield one


@pytest.fixture
def buyer(shop):
    """A buyer with one address, known by no mark yet."""
    return shop.users.pop()


def cache_of(shop: Shop, prefix: str) -> BaseCache:
    """The shared cache of the mall under test."""
    given = on_redis(shop.redis_url) | {"KEY_PREFIX": prefix}
    return RedisCache(given["LOCATION"], given)


@pytest.fixture
def marks(shop):
    """Where the marks of writers are."""
    return cache_of(shop, "mall")


def receivers(answer) -> list[str]:
    assert answer.status == 200, answer
    return [one["receiver"] for one in answer.answer["addresses"]]


def read_from_replica(shop: Shop, client) -> bool:
    """Whether this client's list comes from the replica, by the logs of both servers."""
    there, here_ = Statements(shop.replica), Statements(shop.primary)
    answer = client.ask("GET", ADDRESSES)
    assert answer.status == 200, answer
    places = bool(there.about(TABLE)), bool(here_.about(TABLE))
    assert places in {(True, False), (False, True)}
    return places[0]


def on_replica(shop: Shop, one: Stand, user: User):
    """A client of this buyer whose reads come from the replica."""
    client = one.client(user)
    eventually(lambda: read_from_replica(shop, client), why=one.log()[-3000:])
    return client


def test_a_list_is_read_from_the_replica_and_who_asks_from_the_primary(shop, buyer):
    client = on_replica(shop, shop.patient, buyer)

    there, primary = Statements(shop.replica), Statements(shop.primary)
    answer = client.ask("GET", ADDRESSES)

    assert receivers(answer) == ["以前"]
    assert there.about(TABLE)
    assert all(line.startswith("mall-replica~") for line in there.about(TABLE))
    assert not primary.about(TABLE)
    # A login that ended has ended, whatever the replica knows of it.
    assert primary.about("accounts_user")
    assert not there.about("accounts_user")


def test_what_is_decided_by_is_read_from_the_primary(shop, buyer):
    client = on_replica(shop, shop.patient, buyer)
    there = Statements(shop.replica)

    assert client.ask("GET", "/cart/").status == 200
    assert client.ask("GET", "/orders/123/").status == 404
    assert client.ask("GET", "/user/").status == 200

    assert not [table for table in ("shop_cartline", "shop_order", "accounts_user") if there.about(table)]


def test_a_visitor_reads_its_own_write_while_the_replica_does_not_know_it(shop, buyer, marks):
    client = on_replica(shop, shop.patient, buyer)
    other = on_replica(shop, shop.patient, shop.users[0])
    shop.replica.pause()

    assert client.ask("POST", ADDRESSES, address_values(receiver="现在")).status == 201

    assert receivers(client.ask("GET", ADDRESSES)) == ["现在", "以前"]
    # An application keeps no cookies: its mark is known by its token alone.
    app = shop.patient.client(buyer)
    assert receivers(app.ask("GET", ADDRESSES)) == ["现在", "以前"]
    # The others go on reading there.
    assert read_from_replica(shop, other)
    # Control: without the mark the same buyer reads from the replica, and the write is not there.
    marks.set(visitors.of_user(buyer.pk), 0)
    assert receivers(app.ask("GET", ADDRESSES)) == ["以前"]


def test_once_the_replica_shows_the_write_its_writer_reads_there_again(shop, buyer):
    client = on_replica(shop, shop.patient, buyer)
    shop.replica.pause()
    assert client.ask("POST", ADDRESSES, address_values(receiver="现在")).status == 201
    assert not read_from_replica(shop, client)

    shop.replica.resume()

    eventually(lambda: read_from_replica(shop, client))
    assert receivers(client.ask("GET", ADDRESSES)) == ["现在", "以前"]


def test_a_mark_that_was_lost_is_no_proof_that_nothing_was_written(shop, buyer, marks):
    client = on_replica(shop, shop.patient, buyer)
    shop.replica.pause()
    assert client.ask("POST", ADDRESSES, address_values(receiver="现在")).status == 201
    marks.delete(visitors.of_user(buyer.pk))

    app = shop.patient.client(buyer)
    assert receivers(app.ask("GET", ADDRESSES)) == ["现在", "以前"]
    # And the mark that is there now is no older than the write.
    assert receivers(app.ask("GET", ADDRESSES)) == ["现在", "以前"]


def test_while_redis_is_away_and_after_it_lost_everything_a_writer_reads_from_the_primary(shop, buyer, tmp_path):
    with (
        private_redis(tmp_path) as server,
        mall(tmp_path, shop.primary, shop.replica, server.url, max_lag=PATIENT) as one,
    ):
        client = on_replica(shop, one, buyer)
        shop.replica.pause()
        assert client.ask("POST", ADDRESSES, address_values(receiver="现在")).status == 201
        app = one.client(buyer)

        server.kill()
        assert receivers(app.ask("GET", ADDRESSES)) == ["现在", "以前"]
        server.start()
        assert receivers(app.ask("GET", ADDRESSES)) == ["现在", "以前"]
        # Anonymous visitors are no writers, and are still read for from the replica.
        there = Statements(shop.replica)
        assert httpx.get(f"{one.url}/sitemap-products-1.xml", timeout=30).status_code == 404
        assert there.about("shop_sku")


def test_a_login_is_a_write_of_the_user_who_arrives(shop, buyer):
    on_replica(shop, shop.patient, buyer)
    shop.replica.pause()
    with shop.primary.session() as cursor:
        # As the guest's cart that moves in: rows of the buyer that came with the login.
        cursor.execute("UPDATE accounts_address SET receiver = '现在' WHERE user_id = %s", [buyer.pk])
        # Of the tests' own cheap kind the mall as it runs knows nothing.
        hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
        cursor.execute("UPDATE accounts_user SET password = %s WHERE id = %s", [hashed, buyer.pk])

    app = shop.patient.client()
    login = app.ask("POST", "/authorizations/", {"username": buyer.username, "password": PASSWORD})
    assert login.status == 200, login

    arrived = shop.patient.client(buyer)
    assert receivers(arrived.ask("GET", ADDRESSES)) == ["现在"]


def test_a_browser_is_known_by_its_cookie_even_when_the_account_is_another(shop, buyer):
    writer, other = on_replica(shop, shop.patient, buyer), shop.users.pop()
    on_replica(shop, shop.patient, other)
    shop.replica.pause()
    assert writer.ask("POST", ADDRESSES, address_values(receiver="现在")).status == 201
    token = {"Authorization": f"Bearer {access_token_for(other)}"}

    def places(**cookies: str) -> tuple[bool, bool]:
        there, here_ = Statements(shop.replica), Statements(shop.primary)
        url = f"{shop.patient.url}/api/v1{ADDRESSES}"
        assert httpx.get(url, headers=token, cookies=cookies, timeout=30).status_code == 200
        return bool(there.about(TABLE)), bool(here_.about(TABLE))

    cookie = writer._http.cookies[visitors.COOKIE]
    assert places() == (True, False)
    assert places(**{visitors.COOKIE: cookie}) == (False, True)
    # What is not signed by us is nobody.
    assert places(**{visitors.COOKIE: cookie[:-1] + ("a" if cookie[-1] != "a" else "b")}) == (True, False)


def test_kept_bytes_are_never_made_of_what_a_late_replica_shows(shop, unprotected, monkeypatch):
    kept = cache_of(shop, "mall-bytes")
    monkeypatch.setattr(bytestore, "_cache", lambda: kept)
    ready = on_replica(shop, unprotected, shop.users[0])
    on_replica(shop, shop.patient, shop.users[0])

    def provinces(one: Stand) -> set[str]:
        return {area["name"] for area in httpx.get(f"{one.url}/api/v1/areas/", timeout=30).json()}

    assert "广东省" in provinces(shop.patient)
    shop.replica.pause()
    with shop.primary.session() as cursor:
        cursor.execute("UPDATE accounts_area SET name = '粤' WHERE name = '广东省'")
    try:
        bytestore.drop(AREAS)
        there = Statements(shop.replica)
        assert "粤" in provinces(shop.patient)
        assert not there.about("accounts_area")
        # Control: the same answer made of any read is old, and then kept and given to everybody.
        bytestore.drop(AREAS)
        eventually(lambda: read_from_replica(shop, ready))
        assert "广东省" in provinces(unprotected)
        assert "广东省" in provinces(shop.patient)
    finally:
        with shop.primary.session() as cursor:
            cursor.execute("UPDATE accounts_area SET name = '广东省' WHERE name = '粤'")
        bytestore.drop(AREAS)


def test_a_replica_that_is_late_is_out_and_comes_back(shop, strict, buyer):
    client = on_replica(shop, strict, buyer)
    # A quiet primary is no lag: after many looks of both malls, for longer than the limit, the replica is read.
    looked = Statements(shop.replica)
    eventually(lambda: looked.looks() > 2 * 3 * int(STRICT))
    eventually(lambda: read_from_replica(shop, client))

    shop.replica.pause()
    with shop.primary.session() as cursor:
        cursor.execute("UPDATE accounts_address SET receiver = '现在' WHERE user_id = %s", [buyer.pk])
    eventually(lambda: not read_from_replica(shop, client), why=strict.log()[-3000:])

    assert receivers(client.ask("GET", ADDRESSES)) == ["现在"]
    ready = eventually(lambda: _degraded_by_replicas(strict))
    assert ready.status_code == 200
    eventually(lambda: _metric(strict, 'mall_replica_in_use{replica="replica_1"}') == 0)
    doctor = _doctor(strict)
    assert "replica_1" in doctor
    assert "and is not read" in doctor
    assert "replica is out" in strict.log("web")

    shop.replica.resume()

    eventually(lambda: read_from_replica(shop, client))
    eventually(lambda: _metric(strict, 'mall_replica_in_use{replica="replica_1"}') == 1)
    assert _metric(strict, 'mall_replica_requests_total{database="replica_1"}') >= 1
    doctor = _doctor(strict)
    assert "follows" in doctor
    assert "is not read" not in doctor


def _degraded_by_replicas(one: Stand) -> httpx.Response | None:
    answer = httpx.get(f"{one.url}/readyz", timeout=30)
    return answer if "replicas" in answer.json()["failing"] else None


def _metric(one: Stand, name: str) -> float:
    page = httpx.get(f"{one.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30).text
    return next((float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith(name)), -1)


def _doctor(one: Stand) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env=one.surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout


def test_a_replica_that_dies_costs_no_answer_and_comes_back(shop, strict, buyer):
    clients = [on_replica(shop, strict, user) for user in (buyer, shop.users[0])]
    died = False
    try:
        with going_on(*[lambda one=one: one.ask("GET", ADDRESSES) for one in clients]):
            asked = sum(len(one.asked) for one in clients)
            shop.replica.stop("immediate")
            died = True
            eventually(lambda: sum(len(one.asked) for one in clients) > asked + 50)
        assert {one.status for client in clients for one in client.asked} == {200}
        assert not read_from_replica(shop, clients[0])
    finally:
        if died:
            shop.replica.start()
    eventually(lambda: read_from_replica(shop, clients[0]), why=strict.log()[-3000:])


@pytest.mark.parametrize("protected", [True, False], ids=["protected", "control"])
def test_a_question_that_fails_on_the_replica_is_put_to_the_primary(shop, protected, buyer, request):
    one = shop.patient if protected else request.getfixturevalue("unprotected")
    client = on_replica(shop, one, buyer)
    with shop.primary.session() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE accounts_address IN ACCESS EXCLUSIVE MODE")
        with shop.primary.session() as another:
            # Its commit takes along what was not yet sent.
            another.execute("SELECT pg_logical_emit_message(true, 'test', 'here')")
        # The lock is there too, and stays while the primary's own is long gone.
        eventually(lambda: _is_locked(shop.replica))
        shop.replica.pause()
        cursor.execute("COMMIT")
    there = Statements(shop.replica)

    answer = client.ask("GET", ADDRESSES)

    assert there.about(TABLE)
    if protected:
        assert receivers(answer) == ["以前"]
    else:
        assert (answer.status, answer.code) == (409, "busy")


def _is_locked(replica: Standby) -> bool:
    with replica.session() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'accounts_address'::regclass"
            " AND mode = 'AccessExclusiveLock' AND granted"
        )
        return bool(cursor.fetchone()[0])
