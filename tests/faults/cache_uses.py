"""Everything that the mall does with its cache, each once, on whatever Redis the settings name."""

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import cache, caches

from kernel import bytestore, journal, limits, metrics, oneuse, tally
from kernel.limits import Backoff, Window
from kernel.oneuse import Verdict


def every_use() -> None:
    """Limits, codes, bytes, sessions, counts and lines work; a key of each is left behind."""
    _limits_are_all_or_none()
    _codes_count_once()
    _bytes_are_kept_and_dropped()
    _sessions_are_in_the_cache()
    _counts_and_lines_are_drained_once()
    _the_cache_does_what_django_promises()


def _limits_are_all_or_none() -> None:
    # So many that on a Cluster they would fall to all nodes.
    rules = [Window(limits.key("uses.many", number), 2, 600) for number in range(12)]
    limits.take(*rules, Backoff(limits.key("uses.backoff"), free=9))
    limits.take(*rules)
    with pytest.raises(limits.Limited) as refused:
        limits.take(Window(limits.key("uses.other"), 5, 600), *rules)
    assert len(refused.value.refusals) == 12
    assert limits.counted(limits.key("uses.other")) == 0
    limits.settle(clear=[rules[0].key], undo=[rules[1].key], mark={limits.key("uses.mark"): 600})
    assert [limits.counted(rule.key) for rule in rules[:3]] == [0, 1, 2]
    assert limits.marked(limits.key("uses.mark"))


def _codes_count_once() -> None:
    for number in range(8):
        oneuse.put(f"uses.{number}", "246810", seconds=600, tries=3, payload="42 个")
        assert oneuse.use(f"uses.{number}", "000000").verdict is Verdict.WRONG
        assert oneuse.use(f"uses.{number}", "246810").payload == "42 个"
        assert oneuse.use(f"uses.{number}", "246810").verdict is Verdict.GONE


def _bytes_are_kept_and_dropped() -> None:
    regions = [f"uses-{number}" for number in range(6)]
    for region in regions:
        bytestore.save(bytestore.key_for(region, "/a"), "手机".encode())
        kept = bytestore.load(region, "/a")
        assert kept is not None
        assert kept.body == "手机".encode()
    before = bytestore.versions(regions)
    assert len(before) == 6
    bytestore.drop(regions[0])
    after = bytestore.versions(regions)
    assert after[regions[0]] != before[regions[0]]
    assert bytestore.load(regions[0], "/a") is None
    assert bytestore.load(regions[1], "/a") is not None


def _sessions_are_in_the_cache() -> None:
    session = SessionStore()
    session["cart"] = {"1": 2}
    session.save()
    assert cache.get(session.cache_key) == {"cart": {"1": 2}}
    assert SessionStore(session.session_key)["cart"] == {"1": 2}


def _counts_and_lines_are_drained_once() -> None:
    tally.drain("uses")
    tally.add("uses", 7, 3)
    tally.add("uses", 7)
    assert tally.drain("uses") == {7: 4}
    assert tally.drain("uses") == {}
    journal.append("uses", ["一", "二", "三"])
    assert journal.take("uses", most=2) == ["一", "二"]
    assert journal.take("uses", most=2) == ["三"]
    metrics._hand_on({"uses.a": 2, "uses.b": 0.5})
    assert metrics._handed_on()["uses.a"] >= 2


def _the_cache_does_what_django_promises() -> None:
    values = {f"uses:{number}": number for number in range(20)}
    cache.set_many(values, 600)
    assert cache.get_many([*values, "uses:none"]) == values
    assert cache.incr("uses:1", 4) == 5
    assert not cache.add("uses:1", 9)
    assert cache.touch("uses:1", 900)
    cache.delete_many(values)
    assert cache.get_many(values) == {}
    cache.set("uses:left", [1], 600)
    caches["bytes"].set("uses:left", [2], 600)
    assert (cache.get("uses:left"), caches["bytes"].get("uses:left")) == ([1], [2])
