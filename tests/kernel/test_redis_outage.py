"""A Redis that hangs costs one time-out, not one for each question. On a real server that stands still."""

import threading
import time

import pytest
import redis

from kernel import redis_outage
from tests.faults.private_redis import private_redis

pytestmark = [pytest.mark.fault, pytest.mark.redis]

TIMEOUT = 1.0
QUESTIONS = 6


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr(redis_outage, "_outages", {})
    # Longer than the test: what is measured is not cut by a second try.
    monkeypatch.setattr(redis_outage, "REST", 600.0)
    with private_redis(tmp_path) as one:
        yield one


def client_of(server, kind):
    pool = redis.ConnectionPool.from_url(
        server.url, connection_class=kind, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    )
    return redis.Redis(connection_pool=pool)


def waited(client):
    """Seconds that so many questions took; each of them failed."""
    began = time.monotonic()
    for _question in range(QUESTIONS):
        with pytest.raises((redis.ConnectionError, redis.TimeoutError)):
            client.get("key")
    return time.monotonic() - began


def test_a_server_that_hangs_costs_one_time_out_however_often_it_is_asked(server):
    client, other = (client_of(server, redis_outage.FailingFast) for _client in range(2))
    assert client.ping()
    server.freeze()

    took = waited(client) + waited(other)

    server.thaw()
    client.close()
    other.close()
    assert TIMEOUT <= took < 2 * QUESTIONS * TIMEOUT / 2


def test_control_without_it_each_question_waits_in_vain(server):
    client = client_of(server, redis.Connection)
    assert client.ping()
    server.freeze()

    took = waited(client)

    server.thaw()
    client.close()
    assert took >= QUESTIONS * TIMEOUT


def test_one_connection_tries_and_all_go_on_when_it_is_answered(server, monkeypatch):
    client = client_of(server, redis_outage.FailingFast)
    server.freeze()
    waited(client)
    server.thaw()
    with pytest.raises(redis.ConnectionError, match="a moment ago"):
        client.get("key")

    for outage in redis_outage._outages.values():
        outage.until = time.monotonic()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(_asked(client))) for _thread in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert "answered" in answers
    assert client.get("key") is None
    assert redis_outage._outages == {}
    client.close()


def test_a_server_that_refuses_is_asked_each_time(server):
    client = client_of(server, redis_outage.FailingFast)
    server.kill()

    assert waited(client) < QUESTIONS * TIMEOUT
    assert redis_outage._outages == {}
    server.start()
    assert client.ping()
    client.close()


def _asked(client):
    try:
        client.get("key")
    except redis.ConnectionError:
        return "refused"
    return "answered"
