"""Logging in, carrying on and logging out through HTTP."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RefreshFamily, User
from accounts.services.sessions import forget_old_sessions, open_session
from api.session import _followers, follow_logins
from tests.accounts.people import code_for, delete, get, post, solved_captcha
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def log_in(api, name="python", password=PASSWORD, **extra):
    return post(api, "/authorizations/", {"username": name, "password": password}, **extra)


@pytest.mark.parametrize("name", ["python", MOBILE, "python@example.com", "Python@Example.com", " python "])
def test_name_mobile_and_verified_address_open_the_same_account(api, name):
    user = UserFactory(username="python", mobile=MOBILE, email="python@example.com", email_active=True)

    answer = log_in(api, name)

    assert answer.status_code == 200
    assert {**answer.json(), "token": "", "refresh": ""} == {
        "user_id": user.pk,
        "username": "python",
        "token": "",
        "refresh": "",
        "expires_in": 900,
    }
    assert answer["Cache-Control"] == "no-store"
    user.refresh_from_db()
    assert user.last_login is not None


@pytest.mark.parametrize("prefix", ["Bearer", "JWT", "bearer"])
def test_the_token_opens_what_needs_a_login(api, prefix):
    UserFactory(username="python")
    token = log_in(api).json()["token"]

    answer = api.get("/api/v1/user/", headers={"Authorization": f"{prefix} {token}"})

    assert answer.json()["username"] == "python"


def test_an_address_that_is_not_verified_is_no_login_name(api):
    UserFactory(username="python", email="python@example.com", email_active=False)

    assert log_in(api, "python@example.com").status_code == 400


@pytest.mark.parametrize(
    ("name", "password"),
    [("python", "wrong-password"), ("nobody_here", PASSWORD), ("disabled", PASSWORD), ("nopassword", PASSWORD)],
)
def test_a_wrong_login_is_the_same_400_whatever_is_wrong(api, name, password):
    UserFactory(username="python")
    UserFactory(username="disabled", is_active=False)
    User.objects.filter(pk=UserFactory(username="nopassword").pk).update(password="!")

    answer = log_in(api, name, password)

    assert answer.status_code == 400
    assert answer.json()["code"] == "login.refused"
    assert answer.json()["non_field_errors"] == ["用户名或密码错误"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"username": "python"},
        {"username": "", "password": "x"},
        {"username": "a\x00b", "password": "x"},
        {"username": ["python"], "password": "x"},
        {"username": "x" * 300, "password": "x"},
    ],
)
def test_a_body_that_is_not_a_login_is_a_400_that_names_the_field(api, data):
    answer = post(api, "/authorizations/", data)

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_everything_of_a_login_beside_the_hash_stays_within_six_queries(api):
    UserFactory(username="python")

    with CaptureQueriesContext(connection) as queries:
        assert log_in(api).status_code == 200

    counted = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(counted) <= 6, counted


def test_after_three_failures_the_wait_doubles_and_the_right_password_must_wait_too(api):
    UserFactory(username="python")
    at = timezone.now()
    waits = []
    for _ in range(8):
        with time_machine.travel(at, tick=False):
            answer = log_in(api, password="wrong-password")
            if answer.status_code == 429:
                waits.append(int(answer["Retry-After"]))
                assert log_in(api).status_code == 429
                at += timedelta(seconds=waits[-1])

    assert waits == [1, 2, 4]  # three at once, then one after each wait
    with time_machine.travel(at + timedelta(seconds=5), tick=False):
        assert log_in(api).status_code == 200
    with time_machine.travel(at + timedelta(seconds=6), tick=False):
        assert [log_in(api, password="wrong-password").status_code for _ in range(3)] == [400] * 3


def test_the_wait_is_an_hour_at_the_longest_and_forgotten_after_two(api):
    UserFactory(username="python")
    at = timezone.now()
    for _ in range(40):
        with time_machine.travel(at, tick=False):
            answer = log_in(api, password="wrong-password")
            if answer.status_code == 429:
                wait = int(answer["Retry-After"])
                at += timedelta(seconds=wait)
    assert wait == 3600

    with time_machine.travel(at + timedelta(hours=3), tick=False):
        assert log_in(api).status_code == 200


def test_an_account_that_is_guessed_at_from_everywhere_still_lets_its_owner_in(api, monkeypatch):
    UserFactory(username="python")
    home = {"REMOTE_ADDR": "203.0.113.9"}
    assert log_in(api, **home).status_code == 200

    for number in range(25):
        log_in(api, password="wrong-password", REMOTE_ADDR=f"198.51.100.{number}")

    assert log_in(api, **home).status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
    refused = log_in(api, **elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (400, "captcha.required")
    solved = solved_captcha(api, monkeypatch)
    answer = post(api, "/authorizations/", {"username": "python", "password": PASSWORD, **solved}, **elsewhere)
    assert answer.status_code == 200


def test_one_address_that_tries_many_names_waits_longer_and_longer(api):
    statuses = [log_in(api, f"name_{number}").status_code for number in range(14)]

    assert statuses[:10] == [400] * 10
    assert 429 in statuses[10:]


def test_an_old_hash_is_renewed_at_login_and_ends_no_session(api, settings):
    user = UserFactory(username="python")
    token = log_in(api).json()["token"]
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]

    assert log_in(api).status_code == 200

    user.refresh_from_db()
    assert user.password.startswith("argon2")
    assert get(api, "/user/", who=token).status_code == 200


def test_login_by_code_needs_a_code_for_that_purpose(api, commit):
    UserFactory(username="python", mobile=MOBILE)
    for_sign_up = code_for(api, MOBILE, commit=commit)

    assert post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": for_sign_up}).status_code == 400
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        code = code_for(api, MOBILE, purpose="login", commit=commit)
        answer = post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code})
        assert answer.status_code == 200
        assert answer.json()["username"] == "python"
        assert post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code}).status_code == 400


def test_an_unknown_mobile_gets_an_account_only_where_that_is_switched_on(api, commit, settings):
    code = code_for(api, MOBILE, purpose="login", commit=commit)
    answer = post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code})
    assert (answer.status_code, answer.json()["code"]) == (400, "mobile.unknown")

    settings.SMS_LOGIN_SIGNS_UP = True
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        code = code_for(api, MOBILE, purpose="login", commit=commit)
        answer = post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code})
    assert answer.status_code == 200
    assert MOBILE not in answer.json()["username"]
    assert not User.objects.get(mobile=MOBILE).has_usable_password()


def test_a_disabled_account_is_not_opened_by_a_code(api, commit):
    UserFactory(mobile=MOBILE, is_active=False)
    code = code_for(api, MOBILE, purpose="login", commit=commit)

    answer = post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code})

    assert answer.json()["code"] == "login.refused"


def test_a_refresh_token_works_once_and_brings_a_new_pair(api):
    UserFactory(username="python")
    first = log_in(api).json()

    second = post(api, "/authorizations/refresh/", {"refresh": first["refresh"]})

    assert second.status_code == 200
    assert second.json()["refresh"] != first["refresh"]
    assert get(api, "/user/", who=second.json()["token"]).status_code == 200
    third = post(api, "/authorizations/refresh/", {"refresh": second.json()["refresh"]})
    assert third.status_code == 200


def test_two_tabs_at_the_same_moment_end_nothing(api):
    UserFactory(username="python")
    first = log_in(api).json()
    second = post(api, "/authorizations/refresh/", {"refresh": first["refresh"]}).json()

    tab = post(api, "/authorizations/refresh/", {"refresh": first["refresh"]})

    assert (tab.status_code, tab.json()["code"]) == (401, "auth.refresh_refused")
    assert get(api, "/user/", who=second["token"]).status_code == 200
    assert post(api, "/authorizations/refresh/", {"refresh": second["refresh"]}).status_code == 200


def test_a_replay_after_that_moment_ends_the_login_with_all_its_tokens(api):
    UserFactory(username="python")
    first = log_in(api).json()
    other = log_in(api).json()
    second = post(api, "/authorizations/refresh/", {"refresh": first["refresh"]}).json()

    with time_machine.travel(timezone.now() + timedelta(seconds=11), tick=False):
        assert post(api, "/authorizations/refresh/", {"refresh": first["refresh"]}).status_code == 401
        assert post(api, "/authorizations/refresh/", {"refresh": second["refresh"]}).status_code == 401
        assert get(api, "/user/", who=second["token"]).status_code == 401
        assert get(api, "/user/", who=other["token"]).status_code == 200


def test_a_token_older_than_the_last_but_one_ends_the_login_at_once(api):
    UserFactory(username="python")
    first = log_in(api).json()
    second = post(api, "/authorizations/refresh/", {"refresh": first["refresh"]}).json()
    third = post(api, "/authorizations/refresh/", {"refresh": second["refresh"]}).json()

    post(api, "/authorizations/refresh/", {"refresh": first["refresh"]})

    assert post(api, "/authorizations/refresh/", {"refresh": third["refresh"]}).status_code == 401


def test_logging_out_ends_this_login_and_no_other(api):
    UserFactory(username="python")
    here, there = log_in(api).json(), log_in(api).json()

    assert delete(api, "/authorizations/", who=here["token"]).status_code == 204

    assert get(api, "/user/", who=here["token"]).status_code == 401
    assert post(api, "/authorizations/refresh/", {"refresh": here["refresh"]}).status_code == 401
    assert get(api, "/user/", who=there["token"]).status_code == 200


def test_logging_out_by_the_refresh_token_works_when_the_access_token_is_over(api):
    UserFactory(username="python")
    pair = log_in(api).json()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert delete(api, "/authorizations/", {"refresh": pair["refresh"]}).status_code == 204
        assert delete(api, "/authorizations/", {"refresh": pair["refresh"]}).status_code == 204
        assert post(api, "/authorizations/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_logging_out_without_any_token_is_401(api):
    assert delete(api, "/authorizations/").status_code == 401
    assert delete(api, "/authorizations/", {"refresh": "rubbish"}).status_code == 401


def test_logging_out_everywhere_ends_every_login(api):
    UserFactory(username="python")
    here, there = log_in(api).json(), log_in(api).json()

    assert delete(api, "/authorizations/all/", who=here["token"]).status_code == 204

    for pair in (here, there):
        assert get(api, "/user/", who=pair["token"]).status_code == 401
        assert post(api, "/authorizations/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    assert log_in(api).status_code == 200


@pytest.mark.parametrize("change", ["password", "disable", "admin_password"])
def test_whoever_saves_the_row_in_the_back_office_ends_the_sessions(api, change):
    user = UserFactory(username="python")
    pair = log_in(api).json()
    row = User.objects.get(pk=user.pk)
    if change == "disable":
        row.is_active = False
        row.save(update_fields=["is_active"])
    else:
        row.set_password("another-one-8")
        row.save()

    assert get(api, "/user/", who=pair["token"]).status_code == 401
    assert post(api, "/authorizations/refresh/", {"refresh": pair["refresh"]}).status_code == 401


def test_saving_a_row_without_such_a_change_ends_nothing(api):
    user = UserFactory(username="python")
    pair = log_in(api).json()
    row = User.objects.get(pk=user.pk)
    row.nickname = "小蟒"
    row.save()

    assert get(api, "/user/", who=pair["token"]).status_code == 200


def test_logins_whose_refresh_token_expired_are_forgotten():
    user = UserFactory()
    open_session(user=user)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        open_session(user=user)

        assert forget_old_sessions() == 1
        assert RefreshFamily.objects.count() == 1


def test_whoever_follows_logins_hears_of_each_kind_and_may_set_cookies(api, commit):
    heard = []

    @follow_logins
    def follower(request, response, user):
        heard.append(user.username)
        response.set_cookie("followed", "1")

    try:
        UserFactory(username="python", mobile=MOBILE)
        answer = log_in(api)
        code = code_for(api, MOBILE, purpose="login", commit=commit)
        post(api, "/authorizations/sms/", {"mobile": MOBILE, "sms_code": code})
    finally:
        _followers.remove(follower)

    assert heard == ["python", "python"]
    assert answer.cookies["followed"].value == "1"


def test_a_disabled_user_with_an_unusable_hash_cannot_be_told_apart(api):
    UserFactory(username="python", password="x")
    User.objects.filter(username="python").update(password=make_password(None))

    assert log_in(api).json()["code"] == "login.refused"
