"""Logging in with another platform through HTTP: first time, next time, binding, unbinding."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import OAuthBinding, User
from accounts.oauth.providers.fake import give_code, give_code_that_fails
from accounts.services.bindings import erase_bindings
from accounts.services.erasure import anonymise, exported_data
from kernel import clock
from tests.accounts.dance import begin, bind_token, come_back, tie
from tests.accounts.people import code_for, delete, get
from tests.api.conftest import declared_answers_only
from tests.factories.people import PASSWORD, UserFactory

__all__ = ["declared_answers_only"]


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def _bound(api: Client, commit, *, mobile="13812345678", persona="小美", provider="qq") -> User:
    """Somebody who has logged in with the platform once."""
    known = User.objects.filter(mobile=mobile).exists()
    token = bind_token(api, persona=persona, provider=provider)
    answer = tie(
        api,
        token=token,
        mobile=mobile,
        code=code_for(api, mobile, commit=commit),
        password=PASSWORD,
        provider=provider,
    )
    assert answer.status_code == 201, answer.content.decode()
    assert known or User.objects.filter(mobile=mobile).exists()
    return User.objects.get(mobile=mobile)


def test_a_first_login_makes_an_account_for_the_mobile_and_logs_in(api: Client, db, commit):
    code = code_for(api, "13812345678", commit=commit)

    answer = tie(api, token=bind_token(api), mobile="13812345678", code=code, password=PASSWORD)

    assert answer.status_code == 201
    said = answer.json()
    user = User.objects.get(mobile="13812345678")
    assert (said["id"], said["user_id"], said["username"], said["mobile"]) == (
        user.pk,
        user.pk,
        user.username,
        "13812345678",
    )
    assert get(api, "/user/", who=said["token"]).json()["id"] == user.pk
    assert user.check_password(PASSWORD)
    binding = OAuthBinding.objects.get()
    assert (binding.user_id, binding.provider, binding.nickname) == (user.pk, "qq", "小美")


def test_the_next_login_needs_no_mobile_and_knows_where_to_go(api: Client, db, commit):
    user = _bound(api, commit)

    answer = come_back(api, state=begin(api, next_path="/cart?from=qq"))

    assert answer.status_code == 200
    said = answer.json()
    assert (said["user_id"], said["username"], said["next"]) == (user.pk, user.username, "/cart?from=qq")
    assert get(api, "/user/", who=said["token"]).status_code == 200
    assert "access_token" not in said


def test_a_known_mobile_is_tied_when_its_password_fits(api: Client, db, commit):
    user = UserFactory(mobile="13812345678")

    answer = tie(
        api,
        token=bind_token(api),
        mobile="13812345678",
        code=code_for(api, "13812345678", commit=commit),
        password=PASSWORD,
    )

    assert (answer.status_code, answer.json()["user_id"]) == (201, user.pk)
    assert User.objects.count() == 1


def test_a_known_mobile_with_another_password_is_refused_and_nothing_is_tied(api: Client, db, commit):
    UserFactory(mobile="13812345678")

    answer = tie(
        api,
        token=bind_token(api),
        mobile="13812345678",
        code=code_for(api, "13812345678", commit=commit),
        password="not-the-password",
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "password"
    assert OAuthBinding.objects.count() == 0


def test_a_wrong_code_leaves_the_token_for_a_second_try(api: Client, db, commit):
    token = bind_token(api)
    code = code_for(api, "13812345678", commit=commit)
    wrong = "000000" if code != "000000" else "111111"

    refused = tie(api, token=token, mobile="13812345678", code=wrong, password=PASSWORD)
    right = tie(api, token=token, mobile="13812345678", code=code, password=PASSWORD)

    assert (refused.status_code, refused.json()["code"]) == (400, "sms_code.wrong")
    assert right.status_code == 201


def test_a_code_for_another_mobile_proves_nothing(api: Client, db, commit):
    code = code_for(api, "13900000001", commit=commit)

    answer = tie(api, token=bind_token(api), mobile="13812345678", code=code, password=PASSWORD)

    assert answer.json()["code"] == "sms_code.wrong"


def test_a_token_ties_once(api: Client, db, commit):
    token = bind_token(api)
    tie(api, token=token, mobile="13812345678", code=code_for(api, "13812345678", commit=commit), password=PASSWORD)
    erase_bindings(user_id=User.objects.get(mobile="13812345678").pk)

    again = tie(
        api, token=token, mobile="13900000001", code=code_for(api, "13900000001", commit=commit), password=PASSWORD
    )

    assert (again.status_code, again.json()["code"]) == (400, "oauth.token_rejected")
    assert OAuthBinding.objects.count() == 0


@pytest.mark.parametrize("token", ["x", "a.b.c", "gAAAAAB" + "a" * 100, "汉字", "x" * 2000])
def test_a_token_that_is_not_ours_is_refused(api: Client, db, token):
    answer = tie(api, token=token, mobile="13812345678", code="123456", password=PASSWORD)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "access_token"


def test_a_token_of_another_platform_is_refused(api: Client, db, settings):
    fake = "accounts.oauth.providers.fake.FakeProvider"
    settings.OAUTH_PROVIDERS = {"qq": fake, "weibo": fake}

    answer = tie(api, token=bind_token(api), mobile="13812345678", code="123456", password=PASSWORD, provider="weibo")

    assert answer.json()["code"] == "oauth.token_rejected"


def test_a_token_is_too_old_after_ten_minutes(api: Client, db):
    token = bind_token(api)

    with time_machine.travel(clock.now() + timedelta(seconds=601), tick=False):
        answer = tie(api, token=token, mobile="13812345678", code="123456", password=PASSWORD)

    assert answer.json()["code"] == "oauth.token_rejected"


def test_the_openid_stands_in_no_answer(api: Client, db, commit):
    token = bind_token(api)
    user = _bound(api, commit)
    openid = OAuthBinding.objects.get().openid
    said = come_back(api, state=begin(api)).content.decode()
    listed = get(api, "/oauth/", who=user).content.decode()

    assert openid not in token + said + listed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mobile": "12812345678"}, "mobile"),
        ({"mobile": "1381234567a"}, "mobile"),
        ({"mobile": "00000000000"}, "mobile"),
        ({"code": "12345"}, "sms_code"),
        ({"code": "abcdef"}, "sms_code"),
        ({"password": ""}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"token": ""}, "access_token"),
        ({"token": "x" * 2001}, "access_token"),
        ({"token": None}, "access_token"),
    ],
)
def test_bad_input_is_400_with_the_field_named(api: Client, db, changed, field):
    values = {"token": "x", "mobile": "13812345678", "code": "123456", "password": PASSWORD, **changed}

    answer = tie(api, **values)

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_new_account_needs_a_fit_password_and_is_not_made_without(api: Client, db, commit):
    answer = tie(
        api,
        token=bind_token(api),
        mobile="13812345678",
        code=code_for(api, "13812345678", commit=commit),
        password="12345678",
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "password.unfit")
    assert User.objects.count() == 0


def test_after_an_unfit_password_the_token_still_counts(api: Client, db, commit):
    token = bind_token(api)
    tie(api, token=token, mobile="13812345678", code=code_for(api, "13812345678", commit=commit), password="12345678")

    answer = tie(
        api, token=token, mobile="13900000001", code=code_for(api, "13900000001", commit=commit), password=PASSWORD
    )

    assert answer.status_code == 201


@pytest.mark.parametrize("name", ["github", "fake", "QQ", "q" * 40, "..", "qq%2f.."])
def test_a_platform_that_is_not_offered_is_refused(api: Client, db, name):
    for path in (f"/oauth/{name}/authorization/", f"/oauth/{name}/user/?code=a&state=b"):
        assert get(api, path).status_code in {400, 404}


def test_a_platform_that_is_down_is_503_and_its_state_is_spent(api: Client, db):
    state = begin(api)
    down = come_back(api, state=state, code=give_code_that_fails(provider="qq"))

    assert (down.status_code, down.json()["code"]) == (503, "oauth.provider_down")
    assert come_back(api, state=state).status_code == 400


@pytest.mark.parametrize(
    "query", [{}, {"code": "a"}, {"state": "b"}, {"code": "", "state": ""}, {"code": "a\x00", "state": "b"}]
)
def test_a_callback_without_its_parts_is_400(api: Client, db, query):
    assert get(api, "/oauth/qq/user/", query).status_code == 400


def test_the_cookie_is_httponly_lax_short_lived_and_only_for_these_routes(api: Client, db):
    answer = get(api, "/oauth/qq/authorization/")
    (cookie,) = [one for name, one in answer.cookies.items() if name.startswith("oauth_")]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/api/v1/oauth/"
    assert cookie["max-age"] == 600
    assert answer["Cache-Control"] == "no-store"


def test_the_cookie_goes_when_the_login_is_over(api: Client, db):
    answer = come_back(api, state=begin(api))

    (cookie,) = [one for name, one in answer.cookies.items() if name.startswith("oauth_")]
    assert cookie.value == ""


def test_two_tabs_do_not_disturb_each_other(api: Client, db):
    first, second = begin(api, next_path="/a"), begin(api, next_path="/b")

    assert come_back(api, state=first).json()["next"] == "/a"
    assert come_back(api, state=second).json()["next"] == "/b"


def test_too_many_logins_begun_from_one_address_are_429(api: Client, db):
    for _ in range(60):
        begin(api)

    assert get(api, "/oauth/qq/authorization/").status_code == 429


def test_a_disabled_account_is_not_opened(api: Client, db, commit):
    user = _bound(api, commit)
    user.is_active = False
    user.save()

    said = come_back(api, state=begin(api)).json()

    assert "token" not in said
    with time_machine.travel(time.time() + 61, tick=True):
        answer = tie(
            api,
            token=said["access_token"],
            mobile="13812345678",
            code=code_for(api, "13812345678", commit=commit),
            password=PASSWORD,
        )
    assert answer.json()["code"] == "oauth.password_wrong"


def test_nickname_follows_the_platform(api: Client, db, commit):
    _bound(api, commit)
    OAuthBinding.objects.update(nickname="旧名")

    come_back(api, state=begin(api))

    assert OAuthBinding.objects.get().nickname == "小美"


def test_the_same_person_in_another_app_of_the_platform_is_known_by_unionid(api: Client, db, commit):
    user = _bound(api, commit)
    OAuthBinding.objects.update(openid="of-another-app")

    assert come_back(api, state=begin(api)).json()["user_id"] == user.pk


def test_my_bindings_are_listed_and_gone_after_unbinding(api: Client, db, commit):
    user = _bound(api, commit)

    listed = get(api, "/oauth/", who=user).json()
    assert [(one["provider"], one["title"], one["nickname"]) for one in listed] == [("qq", "QQ", "小美")]
    assert delete(api, "/oauth/qq/", who=user).status_code == 204
    assert get(api, "/oauth/", who=user).json() == []
    assert delete(api, "/oauth/qq/", who=user).status_code == 404


def test_the_last_way_in_stays(api: Client, db, commit):
    user = _bound(api, commit)
    user.set_unusable_password()
    user.mobile = None
    user.save()

    answer = delete(api, "/oauth/qq/", who=user)

    assert (answer.status_code, answer.json()["code"]) == (409, "oauth.last_way_in")
    OAuthBinding.objects.create(user=user, provider="weibo", openid="W")
    assert delete(api, "/oauth/qq/", who=user).status_code == 204
    assert delete(api, "/oauth/weibo/", who=user).status_code == 409


def test_a_stranger_unbinds_nothing(api: Client, db, commit):
    _bound(api, commit)

    assert delete(api, "/oauth/qq/", who=UserFactory()).status_code == 404
    assert delete(api, "/oauth/qq/").status_code == 401
    assert get(api, "/oauth/").status_code == 401
    assert OAuthBinding.objects.count() == 1


def test_an_account_has_one_identity_per_platform(api: Client, db, commit):
    _bound(api, commit)
    token = bind_token(api, persona="阿东")

    with time_machine.travel(time.time() + 61, tick=True):
        answer = tie(
            api, token=token, mobile="13812345678", code=code_for(api, "13812345678", commit=commit), password=PASSWORD
        )

    assert (answer.status_code, answer.json()["code"]) == (409, "oauth.already_bound")


def test_the_offered_platforms_are_public(api: Client, db):
    assert get(api, "/oauth/providers/").json() == [{"provider": "qq", "title": "QQ"}]


def test_erasing_an_account_erases_its_bindings(api: Client, db, commit):
    user = _bound(api, commit)

    exported = exported_data(user=user)
    anonymise(user_id=user.pk)

    assert exported["oauth"][0]["nickname"] == "小美"
    assert OAuthBinding.objects.count() == 0


def test_a_login_by_platform_costs_few_queries(api: Client, db, commit):
    _bound(api, commit)
    state, code = begin(api), give_code(provider="qq", persona="小美")

    with CaptureQueriesContext(connection) as queries:
        assert come_back(api, state=state, code=code).status_code == 200

    ours = [one["sql"] for one in queries if "kernel_" not in one["sql"]]
    assert len(ours) <= 4, ours


def test_the_list_of_bindings_is_two_queries(api: Client, db, commit):
    user = _bound(api, commit)
    for provider in ("weibo", "wechat"):
        OAuthBinding.objects.create(user=user, provider=provider, openid="X")

    with CaptureQueriesContext(connection) as queries:
        assert len(get(api, "/oauth/", who=user).json()) == 3

    assert len(queries) == 2
