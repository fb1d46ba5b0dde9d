"""Readiness names the part that fails, within a second, and a part that hangs blocks nothing."""

import threading
import time

import pytest

from meiduo import health
from meiduo.parts import Part


def _part(name, *, vital=True, ping=lambda: None):
    return Part(name, "test engine", vital, ping, lambda: iter(()))


@pytest.fixture
def parts(monkeypatch):
    chosen = []
    monkeypatch.setattr(health, "every_part", lambda: chosen)
    monkeypatch.setattr(health, "_running", {})
    return chosen


def test_the_process_lives_whatever_its_parts_do(client):
    assert client.get("/livez").content == b"ok"


def test_all_parts_working_is_ready(client, parts):
    parts += [_part("database"), _part("cache")]

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["failing"] == []


def test_a_failing_vital_part_is_named_and_its_cause_is_not(client, parts):
    def broken():
        raise ConnectionError("password=secret")

    parts += [_part("database"), _part("cache", ping=broken)]

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["failing"] == ["cache"]
    assert "secret" not in answer.content.decode()


def test_a_part_that_is_not_vital_degrades_but_closes_nothing(client, parts):
    def broken():
        raise TimeoutError

    parts += [_part("database"), _part("search", vital=False, ping=broken)]

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["failing"] == ["search"]


def test_a_part_that_hangs_is_named_in_time_and_not_asked_twice(client, parts):
    release = threading.Event()
    asked = []

    def hang():
        asked.append(1)
        release.wait(20)

    parts += [_part("queue", ping=hang)]
    try:
        started = time.monotonic()
        first, second = client.get("/readyz"), client.get("/readyz")
        took = time.monotonic() - started
    finally:
        release.set()

    assert first.status_code == second.status_code == 503
    assert first.json()["parts"]["queue"]["state"] == "timeout"
    assert len(asked) == 1
    assert took < 2 * health.DEADLINE + 2


@pytest.mark.django_db(transaction=True)
def test_the_real_parts_of_this_machine_answer(client):
    body = client.get("/readyz").json()

    assert body["parts"]["database"]["state"] == "ok"
    assert body["parts"]["cache"]["state"] == "ok"
    # No consumer runs in tests, and the answer says so.
    assert "worker" in body["failing"]
