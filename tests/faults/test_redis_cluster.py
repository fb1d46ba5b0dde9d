"""The cache on a Redis Cluster: keys on all its nodes, and the queue refused there."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from django.core.cache import cache, caches
from redis.exceptions import RedisClusterException, RedisError

from kernel import bytestore, limits, oneuse, shared_store
from kernel.limits import Window
from kernel.redis_clients import client_of
from meiduo.settings.parts.cache import on_redis
from tests.accounts.people import get, post
from tests.factories.people import PASSWORD, UserFactory
from tests.faults.cache_uses import every_use
from tests.faults.consumers import ROOT, eventually
from tests.faults.redis_servers import Cluster, ending

pytestmark = [pytest.mark.fault, pytest.mark.redis]


@pytest.fixture
def cache_on(settings):
    """Put the cache on the Redis of this address."""

    def put(url):
        one = on_redis(url)
        settings.CACHES = {**settings.CACHES, "default": one, "bytes": one | {"KEY_PREFIX": "mall-bytes"}}

    return put


@pytest.fixture
def cluster(tmp_path, cache_on):
    """The cache is on a Cluster of three primaries from here on."""
    with ending(Cluster(tmp_path)) as servers:
        cache_on(servers.url)
        yield servers


@pytest.mark.django_db
def test_every_use_of_the_cache_works_on_a_cluster(cluster):
    every_use()
    # And the keys are everywhere, or this would have shown nothing.
    assert all(cluster.client(port).dbsize() for port in cluster.nodes)

    cache.clear()
    assert [cluster.client(port).dbsize() for port in cluster.nodes] == [0, 0, 0]


@pytest.mark.django_db
def test_control_without_a_common_slot_a_cluster_refuses_limits(cluster, monkeypatch):
    monkeypatch.setattr(shared_store, "_on_cluster", lambda: False)
    rules = [Window(limits.key("test.many", number), 2, 600) for number in range(12)]

    with pytest.raises(RedisClusterException, match="same key slot"):
        limits.take(*rules)


@pytest.mark.django_db
def test_buyers_log_in_and_are_limited(cluster, client):
    buyer = UserFactory()

    assert post(client, "/authorizations/", {"username": buyer.username, "password": PASSWORD}).status_code == 200
    for _ in range(12):
        last = post(client, "/authorizations/", {"username": buyer.username, "password": "wrong-guess-1"})
    assert last.status_code == 429


@pytest.mark.django_db
def test_without_any_node_limits_are_closed_and_reading_goes_on(cache_on, client):
    cache_on("cluster://127.0.0.1:1,127.0.0.1:2")
    buyer = UserFactory()

    with pytest.raises(RedisClusterException):
        limits.take(Window(limits.key("test.closed"), 5, 60))
    answer = post(client, "/authorizations/", {"username": buyer.username, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage.trouble")
    assert bytestore.load("home", "/a") is None
    assert get(client, "/areas/").status_code == 200


@pytest.mark.django_db
def test_failover_of_one_primary_keeps_the_limits(tmp_path, cache_on):
    with ending(Cluster(tmp_path, replicas=1)) as servers:
        cache_on(servers.url)
        once = Window(limits.key("test.once"), 1, 3600)
        limits.take(once)
        oneuse.put("test.code", "246810", seconds=3600)
        bytestore.drop("home")
        version = bytestore.versions(["home"])["home"]
        client = client_of(servers.url)
        port = client.get_node_from_key(shared_store.slot_key("limits", once.key)).port
        eventually(lambda: servers.client(port).execute_command("WAIT", 1, 500))

        servers.kill(port)
        with pytest.raises(RedisError):
            limits.take(once)

        def refused():
            with suppress(RedisError, RedisClusterException):
                try:
                    limits.take(once)
                except limits.Limited:
                    return True
                raise AssertionError("the limit was lost")
            return False

        eventually(refused)
        assert client.get_node_from_key(shared_store.slot_key("limits", once.key)).port != port
        assert eventually(lambda: bytestore.versions(["home"])) == {"home": version}
        assert oneuse.use("test.code", "246810")
        caches["bytes"].set("test.after", 1, 60)


def _settings(**named):
    surroundings = os.environ | {"PYTHONPATH": "site", "DJANGO_SETTINGS_MODULE": "meiduo.settings.dev"} | named
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.HUEY_REDIS_URL)"],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    "named",
    [
        {"REDIS_URL": "cluster://:hush-hush@h1:7000,h2:7001", "HUEY_REDIS_URL": ""},
        {"REDIS_URL": "redis://h1/0", "HUEY_REDIS_URL": "cluster://:hush-hush@h1:7000"},
    ],
)
def test_a_queue_on_a_cluster_is_refused_by_name_and_without_its_password(named, tmp_path):
    done = _settings(VAR_DIR=str(tmp_path), **named)

    assert done.returncode != 0
    assert "HUEY_REDIS_URL" in done.stderr
    assert "hush-hush" not in done.stderr


def test_a_cluster_with_a_queue_of_its_own_starts(tmp_path):
    done = _settings(VAR_DIR=str(tmp_path), REDIS_URL="cluster://h1:7000", HUEY_REDIS_URL="sentinel://s1/queue/0")

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "sentinel://s1/queue/0"
