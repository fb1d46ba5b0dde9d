"""Lost and changed passwords through HTTP."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.accounts.people import delete, get, last_code, outbox, post, put, solved_captcha
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"
NEW = "mango-in-milk-8"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def user():
    return UserFactory(username="python", mobile=MOBILE, email="python@example.com", email_active=True)


def start(api, account="python", **query):
    return get(api, f"/accounts/{account}/sms/token/", query)


def proved(api, commit, account="python"):
    token = start(api, account).json()["access_token"]
    with commit(execute=True):
        assert get(api, "/sms_codes/", {"access_token": token}).status_code == 200
    return get(api, f"/accounts/{account}/password/token/", {"sms_code": last_code(MOBILE)})


def reset(api, user_id, token, password=NEW, password2=NEW):
    return post(
        api,
        f"/users/{user_id}/password/",
        {"password": password, "password2": password2, "access_token": token},
    )


@pytest.mark.parametrize("account", ["python", MOBILE, "python@example.com"])
def test_three_steps_set_a_new_password(api, commit, user, account):
    first = start(api, account)
    assert first.json()["mobile"] == "138****5678"

    proof = proved(api, commit, account)

    assert proof.json()["user_id"] == user.pk
    assert reset(api, user.pk, proof.json()["access_token"]).status_code == 200
    old = post(api, "/authorizations/", {"username": "python", "password": PASSWORD})
    new = post(api, "/authorizations/", {"username": "python", "password": NEW})
    assert (old.status_code, new.status_code) == (400, 200)


def test_the_token_that_sets_a_password_works_once(api, commit, user):
    token = proved(api, commit).json()["access_token"]
    assert reset(api, user.pk, token).status_code == 200

    again = reset(api, user.pk, token, "papaya-shake-9", "papaya-shake-9")

    assert (again.status_code, again.json()["code"]) == (400, "password.token_refused")


def test_a_password_that_is_refused_costs_no_token(api, commit, user):
    token = proved(api, commit).json()["access_token"]

    assert reset(api, user.pk, token, "password1", "password1").status_code == 400
    assert reset(api, user.pk, token, NEW, "different-8").status_code == 400
    assert reset(api, user.pk, token).status_code == 200


def test_a_token_is_good_for_its_own_user_only(api, commit, user):
    other = UserFactory()
    token = proved(api, commit).json()["access_token"]

    assert reset(api, other.pk, token).status_code == 400
    assert reset(api, 999_999, token).status_code == 400
    assert reset(api, 2**63, token).status_code == 400


def test_rubbish_does_not_spoil_the_token_of_somebody_else(api, commit, user):
    token = proved(api, commit).json()["access_token"]
    for _ in range(10):
        assert reset(api, user.pk, "rubbish").status_code == 400

    assert reset(api, user.pk, token).status_code == 200


def test_the_steps_end_with_their_time(api, commit, user):
    token = start(api).json()["access_token"]
    with time_machine.travel(timezone.now() + timedelta(seconds=601), tick=False):
        assert get(api, "/sms_codes/", {"access_token": token}).json()["code"] == "password.token_refused"
    reset_token = proved(api, commit).json()["access_token"]
    with time_machine.travel(timezone.now() + timedelta(seconds=601), tick=False):
        assert reset(api, user.pk, reset_token).status_code == 400


def test_a_changed_token_is_refused(api, user):
    token = start(api).json()["access_token"]

    for bad in (token[:-4] + "AAAA", "rubbish", "é" * 20, "A" * 2001):
        assert get(api, "/sms_codes/", {"access_token": bad}).status_code == 400


def test_the_token_of_the_first_step_shows_neither_name_nor_mobile(api, user):
    import base64

    token = start(api).json()["access_token"]

    raw = base64.urlsafe_b64decode(token)
    assert b"python" not in raw
    assert MOBILE.encode() not in raw


def test_a_code_for_a_lost_password_signs_nobody_up_and_logs_nobody_in(api, commit, user):
    token = start(api).json()["access_token"]
    with commit(execute=True):
        get(api, "/sms_codes/", {"access_token": token})
    code = last_code(MOBILE)

    assert post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code}).status_code == 400
    assert get(api, "/accounts/python/password/token/", {"sms_code": code}).status_code == 200


def test_the_sixty_second_rule_holds_here_too(api, user):
    token = start(api).json()["access_token"]
    get(api, "/sms_codes/", {"access_token": token})

    again = get(api, "/sms_codes/", {"access_token": token})

    assert (again.status_code, again.json()["code"]) == (400, "sms.too_soon")


def test_the_first_step_asks_for_a_captcha_once_it_is_used_much(api, monkeypatch, user):
    statuses = [start(api).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [400]
    assert start(api).json()["code"] == "captcha.required"
    assert start(api, **solved_captcha(api, monkeypatch)).status_code == 200


def test_names_that_nobody_has_look_the_same_step_by_step_and_nothing_is_sent(api, commit, user, settings):
    settings.SMS_CAPTCHA = "off"
    before = len(outbox())
    known, unknown = start(api, "python"), start(api, "nobody_here")

    assert known.json().keys() == unknown.json().keys()
    assert len(known.json()["access_token"]) == len(start(api, "pythom").json()["access_token"])
    assert unknown.json()["mobile"] == start(api, "nobody_here").json()["mobile"]
    assert start(api, "13900000000").json()["mobile"] == "139****0000"
    with commit(execute=True):
        sent = get(api, "/sms_codes/", {"access_token": unknown.json()["access_token"]})
    assert (sent.status_code, sent.json()) == (200, {"message": "OK"})
    assert len(outbox()) == before
    again = get(api, "/sms_codes/", {"access_token": unknown.json()["access_token"]})
    assert again.json()["code"] == "sms.too_soon"
    for account in ("python", "nobody_here"):
        answer = get(api, f"/accounts/{account}/password/token/", {"sms_code": "000000"})
        assert (answer.status_code, answer.json()["code"]) == (400, "sms_code.wrong")


def test_a_user_without_a_mobile_and_a_disabled_one_look_like_nobody(api, commit):
    UserFactory(username="nomobile", mobile=None)
    UserFactory(username="disabled", mobile=MOBILE, is_active=False)
    before = len(outbox())
    for account in ("nomobile", "disabled"):
        token = start(api, account).json()["access_token"]
        with commit(execute=True):
            assert get(api, "/sms_codes/", {"access_token": token}).status_code == 200

    assert len(outbox()) == before


def test_a_reset_ends_every_session_and_the_wait_of_wrong_logins(api, commit, user):
    pair = post(api, "/authorizations/", {"username": "python", "password": PASSWORD}).json()
    for _ in range(4):
        post(api, "/authorizations/", {"username": "python", "password": "wrong-password"})
    assert post(api, "/authorizations/", {"username": "python", "password": PASSWORD}).status_code == 429

    reset(api, user.pk, proved(api, commit).json()["access_token"])

    assert get(api, "/user/", who=pair["token"]).status_code == 401
    assert post(api, "/authorizations/", {"username": "python", "password": NEW}).status_code == 200


def change(api, user_id, who, **fields):
    data = {"old_password": PASSWORD, "password": NEW, "password2": NEW, **fields}
    return put(api, f"/users/{user_id}/password/", data, who=who)


def test_with_the_old_password_a_new_one_is_set_and_every_session_ends(api, user):
    pair = post(api, "/authorizations/", {"username": "python", "password": PASSWORD}).json()

    assert change(api, user.pk, pair["token"]).status_code == 200

    assert get(api, "/user/", who=pair["token"]).status_code == 401
    assert post(api, "/authorizations/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    assert post(api, "/authorizations/", {"username": "python", "password": NEW}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"old_password": "wrong-password"}, "old_password"),
        ({"password2": "different-8"}, "password2"),
        ({"password": "short", "password2": "short"}, "password"),
        ({"password": "python12", "password2": "python12"}, "password"),
    ],
)
def test_a_change_that_is_refused_names_the_field_and_ends_nothing(api, user, fields, field):
    answer = change(api, user.pk, user, **fields)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert get(api, "/user/", who=user).status_code == 200


def test_nobody_changes_the_password_of_somebody_else(api, user):
    stranger = UserFactory()

    assert change(api, user.pk, stranger).status_code == 404
    assert put(api, f"/users/{user.pk}/password/", {}).status_code == 401


def test_guessing_the_old_password_with_a_stolen_token_is_slowed_down(api, user):
    statuses = [change(api, user.pk, user, old_password="wrong-password").status_code for _ in range(5)]

    assert statuses[:3] == [400] * 3
    assert 429 in statuses
    assert delete(api, "/user/", {"password": "wrong-password"}, who=user).status_code == 429
