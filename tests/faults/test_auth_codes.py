"""Rows 38–40 of the fault list: floods of codes, guessing codes, using them twice. Through HTTP."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import captcha
from accounts.models import SmsMessage, User
from accounts.services import sms_codes
from kernel import limits, oneuse
from tests.accounts.people import code_for, get, last_code, post, solved_captcha
from tests.factories.people import PASSWORD, UserFactory
from tests.fakes.parallel import at_once

pytestmark = pytest.mark.fault
race = pytest.mark.django_db(transaction=True)
MOBILE = "13812345678"


@pytest.fixture(autouse=True)
def _told_at_once(request, monkeypatch):
    """Tests that roll back at their end never commit; what waits for a commit happens at once there."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        monkeypatch.setattr(transaction, "on_commit", lambda call, using=None, robust=False: call())


def ask(mobile=MOBILE, address="203.0.113.9", **query):
    return get(Client(), f"/sms_codes/{mobile}/", query, REMOTE_ADDR=address).status_code


@race
def test_sms_flood_of_one_mobile_fifty_at_once_sends_one():
    statuses = at_once(50, lambda number: ask())

    assert sorted(statuses) == [200] + [400] * 49
    assert SmsMessage.objects.filter(mobile=MOBILE).count() == 1


@race
def test_sms_flood_of_one_mobile_from_fifty_addresses_sends_one():
    statuses = at_once(50, lambda number: ask(address=f"198.51.100.{number}"))

    assert statuses.count(200) == 1
    assert SmsMessage.objects.count() == 1


@pytest.mark.django_db
def test_sms_flood_of_one_mobile_all_day_sends_five_an_hour_and_ten_in_all(client, monkeypatch):
    monkeypatch.setattr(captcha, "draw", lambda text: b"")
    start = timezone.now()
    sent = []
    for minute in range(0, 24 * 60, 5):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            # A fresh captcha and a fresh address each time: only the mobile's own budget is left.
            address = f"198.51.{minute // 250}.{minute % 250}"
            if ask(address=address, **solved_captcha(client, monkeypatch)) == 200:
                sent.append(minute)

    assert len(sent) == 10
    assert all(sum(first <= minute < first + 60 for minute in sent) <= 5 for first in sent)


@race
def test_sms_flood_of_many_mobiles_from_one_address_meets_captcha_then_budget(settings, client, monkeypatch):
    settings.SMS_PER_ADDRESS = {"hour": 8, "day": 100}
    statuses = at_once(40, lambda number: ask(mobile=f"138{number:08d}"))
    assert statuses.count(200) == settings.SMS_QUIET["address"]

    solved = [ask(mobile=f"139{number:08d}", **solved_captcha(client, monkeypatch)) for number in range(6)]

    assert solved == [200] * 3 + [429] * 3
    assert SmsMessage.objects.count() == 8


@race
def test_sms_flood_of_many_mobiles_from_many_addresses_ends_at_the_daily_budget(settings):
    settings.SMS_DAILY_BUDGET = 7

    statuses = at_once(40, lambda number: ask(mobile=f"138{number:08d}", address=f"198.51.100.{number}"))

    assert statuses.count(200) == 7
    assert statuses.count(429) == 33


@race
def test_sms_flood_control_unlocked_sends_many(monkeypatch):
    """With the limiter taken away the flood goes through, so the tests above mean something."""
    monkeypatch.setattr(limits, "take", lambda *rules: None)

    statuses = at_once(20, lambda number: ask())

    assert statuses.count(200) == 20


