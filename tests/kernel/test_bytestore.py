"""Bytes under versions: a drop is seen by everyone, and nothing comes back."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches

from kernel import bytestore, clock
from tests.fakes.parallel import at_once

pytestmark = pytest.mark.django_db
REGION = "tests"


def keep(name, body, **options):
    return bytestore.save(bytestore.key_for(REGION, name), body, **options)


def test_what_is_kept_is_found_until_its_region_is_dropped():
    keep("a", b"one")
    keep("b", b"two")
    other = bytestore.save(bytestore.key_for("elsewhere", "a"), b"three")

    bytestore.drop(REGION)

    assert bytestore.load(REGION, "a") is None
    assert bytestore.load(REGION, "b") is None
    assert bytestore.load("elsewhere", "a") == other


def test_bytes_made_from_what_was_read_before_a_drop_are_never_served():
    key = bytestore.key_for(REGION, "a")
    bytestore.drop(REGION)

    bytestore.save(key, b"stale")

    assert bytestore.load(REGION, "a") is None


def test_a_version_that_was_evicted_does_not_come_back():
    stale = bytestore.key_for(REGION, "a")
    keep("a", b"stale")
    caches["bytes"].delete(f"bytes:version:{REGION}")

    assert bytestore.load(REGION, "a") is None
    assert bytestore.key_for(REGION, "a") != stale


def test_two_drops_of_a_region_without_a_version_leave_two_versions():
    keys = set()
    for _ in range(3):
        caches["bytes"].delete(f"bytes:version:{REGION}")
        bytestore.drop(REGION)
        keys.add(bytestore.key_for(REGION, "a"))

    assert len(keys) == 3


def test_bytes_end_at_the_switch_that_was_announced_and_after_an_hour_at_the_latest():
    with time_machine.travel("2026-11-11T00:00:00+00:00", tick=False) as now:
        keep("switch", b"x", until=clock.now() + timedelta(seconds=90))
        keep("far", b"x", until=clock.now() + timedelta(days=90))
        now.shift(89)
        assert bytestore.load(REGION, "switch") is not None
        now.shift(1)
        assert bytestore.load(REGION, "switch") is None
        now.shift(3509)
        assert bytestore.load(REGION, "far") is not None
        now.shift(1)
        assert bytestore.load(REGION, "far") is None


def test_what_is_over_already_is_not_kept():
    keep("a", b"x", until=clock.now())

    assert bytestore.load(REGION, "a") is None


def test_at_another_moment_nothing_is_kept_or_served():
    keep("now", b"now")

    with clock.seen_at(clock.now()):
        assert bytestore.load(REGION, "now") is None
        keep("then", b"then")

    assert bytestore.load(REGION, "then") is None


def test_a_drop_that_the_cache_did_not_take_is_said(monkeypatch):
    keep("a", b"x")
    monkeypatch.setattr(type(caches["bytes"]), "set", lambda *args, **kwargs: None)

    with pytest.raises(bytestore.DropLost):
        bytestore.drop(REGION)


def test_a_cache_that_keeps_nothing_means_rendering_anew(monkeypatch):
    monkeypatch.setattr(type(caches["bytes"]), "get", lambda *args, **kwargs: None)

    assert bytestore.load(REGION, "a") is None
    assert bytestore.key_for(REGION, "a") is None
    assert bytestore.save(None, b"x").etag.startswith('"')


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_at_once_agree_on_one_version():
    keys = at_once(4, lambda _number: bytestore.key_for(REGION, "a"))

    assert len(set(keys)) == 1
    assert keys[0] == bytestore.key_for(REGION, "a")
