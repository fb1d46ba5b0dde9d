"""Secrets that count once, on whichever store this run has."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from kernel import oneuse
from kernel.oneuse import Verdict
from tests.fakes.parallel import at_once


@pytest.mark.django_db
def test_the_right_secret_counts_once_and_brings_its_payload():
    oneuse.put("test.once", "246810", seconds=60, tries=5, payload="42 个")

    first, second = oneuse.use("test.once", "246810"), oneuse.use("test.once", "246810")

    assert first
    assert first.payload == "42 个"
    assert second.verdict is Verdict.GONE


@pytest.mark.django_db
def test_after_so_many_wrong_tries_the_right_one_is_too_late():
    oneuse.put("test.tries", "246810", seconds=60, tries=3)

    wrong = [oneuse.use("test.tries", "000000").verdict for _ in range(3)]

    assert wrong == [Verdict.WRONG] * 3
    assert oneuse.use("test.tries", "246810").verdict is Verdict.GONE


@pytest.mark.django_db
def test_a_wrong_try_leaves_the_others():
    oneuse.put("test.left", "246810", seconds=60, tries=2)
    oneuse.use("test.left", "000000")

    assert oneuse.use("test.left", "246810")


@pytest.mark.django_db
def test_a_newer_secret_voids_the_older():
    oneuse.put("test.newer", "111111", seconds=60)
    oneuse.put("test.newer", "222222", seconds=60, tries=2)

    assert oneuse.use("test.newer", "111111").verdict is Verdict.WRONG
    assert oneuse.use("test.newer", "222222")


@pytest.mark.django_db
def test_a_secret_is_bound_to_its_name():
    oneuse.put("test.name.a", "246810", seconds=60)

    assert oneuse.use("test.name.b", "246810").verdict is Verdict.GONE
    assert oneuse.use("test.name.a", "246810")


@pytest.mark.django_db
def test_a_secret_ends_with_its_time():
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        oneuse.put("test.time", "246810", seconds=300)
        oneuse.put("test.stays", "246810", seconds=3000)
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        assert oneuse.use("test.time", "246810").verdict is Verdict.GONE
        oneuse.forget_expired()
        assert oneuse.use("test.stays", "246810")


@pytest.mark.django_db
def test_a_voided_secret_is_gone():
    oneuse.put("test.void", "246810", seconds=60)
    oneuse.void("test.void")

    assert oneuse.use("test.void", "246810").verdict is Verdict.GONE


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_twenty_right_uses_at_once_one_wins():
    oneuse.put("test.race", "246810", seconds=60, tries=5)

    results = at_once(20, lambda number: oneuse.use("test.race", "246810").verdict)

    assert results.count(Verdict.RIGHT) == 1
    assert results.count(Verdict.GONE) == 19


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_of_fifty_wrong_guesses_at_once_five_were_looked_at():
    oneuse.put("test.guesses", "246810", seconds=60, tries=5)

    results = at_once(50, lambda number: oneuse.use("test.guesses", f"{number:06d}").verdict)

    assert results.count(Verdict.WRONG) == 5
    assert results.count(Verdict.GONE) == 45