def guess(code, client=None, address="203.0.113.9"):
    return post(client or Client(), "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code}, REMOTE_ADDR=address)


@pytest.mark.django_db
def test_otp_brute_force_of_ten_thousand_guesses_has_five_looked_at(client, settings, monkeypatch):
    """Ten thousand guesses by whoever has all the addresses of the world: the code is dead after five."""
    settings.ADDRESS_LIMITS = {**settings.ADDRESS_LIMITS, "code_checks": (10**6, 600)}
    UserFactory(mobile=MOBILE)
    ask(purpose="login")
    code = last_code(MOBILE)
    looked_at = []
    use = oneuse.use

    def counted(name, secret):
        outcome = use(name, secret)
        if name.startswith("sms_code") and outcome.verdict is not oneuse.Verdict.GONE:
            looked_at.append(outcome.verdict)
        return outcome

    monkeypatch.setattr(oneuse, "use", counted)
    guesses = random.Random(7).sample([f"{n:06d}" for n in range(1_000_000) if f"{n:06d}" != code], 10_000)
    # The first hundred go through HTTP, the rest straight to the check: the same door, without the hall.
    statuses = {guess(one, client).status_code for one in guesses[:100]}
    for one in guesses[100:]:
        with pytest.raises(sms_codes.SmsCodeWrong):
            sms_codes.use_code(mobile=MOBILE, purpose=sms_codes.Purpose.LOGIN, code=one)

    assert statuses == {400}
    assert len(looked_at) == 5
    assert guess(code, client).json()["code"] == "sms_code.wrong"


@pytest.mark.django_db
def test_otp_brute_force_from_one_address_is_stopped_before_that(client):
    statuses = [guess(f"{n:06d}", client).status_code for n in range(70)]

    assert statuses == [400] * 60 + [429] * 10


@race
def test_otp_brute_force_fifty_at_once_has_five_looked_at(monkeypatch, settings):
    settings.ADDRESS_LIMITS = {**settings.ADDRESS_LIMITS, "code_checks": (10**6, 600)}
    ask(purpose="login")
    code = last_code(MOBILE)
    others = [f"{n:06d}" for n in range(60) if f"{n:06d}" != code][:50]

    at_once(50, lambda number: guess(others[number]).status_code)

    assert guess(code).status_code == 400


@pytest.mark.django_db
def test_otp_brute_force_finds_a_code_dead_after_five_minutes(client):
    UserFactory(mobile=MOBILE)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        ask(purpose="login")
    code = last_code(MOBILE)
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        assert guess(code, client).status_code == 400


@pytest.mark.django_db
def test_otp_brute_force_of_the_store_finds_no_code():
    ask(purpose="login")
    code = last_code(MOBILE)
    from django.db import connection

    from kernel.shared_store import on_redis, redis

    if on_redis():
        found = [redis().hgetall(key) for key in redis().scan_iter("*once*")]
        text = repr(found)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT digest, payload FROM kernel_one_use")
            text = repr(cursor.fetchall())

    assert len(text) > 60
    assert code not in text
    assert code not in repr(list(SmsMessage.objects.values()))


@pytest.mark.django_db
def test_otp_brute_force_codes_are_spread_over_all_six_digits(monkeypatch):
    monkeypatch.setattr(limits, "take", lambda *rules: None)
    codes = []
    monkeypatch.setattr(sms_codes, "queue_sms", lambda **given: codes.append(given["params"]["code"]))
    for _ in range(2000):
        sms_codes.request_code(mobile=MOBILE, purpose=sms_codes.Purpose.LOGIN, address="203.0.113.9")

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(set(codes)) > 1990
    for place in range(6):
        assert {code[place] for code in codes} == set("0123456789")


def form(code, number=0, mobile=MOBILE):
    return {
        "username": f"python_{number}",
        "password": PASSWORD,
        "password2": PASSWORD,
        "mobile": mobile,
        "sms_code": code,
        "allow": True,
    }


@race
def test_otp_once_of_twenty_uses_at_once_one_wins():
    ask()
    code = last_code(MOBILE)

    statuses = at_once(20, lambda number: post(Client(), "/users/", form(code, number)).status_code)

    assert sorted(statuses) == [201] + [400] * 19
    assert User.objects.filter(mobile=MOBILE).count() == 1


@pytest.mark.django_db
def test_otp_once_is_nothing_for_another_mobile(client):
    ask()
    code = last_code(MOBILE)

    assert post(client, "/users/", form(code, mobile="13900000000")).status_code == 400
    assert post(client, "/users/", form(code)).status_code == 201


@pytest.mark.django_db
def test_otp_once_is_nothing_for_another_purpose(client):
    user = UserFactory(mobile=MOBILE)
    ask()
    code = last_code(MOBILE)

    assert guess(code, client).status_code == 400
    assert get(client, f"/accounts/{user.username}/password/token/", {"sms_code": code}).status_code == 400


@pytest.mark.django_db
def test_otp_once_an_older_code_is_void(client, django_capture_on_commit_callbacks):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        older = code_for(client, MOBILE, commit=django_capture_on_commit_callbacks)
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        newer = code_for(client, MOBILE, commit=django_capture_on_commit_callbacks)
        if older != newer:
            assert post(client, "/users/", form(older)).status_code == 400
        assert post(client, "/users/", form(newer)).status_code == 201


@race
def test_otp_once_two_sign_ups_with_one_name_at_once_are_told_which_field(monkeypatch):
    monkeypatch.setattr(sms_codes, "use_code", lambda **given: None)
    from accounts.services import sign_up

    monkeypatch.setattr(sign_up, "use_code", lambda **given: None)

    answers = at_once(
        8,
        lambda number: post(
            Client(), "/users/", {**form("123456", mobile=f"1380000000{number}"), "username": "python"}
        ),
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [400] * 7
    fields = {answer.json()["errors"][0]["field"] for answer in answers if answer.status_code == 400}
    assert fields == {"username"}


@race
def test_otp_once_two_sign_ups_with_one_mobile_at_once_are_told_which_field(monkeypatch):
    from accounts.services import sign_up

    monkeypatch.setattr(sign_up, "use_code", lambda **given: None)

    answers = at_once(8, lambda number: post(Client(), "/users/", form("123456", number)))

    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
    fields = {answer.json()["errors"][0]["field"] for answer in answers if answer.status_code == 400}
    assert fields == {"mobile"}
