"""Tallies: counted from many sides at once, drained once."""

import threading

import pytest

from kernel import tally

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.TALLY_DIR = tmp_path / "tallies"


def test_what_was_counted_is_drained_once():
    for key in (7, 7, 9):
        tally.add("views", key)
    tally.add("other", 7)

    assert tally.drain("views") == {7: 2, 9: 1}
    assert tally.drain("views") == {}
    assert tally.drain("other") == {7: 1}


def test_what_is_put_back_is_counted_with_the_rest():
    tally.add("views", 7)
    tally.put_back("views", {7: 3, 8: 2})

    assert tally.drain("views") == {7: 4, 8: 2}


def test_nothing_is_lost_or_doubled_when_many_count_while_one_drains():
    drained = tally.drain("views")
    start = threading.Barrier(5)

    def count():
        start.wait()
        for _ in range(200):
            tally.add("views", 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    start.wait()
    while any(thread.is_alive() for thread in threads):
        drained += tally.drain("views")
    for thread in threads:
        thread.join()
    drained += tally.drain("views")

    assert drained == {1: 800}


def test_a_store_that_is_down_loses_the_count_and_nothing_else(monkeypatch, caplog):
    def broken(*args):
        raise OSError("disk full")

    monkeypatch.setattr(tally, "_append", broken)
    monkeypatch.setattr(tally, "on_redis", lambda: False)

    tally.add("views", 1)

    assert "tally cannot be counted" in caplog.text


def test_a_file_that_nobody_drains_stops_growing(monkeypatch):
    monkeypatch.setattr(tally, "on_redis", lambda: False)
    monkeypatch.setattr(tally, "FULL", 8)

    for _ in range(10):
        tally.add("views", 1)

    assert tally.drain("views") == {1: 2}


def test_half_a_line_is_left_out(monkeypatch, settings):
    monkeypatch.setattr(tally, "on_redis", lambda: False)
    tally.add("views", 5)
    with open(settings.TALLY_DIR / "views.tally", "a") as file:
        file.write("12")

    assert tally.drain("views") == {5: 1}
