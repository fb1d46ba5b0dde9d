"""Signing up through HTTP."""

import pytest

from accounts.models import User
from tests.accounts.people import code_for, get, post
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def form(code="123456", **changes):
    return {
        "username": "python",
        "password": "lychee-on-ice-7",
        "password2": "lychee-on-ice-7",
        "mobile": MOBILE,
        "sms_code": code,
        "allow": True,
        **changes,
    }


def test_a_code_from_the_outbox_opens_an_account_that_is_logged_in(api, commit):
    code = code_for(api, MOBILE, commit=commit)

    answer = post(api, "/users/", form(code))

    assert answer.status_code == 201
    user = User.objects.get(username="python")
    assert answer.json()["id"] == answer.json()["user_id"] == user.pk
    assert answer.json()["mobile"] == MOBILE
    assert get(api, "/user/", who=answer.json()["token"]).json()["username"] == "python"
    assert user.password != "lychee-on-ice-7"
    assert not user.is_staff


def test_a_code_opens_one_account(api, commit):
    code = code_for(api, MOBILE, commit=commit)
    post(api, "/users/", form(code))

    again = post(api, "/users/", form(code, username="python2"))

    assert again.status_code == 400
    assert again.json()["code"] == "sms_code.wrong"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "abcd"}, "username"),
        ({"username": "a" * 21}, "username"),
        ({"username": "13812345678"}, "username"),
        ({"username": "12345"}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "nul\x00name"}, "username"),
        ({"username": None}, "username"),
        ({"username": "\ud800abcde"}, "username"),
        ({"password": "short7!", "password2": "short7!"}, "password"),
        ({"password": "x" * 21, "password2": "x" * 21}, "password"),
        ({"password": "password1", "password2": "password1"}, "password"),
        ({"password": "nul\x00password"}, "password"),
        ({"password2": "another-one-8"}, "password2"),
        ({"mobile": "1381234567a"}, "mobile"),
        ({"mobile": "00000000000"}, "mobile"),
        ({"mobile": 13812345678}, "mobile"),
        ({"sms_code": "12345"}, "sms_code"),
        ({"sms_code": "12345六"}, "sms_code"),
        ({"allow": False}, "allow"),
        ({"allow": "false"}, "allow"),
        ({"allow": "maybe"}, "allow"),
    ],
)
def test_what_cannot_be_right_is_a_400_that_names_the_field_and_costs_no_code(api, commit, changes, field):
    code = code_for(api, MOBILE, commit=commit)

    answer = post(api, "/users/", form(code, **changes))

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not User.objects.filter(mobile=MOBILE).exists()
    assert post(api, "/users/", form(code)).status_code == 201


def test_true_may_be_a_text(api, commit):
    assert post(api, "/users/", form(code_for(api, MOBILE, commit=commit), allow="true")).status_code == 201


def test_a_taken_name_is_told_before_the_code_is_used_up(api, commit):
    UserFactory(username="python")
    code = code_for(api, MOBILE, commit=commit)

    taken = post(api, "/users/", form(code))

    assert taken.json()["errors"][0]["field"] == "username"
    assert post(api, "/users/", form(code, username="python2")).status_code == 201


def test_a_taken_mobile_is_told_only_to_who_holds_it(api, commit):
    UserFactory(mobile=MOBILE)

    guessed = post(api, "/users/", form("000000"))
    proved = post(api, "/users/", form(code_for(api, MOBILE, commit=commit)))

    assert guessed.json()["code"] == "sms_code.wrong"
    assert proved.json()["errors"][0]["field"] == "mobile"


def test_extra_keys_are_ignored_and_never_stored(api, commit):
    code = code_for(api, MOBILE, commit=commit)

    post(api, "/users/", form(code, is_staff=True, is_superuser=True, email="x@example.com", email_active=True))

    user = User.objects.get(mobile=MOBILE)
    assert (user.is_staff, user.is_superuser, user.email, user.email_active) == (False, False, "", False)


def test_a_body_that_is_no_json_is_a_400(api):
    answer = api.post("/api/v1/users/", "{broken", content_type="application/json")

    assert answer.status_code == 400
