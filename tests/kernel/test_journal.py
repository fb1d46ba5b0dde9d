"""Journals: written from many sides at once, taken once."""

import threading

import pytest

from kernel import journal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.TALLY_DIR = tmp_path / "tallies"


def test_what_was_written_is_taken_once_and_in_order():
    journal.append("beacons", ["一", "two"])
    journal.append("beacons", ["three"])
    journal.append("other", ["four"])

    assert journal.take("beacons", most=10) == ["一", "two", "three"]
    assert journal.take("beacons", most=10) == []
    assert journal.take("other", most=10) == ["four"]


def test_what_is_put_back_is_taken_with_the_rest():
    journal.append("beacons", ["new"])
    journal.put_back("beacons", ["old"])
    journal.put_back("beacons", [])

    assert sorted(journal.take("beacons", most=10)) == ["new", "old"]


def test_nothing_is_lost_or_doubled_when_many_write_while_one_takes():
    start = threading.Barrier(5)

    def write(number):
        start.wait()
        for line in range(100):
            journal.append("beacons", [f"{number}-{line}"])

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    start.wait()
    taken = []
    while any(thread.is_alive() for thread in threads):
        taken += journal.take("beacons", most=1000)
    for thread in threads:
        thread.join()
    taken += journal.take("beacons", most=1000)

    assert len(taken) == 400
    assert len(set(taken)) == 400


def test_a_store_that_is_down_loses_the_lines_and_nothing_else(monkeypatch, caplog):
    def broken(*args):
        raise OSError("disk full")

    monkeypatch.setattr(journal, "_append", broken)
    monkeypatch.setattr(journal, "on_redis", lambda: False)

    journal.append("beacons", ["one"])

    assert "journal cannot be written" in caplog.text


def test_a_journal_that_nobody_takes_stops_growing(monkeypatch):
    monkeypatch.setattr(journal, "FULL", 8)
    monkeypatch.setattr(journal, "MOST_LINES", 2)

    for _ in range(10):
        journal.append("beacons", ["abc"])

    assert journal.take("beacons", most=100) == ["abc", "abc"]
