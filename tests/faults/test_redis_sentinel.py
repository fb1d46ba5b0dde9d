"""Redis behind Sentinels: real servers, a primary that is killed, and a shop that goes on."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches
from redis.exceptions import RedisError

from kernel import bytestore, limits, oneuse
from kernel.limits import Window
from meiduo.settings.parts.cache import on_redis
from tasks.queue import MallRedisHuey
from tests.accounts.people import get, post
from tests.factories.people import PASSWORD
from tests.factories.trade import buyer_with_address, flat_freight, sku_with_stock
from tests.faults.cache_uses import every_use
from tests.faults.consumers import ROOT, Yard, eventually
from tests.faults.redis_servers import Watched, ending

pytestmark = [pytest.mark.fault, pytest.mark.redis]


@pytest.fixture
def watched(tmp_path, settings):
    """The cache is on a Redis behind Sentinels from here on."""
    with ending(Watched(tmp_path)) as servers:
        one = on_redis(servers.url())
        settings.CACHES = {
            **settings.CACHES,
            "default": one,
            "bytes": one | {"KEY_PREFIX": "mall-bytes"},
        }
        yield servers


def _works():
    with suppress(RedisError):
        limits.take(Window(limits.key("test.works"), 1_000_000, 600))
        return True
    return False


@pytest.mark.django_db
def test_every_use_of_the_cache_works_behind_sentinels(watched):
    every_use()


@pytest.mark.django_db
def test_nothing_is_read_from_a_replica(watched):
    every_use()

    told = watched.client(watched.replica).info("commandstats")

    # What a primary sends its replica are writes; a read of the shop's would stand here.
    assert not {"cmdstat_get", "cmdstat_mget", "cmdstat_hmget", "cmdstat_evalsha"} & set(told)


@pytest.mark.django_db
def test_failover_keeps_what_was_replicated_and_lets_nothing_through_meanwhile(watched, client, record_property):
    once = Window(limits.key("test.once"), 1, 3600)
    limits.take(once)
    oneuse.put("test.code", "246810", seconds=3600, tries=3)
    session = SessionStore()
    session["cart"] = {"1": 2}
    session.save()
    flat_freight()
    buyer, sku = buyer_with_address(), sku_with_stock(9)
    bytestore.save(bytestore.key_for("home", "/a"), b"before")
    bytestore.drop("home")
    version = bytestore.versions(["home"])["home"]
    watched.replicated()

    watched.let_pass(3_600_000)
    watched.kill(watched.primary)

    # Closed: neither a limit that is reached nor one that is not lets anybody through, and no code is right.
    with pytest.raises(RedisError):
        limits.take(Window(limits.key("test.fresh"), 5, 60))
    with pytest.raises(RedisError):
        oneuse.use("test.code", "246810")
    log_in = post(client, "/authorizations/", {"username": buyer.username, "password": PASSWORD})
    assert (log_in.status_code, log_in.json()["code"]) == (507, "storage.trouble")
    # Open: what is kept as bytes is rendered anew, and buying goes on: its truth is the database.
    assert bytestore.load("home", "/a") is None
    assert get(client, "/areas/").status_code == 200
    assert post(client, "/cart/", {"sku_id": sku.pk, "count": 1}, who=buyer).status_code in (200, 201)
    ordered = {"address": buyer.addresses.get().pk, "pay_method": 2, "items": [{"sku_id": sku.pk, "count": 2}]}
    assert post(client, "/orders/", ordered, who=buyer).status_code == 201

    begun = time.monotonic()
    watched.let_pass(1000)
    eventually(_works, why="the shop finds the promoted replica")
    took = time.monotonic() - begun
    assert watched.is_promoted()
    with pytest.raises(limits.Limited):
        limits.take(once)
    assert oneuse.use("test.code", "246810")
    assert not oneuse.use("test.code", "246810")
    assert caches["default"].get(session.cache_key) == {"cart": {"1": 2}}
    assert bytestore.versions(["home"])["home"] == version
    assert post(client, "/authorizations/", {"username": buyer.username, "password": PASSWORD}).status_code == 200
    record_property("seconds_until_the_shop_counted_again", round(took, 1))

    # The old one comes back, and is not written to. Only of one that answered all along for eight seconds do Sentinels
    # make a replica, and on a busy machine answers are more than a second late.
    watched.let_pass(10_000)
    watched.start(
        watched.primary,
        *("--save", "", "--appendonly", "yes", "--requirepass", "s:e/c@ret", "--masterauth", "s:e/c@ret"),
    )
    old = watched.client(watched.primary)
    eventually(lambda: old.role()[0] == b"slave" and old.info("replication")["master_link_status"] == "up")
    every_use()


@pytest.mark.parametrize("protected", [True, False], ids=["protected", "control"])
def test_a_drop_that_no_replica_has_is_not_taken_for_done(watched, monkeypatch, protected):
    """A replica that took over without it would bring the old version back, and its bytes. The control takes it so."""
    bytestore.drop("home")
    watched.processes[watched.replica].send_signal(signal.SIGSTOP)
    if not protected:
        monkeypatch.setattr(bytestore, "is_on_a_replica", lambda key, alias: True)
    try:
        if protected:
            with pytest.raises(bytestore.DropLost):
                bytestore.drop("home")
        else:
            bytestore.drop("home")
    finally:
        watched.processes[watched.replica].send_signal(signal.SIGCONT)


def test_a_drop_outlives_the_primary_that_took_it(watched):
    for _ in range(20):
        bytestore.drop("home")
    version = bytestore.versions(["home"])["home"]

    watched.fail_over()

    eventually(_works)
    assert bytestore.versions(["home"]) == {"home": version}
    # And alone, without any replica, drops are still taken.
    bytestore.drop("home")
    assert bytestore.versions(["home"])["home"] != version


class SentinelYard(Yard):
    """Consumers whose queue is behind Sentinels."""

    def __init__(self, folder, servers):
        self.folder = folder
        self.processes = []
        self.queue_url = servers.url(1)
        self.queue = MallRedisHuey("mall", url=self.queue_url)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_failover_the_queue_goes_on_with_what_was_replicated(watched, tmp_path):
    at_work = SentinelYard(tmp_path, watched)
    try:
        consumer = at_work.start()
        at_work.put("hold", "running")
        eventually(lambda: at_work.lines("begun"), why=at_work.log()[-3000:])
        # Two workers: the second one holds this, and the rest waits in the queue.
        at_work.put("hold", "beside")
        eventually(lambda: len(at_work.lines("begun")) == 2, why=at_work.log()[-3000:])
        for number in range(5):
            at_work.put("hold", f"waiting-{number}")
        watched.replicated()

        watched.let_pass(3_600_000)
        watched.kill(watched.primary)
        with pytest.raises(RedisError):
            at_work.put("hold", "during")
        watched.let_pass(1000)
        at_work.say("go")
        eventually(watched.is_promoted)

        # The same process finds the new primary, and nothing that the replica had is lost or done twice.
        eventually(lambda: len(at_work.lines("ended")) == 7, why=at_work.log()[-3000:])
        assert consumer.poll() is None
        assert sorted(at_work.lines("ended")) == [
            "beside",
            "running",
            *(f"waiting-{number}" for number in range(5)),
        ]
        at_work.put("hold", "after")
        eventually(lambda: "after" in at_work.lines("ended"), why=at_work.log()[-3000:])
    finally:
        at_work.say("go")
        at_work.say("leave")
        for process in at_work.processes:
            process.kill()
            process.wait(30)


def test_the_doctor_looks_through_the_sentinels(watched, tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    named = {
        "REDIS_URL": watched.url(),
        "HUEY_REDIS_URL": watched.url(1),
        "DATABASE_URL": "",
        "MEILISEARCH_URL": "",
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "meiduo.settings.dev",
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env=os.environ | named,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    said = done.stdout + done.stderr
    at = f"127.0.0.1:{watched.primary}"
    for line in (
        f"{at}: maxmemory not set, policy noeviction",
        f"{at}: appendonly is on",
        f"{at}: eviction policy noeviction",
        f"{at}: 1 replicas",
        "3 of 4 Sentinels know the primary of mymaster",
    ):
        assert line in said, said
    assert "s:e/c@ret" not in said
