"""Rows 41–43 of the fault list: telling accounts apart, guessing passwords, forged addresses. Through HTTP."""

import functools
import statistics
import time

import pytest
from django.db import transaction
from django.test import Client

from accounts.services import attempts, login
from tests.accounts.people import get, post, solved_captcha
from tests.factories.people import PASSWORD, UserFactory
from tests.fakes.parallel import at_once

pytestmark = pytest.mark.fault
race = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _long_waits(monkeypatch):
    """The first wait is a second, which a busy machine may spend on the burst that is to be slowed down."""
    monkeypatch.setattr(attempts, "Backoff", functools.partial(attempts.Backoff, first=600))


@pytest.fixture(autouse=True)
def _told_at_once(request, monkeypatch):
    """Tests that roll back at their end never commit; what waits for a commit happens at once there."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        monkeypatch.setattr(transaction, "on_commit", lambda call, using=None, robust=False: call())


def log_in(name="python", password=PASSWORD, address="203.0.113.9", **headers):
    return post(Client(), "/authorizations/", {"username": name, "password": password}, REMOTE_ADDR=address, **headers)


def seen(answer):
    """What a stranger can tell an answer by, beside its time."""
    body = answer.json()
    for varying in ("access_token", "mobile"):
        if varying in body:
            body[varying] = len(body[varying])
    return answer.status_code, body, {name for name in answer.headers if name not in {"Set-Cookie"}}


def medians(*calls, rounds=7):
    """The median processor seconds of each call: what a busy machine does beside it does not count."""
    times = [[] for _ in calls]
    for number in range(rounds):
        for place, call in enumerate(calls):
            begun = time.process_time()
            call(number)
            times[place].append(time.process_time() - begun)
    return [statistics.median(one) for one in times]


@pytest.fixture
def argon2(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.django_db
def test_enum_by_login_sees_and_times_the_same(argon2):
    UserFactory(username="python")
    UserFactory(username="disabled", is_active=False)
    wrong = [log_in(name, "wrong-password") for name in ("python", "nobody_here", "disabled")]
    assert seen(wrong[0]) == seen(wrong[1]) == seen(wrong[2])

    known, unknown, disabled = medians(
        lambda number: log_in("python", "wrong-password", f"198.51.100.{number}"),
        lambda number: log_in("nobody_here", "wrong-password", f"198.51.101.{number}"),
        lambda number: log_in("disabled", "wrong-password", f"198.51.102.{number}"),
    )

    assert abs(known - unknown) < 0.05
    assert abs(known - disabled) < 0.05


@pytest.mark.django_db
def test_enum_by_login_control_without_the_extra_hash_is_seen_by_the_clock(argon2, monkeypatch):
    """The careless way: no user, no work. The clock tells, so the test above measures something."""
    UserFactory(username="python")
    fits = login.password_fits
    monkeypatch.setattr(
        login, "password_fits", lambda *, user, password: user is not None and fits(user=user, password=password)
    )

    known, unknown = medians(
        lambda number: log_in("python", "wrong-password", f"198.51.100.{number}"),
        lambda number: log_in("nobody_here", "wrong-password", f"198.51.101.{number}"),
    )

    assert known > unknown * 2


@pytest.mark.django_db
def test_enum_by_lost_password_sees_and_times_the_same(settings):
    settings.SMS_CAPTCHA = "off"
    settings.ADDRESS_LIMITS = {**settings.ADDRESS_LIMITS, "lost_password": (1000, 60)}
    for number in range(12):
        UserFactory(username=f"known_{number:02d}")

    def start(name):
        return get(Client(), f"/accounts/{name}/sms/token/")

    assert seen(start("known_00")) == seen(start("nobody_0"))
    tokens = {name: start(name).json()["access_token"] for name in ("known_11", "nobody_1")}
    sent = [get(Client(), "/sms_codes/", {"access_token": token}) for token in tokens.values()]
    assert seen(sent[0]) == seen(sent[1])
    proved = [
        get(Client(), f"/accounts/{name}/password/token/", {"sms_code": "000000"}) for name in ("known_11", "nobody_1")
    ]
    assert seen(proved[0]) == seen(proved[1])
    known, unknown = medians(lambda number: start(f"known_{number:02d}"), lambda number: start(f"nobody{number:02d}"))
    assert abs(known - unknown) < 0.05
    tokens_of = {
        kind: [start(f"{kind}{number:02d}").json()["access_token"] for number in range(11)]
        for kind in ("known_", "nobody")
    }

    def send(kind, number):
        address = f"198.51.{len(kind)}.{number}"
        return get(Client(), "/sms_codes/", {"access_token": tokens_of[kind][number]}, REMOTE_ADDR=address)

    known, unknown = medians(lambda number: send("known_", number), lambda number: send("nobody", number))
    assert abs(known - unknown) < 0.05


@pytest.mark.django_db
def test_enum_by_codes_sees_the_same_for_mobiles_with_and_without_an_account(settings):
    settings.SMS_CAPTCHA = "off"
    UserFactory(mobile="13812345678")

    for purpose in ("sign_up", "login", "erasure"):
        answers = [
            get(Client(), f"/sms_codes/{mobile}/", {"purpose": purpose}, REMOTE_ADDR="198.51.100.1")
            for mobile in ("13812345678", "13900000000")
        ]
        assert seen(answers[0])[:2] == seen(answers[1])[:2] or "too_soon" in answers[0].json().get("code", "")
    guesses = [
        post(Client(), "/authorizations/sms/", {"mobile": mobile, "sms_code": "000000"})
        for mobile in ("13812345678", "13900000000")
    ]
    assert seen(guesses[0]) == seen(guesses[1])


@pytest.mark.django_db
def test_enum_by_sign_up_tells_of_a_mobile_only_to_whoever_has_its_code():
    UserFactory(mobile="13812345678")
    form = {"username": "python", "password": PASSWORD, "password2": PASSWORD, "sms_code": "000000", "allow": True}

    answers = [post(Client(), "/users/", {**form, "mobile": mobile}) for mobile in ("13812345678", "13900000000")]

    assert seen(answers[0]) == seen(answers[1])


@race
def test_stuffing_fifty_at_once_looks_at_three_passwords(monkeypatch):
    UserFactory(username="python")
    looked_at = []
    fits = login.password_fits

    def counted(*, user, password):
        looked_at.append(password)
        return fits(user=user, password=password)

    monkeypatch.setattr(login, "password_fits", counted)

    statuses = at_once(50, lambda number: log_in(password=f"wrong-password-{number}").status_code)

    assert len(looked_at) == attempts.FREE
    assert sorted(statuses) == [400] * attempts.FREE + [429] * (50 - attempts.FREE)


@race
def test_stuffing_control_counting_after_the_check_looks_at_many(monkeypatch):
    """The usual way, count what failed afterwards, lets a whole burst through before the first count."""
    UserFactory(username="python")
    failures, looked_at = [], []

    def late(*, account, address, **captcha):
        if len(failures) >= attempts.FREE:
            raise attempts.LoginTooOften(retry_after=1)

    def slow(*, user, password):
        looked_at.append(password)
        time.sleep(0.05)
        failures.append(password)
        return False

    monkeypatch.setattr(login, "begin_attempt", late)
    monkeypatch.setattr(login, "password_fits", slow)

    at_once(20, lambda number: log_in(password=f"wrong-password-{number}").status_code)

    assert len(looked_at) > attempts.FREE


@race
def test_stuffing_from_one_address_over_many_names_slows_down():
    statuses = at_once(50, lambda number: log_in(f"name_{number}", "wrong-password").status_code)

    assert statuses.count(400) == attempts.FREE_PER_ADDRESS


@race
def test_stuffing_by_others_never_locks_the_owner_out(monkeypatch):
    UserFactory(username="python")
    assert log_in(address="203.0.113.9").status_code == 200

    statuses = at_once(50, lambda number: log_in(password="wrong-password", address=f"198.51.100.{number}").status_code)

    assert statuses.count(400) == 50
    refused = log_in(address="192.0.2.77")
    assert refused.json()["code"] == "captcha.required"
    assert log_in(address="203.0.113.9").status_code == 200
    client = Client()
    solved = solved_captcha(client, monkeypatch)
    data = {"username": "python", "password": PASSWORD, **solved}
    assert post(client, "/authorizations/", data, REMOTE_ADDR="192.0.2.77").status_code == 200


@pytest.mark.django_db
def test_stuffing_a_right_password_while_waiting_is_not_looked_at():
    UserFactory(username="python")
    for _ in range(4):
        log_in(password="wrong-password")

    answer = log_in()

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.django_db
def test_xff_forged_by_a_client_changes_nothing(settings):
    settings.TRUSTED_PROXIES = 0
    UserFactory(username="python")

    statuses = [
        log_in(password="wrong-password", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code for number in range(8)
    ]

    assert 429 in statuses


@pytest.mark.parametrize("proxies", [1, 2])
@pytest.mark.django_db
def test_xff_counts_only_the_hop_that_our_own_proxy_saw(settings, proxies):
    settings.TRUSTED_PROXIES = proxies
    UserFactory(username="python")
    ours = "".join(f", 10.0.0.{number}" for number in range(1, proxies))

    def through(client_says, real):
        return log_in(
            password="wrong-password", address="10.0.0.9", HTTP_X_FORWARDED_FOR=f"{client_says}{real}{ours}"
        ).status_code

    same_client = [through(f"192.0.2.{number}, ", "198.51.100.7") for number in range(6)]
    other_client = through("198.51.100.7, ", "198.51.100.8")

    assert 429 in same_client
    assert other_client == 400


@pytest.mark.django_db
def test_xff_that_is_too_short_or_rubbish_counts_as_the_proxy_itself(settings):
    settings.TRUSTED_PROXIES = 2
    statuses = [
        log_in(password="wrong-password", address="10.0.0.9", HTTP_X_FORWARDED_FOR=header).status_code
        for header in ("192.0.2.1", "192.0.2.2", "", " , ", "192.0.2.3", "x" * 5000)
    ]

    assert statuses[:3] == [400] * 3
    assert 429 in statuses[3:]


@pytest.mark.django_db
def test_xff_of_one_ipv6_household_is_one_client(settings):
    statuses = [
        log_in(password="wrong-password", address=f"2001:db8:1:2::{number:x}").status_code for number in range(1, 8)
    ]

    assert 429 in statuses
