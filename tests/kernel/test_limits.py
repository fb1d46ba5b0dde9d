"""Counters that decide in one step, on whichever store this run has."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from redis.exceptions import RedisError

from kernel import limits
from kernel.limits import Backoff, Limited, Window
from tests.fakes.parallel import at_once


def passes(*rules):
    try:
        limits.take(*rules)
    except Limited:
        return False
    return True


@pytest.mark.django_db
def test_a_window_lets_so_many_through_and_says_when_the_next_may_come():
    rule = Window("test.window", 2, 60)

    assert passes(rule)
    assert passes(rule)
    with pytest.raises(Limited) as limited:
        limits.take(rule)

    assert 59 <= limited.value.retry_after <= 60
    assert limited.value.refusals[0].count == 2


@pytest.mark.django_db
def test_a_window_starts_anew_after_its_seconds_and_not_before():
    rule = Window("test.anew", 1, 60)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        assert passes(rule)
    with time_machine.travel(start + timedelta(seconds=59), tick=False):
        assert not passes(rule)
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        assert passes(rule)
        assert not passes(rule)


@pytest.mark.django_db
def test_when_one_rule_refuses_no_other_has_counted():
    wide, narrow = Window("test.wide", 3, 60), Window("test.narrow", 1, 60)

    assert passes(wide, narrow)
    for _ in range(5):
        assert not passes(wide, narrow)

    assert passes(wide)
    assert passes(wide)
    assert not passes(wide)


@pytest.mark.django_db
def test_a_refusal_names_every_rule_that_refused():
    limits.take(Window("test.a", 1, 60), Window("test.b", 1, 600))

    with pytest.raises(Limited) as limited:
        limits.take(Window("test.a", 1, 60), Window("test.b", 1, 600), Window("test.c", 1, 60))

    assert {refusal.rule.key for refusal in limited.value.refusals} == {"test.a", "test.b"}
    assert limited.value.retry_after > 500


@pytest.mark.django_db
def test_one_counter_can_be_asked_with_a_lower_limit_first():
    limits.take(Window("test.shared", 1, 60))

    assert not passes(Window("test.shared", 1, 60))
    assert passes(Window("test.shared", 2, 60))


@pytest.mark.django_db
def test_a_backoff_doubles_from_the_first_second_to_the_cap():
    rule = Backoff("test.backoff", free=3, cap=10)
    at = timezone.now()
    waits = []
    for _ in range(9):
        with time_machine.travel(at, tick=False):
            limits.take(rule)
            try:
                limits.take(rule)
            except Limited as limited:
                waits.append(limited.retry_after)
                at += timedelta(seconds=limited.retry_after)
            else:
                waits.append(0)

    assert waits[0] == 0
    # The first three are free; trying to see the wait used up one of them.
    assert waits[1:] == [1, 2, 4, 8, 10, 10, 10, 10]


@pytest.mark.django_db
def test_a_backoff_per_ten_doubles_every_ten():
    rule = Backoff("test.tens", free=10, per=10)
    at = timezone.now()
    waits = []
    for _ in range(35):
        with time_machine.travel(at, tick=False):
            limits.take(rule)
            at += timedelta(seconds=0.001)
        for wait in (0, 1, 2, 4, 8):
            with time_machine.travel(at + timedelta(seconds=wait), tick=False):
                if not_waiting(rule):
                    waits.append(wait)
                    at += timedelta(seconds=wait)
                    break

    assert waits == [0] * 9 + [1] * 10 + [2] * 10 + [4] * 6


def not_waiting(rule):
    """Whether the rule would let one through, without counting: a second rule that is full rolls it back."""
    full = Window("test.full", 0, 60)
    limits.take(Window("test.full", 10_000, 60))
    try:
        limits.take(rule, full)
    except Limited as limited:
        return all(refusal.rule is not rule for refusal in limited.refusals)
    raise AssertionError("a window of none let one through")


@pytest.mark.django_db
def test_a_backoff_is_forgotten_after_its_time():
    rule = Backoff("test.forgotten", free=1, kept=7200)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        assert passes(rule)
        assert not passes(rule)
    with time_machine.travel(start + timedelta(hours=3), tick=False):
        assert passes(rule)


@pytest.mark.django_db
def test_settling_clears_takes_back_and_marks():
    pair, address = Backoff("test.pair", free=1), Window("test.address", 2, 60)
    limits.take(pair, address)
    assert not passes(pair)

    limits.settle(clear=["test.pair"], undo=["test.address"], mark={"test.known": 60})

    assert limits.marked("test.known")
    assert not limits.marked("test.other")
    assert passes(pair, address)
    assert passes(address)
    assert not passes(address)


@pytest.mark.django_db
def test_a_mark_ends():
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        limits.settle(mark={"test.mark": 60})
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        assert not limits.marked("test.mark")


@pytest.mark.django_db
def test_taking_back_what_was_never_counted_leaves_nothing_negative():
    limits.settle(undo=["test.never"])

    assert passes(Window("test.never", 1, 60))
    assert not passes(Window("test.never", 1, 60))


@pytest.mark.django_db
def test_counters_that_no_longer_count_are_forgotten_and_others_stay():
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        limits.take(Window("test.short", 1, 10), Window("test.long", 1, 1000))
    with time_machine.travel(start + timedelta(seconds=11), tick=False):
        limits.forget_expired()
        assert passes(Window("test.short", 1, 10))
        assert not passes(Window("test.long", 1, 1000))


@pytest.mark.django_db
def test_a_caller_whose_clock_is_a_little_behind_starts_no_new_window():
    """Of two hosts one is always behind, and of two threads one read its clock first."""
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        assert passes(Window("test.behind", 1, 60))
    for seconds in (0.001, 1, 30):
        with time_machine.travel(start - timedelta(seconds=seconds), tick=False):
            assert not passes(Window("test.behind", 1, 60))


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_exactly_one_passes():
    rules = [Window("test.race.minute", 1, 60), Window("test.race.hour", 5, 3600), Window("test.race.all", 100, 3600)]

    results = at_once(50, lambda number: limits.take(*rules))

    assert results.count(None) == 1
    assert all(isinstance(result, Limited) for result in results if result is not None)
    # The 49 that were refused counted nowhere.
    assert [passes(Window("test.race.hour", 5, 3600)) for _ in range(5)] == [True] * 4 + [False]


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_a_backoff_lets_only_the_free_ones_through():
    results = at_once(50, lambda number: limits.take(Backoff("test.race.backoff", free=3, first=60)))

    assert results.count(None) == 3


@pytest.mark.fault
def test_control_get_then_set_lets_more_through():
    """What Ninja's throttles do: the race is real, so the tests above mean something."""
    counts = {}

    def throttled(number):
        count = counts.get("key", 0)
        time.sleep(0.01)
        counts["key"] = count + 1
        return count < 1

    with ThreadPoolExecutor(20) as pool:
        passed = list(pool.map(throttled, range(20)))

    assert passed.count(True) > 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
        ("x" * 500, "x" * 64),
        ("", ""),
    ],
)
def test_one_client_is_an_ipv4_address_or_an_ipv6_64(address, network):
    assert limits.network_of(address) == network


def test_a_key_does_not_show_what_it_counts_by():
    assert "13812345678" not in limits.key("sms.mobile", "13812345678")
    assert limits.key("sms.mobile", "13812345678") != limits.key("sms.mobile", "13812345679")


@pytest.mark.redis
def test_a_store_that_is_down_raises_and_lets_nothing_through(settings):
    from django_redis import get_redis_connection

    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1},
        }
    }
    assert get_redis_connection("default")

    with pytest.raises((RedisError, OSError)):
        limits.take(Window("test.down", 1, 60))


@pytest.mark.django_db
def test_one_decision_is_one_statement(settings):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        limits.take(Window("test.one", 3, 60), Window("test.two", 3, 60), Backoff("test.three"))

    ours = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(ours) <= 1
