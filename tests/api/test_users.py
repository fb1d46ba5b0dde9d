"""The profile, the avatar, the export and the erasure through HTTP."""

import io
import json
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Pillow

from accounts.models import MailMessage, RefreshFamily, SmsMessage, User
from accounts.personal_data import PersonalData, _parts, register
from tests.accounts.people import bearer, code_for, delete, get, patch, picture, post, put
from tests.factories.people import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def user():
    return UserFactory(username="python", mobile=MOBILE)


def test_who_i_am_is_one_query(api, user):
    pair = post(api, "/authorizations/", {"username": "python", "password": PASSWORD}).json()

    with CaptureQueriesContext(connection) as queries:
        answer = get(api, "/user/", who=pair["token"])

    assert len(queries) == 1
    assert answer.json() == {
        "id": user.pk,
        "username": "python",
        "mobile": MOBILE,
        "email": "",
        "email_active": False,
        "nickname": "",
        "gender": 0,
        "birthday": None,
        "avatar": None,
        "is_staff": False,
    }


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer undefined", "Basic abc", "Bearer é", "Bearer " + "x" * 3000]
)
def test_without_a_token_that_counts_it_is_401(api, header):
    headers = {"Authorization": header.encode().decode("latin-1")} if header else {}

    answer = api.get("/api/v1/user/", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


def test_what_is_named_changes_and_what_is_not_stays(api, user):
    patch(api, "/user/", {"nickname": " 小蟒 ", "gender": "1", "birthday": "1990-02-28"}, who=user)

    answer = patch(api, "/user/", {"birthday": None}, who=user)

    assert (answer.json()["nickname"], answer.json()["gender"], answer.json()["birthday"]) == ("小蟒", 1, None)
    assert get(api, "/user/", who=user).json() == answer.json()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"nickname": "x" * 31}, "nickname"),
        ({"nickname": None}, "nickname"),
        ({"nickname": "a\x00b"}, "nickname"),
        ({"gender": 3}, "gender"),
        ({"gender": "male"}, "gender"),
        ({"gender": 10**30}, "gender"),
        ({"birthday": "1990-02-30"}, "birthday"),
        ({"birthday": "2999-01-01"}, "birthday"),
        ({"birthday": "1800-01-01"}, "birthday"),
    ],
)
def test_a_profile_that_cannot_be_right_is_a_400_that_names_the_field(api, user, data, field):
    answer = patch(api, "/user/", data, who=user)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_nothing_but_the_profile_can_be_changed(api, user):
    patch(
        api,
        "/user/",
        {"username": "other", "mobile": "13900000000", "is_staff": True, "email_active": True, "token_version": 9},
        who=user,
    )

    row = User.objects.get(pk=user.pk)
    assert (row.username, row.mobile, row.is_staff, row.email_active) == ("python", MOBILE, False, False)


def upload(api, user, file):
    return api.post("/api/v1/user/avatar/", {"avatar": file}, headers=bearer(user))


def test_an_avatar_is_drawn_anew_and_the_one_before_goes(api, user, commit):
    with commit(execute=True):
        first = upload(api, user, picture("JPEG", (900, 600)))
    stored_first = User.objects.get(pk=user.pk).avatar.name
    with commit(execute=True):
        second = upload(api, user, picture("PNG"))
    stored_second = User.objects.get(pk=user.pk).avatar.name

    assert first.status_code == second.status_code == 200
    assert first.json()["avatar"].startswith("http")
    assert first.json()["avatar"].endswith(".webp")
    assert not default_storage.exists(stored_first)
    with default_storage.open(stored_second) as file:
        assert Pillow.open(io.BytesIO(file.read())).format == "WEBP"
    with commit(execute=True):
        assert delete(api, "/user/avatar/", who=user).json()["avatar"] is None
    assert not default_storage.exists(stored_second)


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"<html></html>", b"\xff\xd8\xff\xe0broken", b"PK\x03\x04"]
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(api, user, commit, content):
    with commit(execute=True):
        before = upload(api, user, picture()).json()["avatar"]
    file = io.BytesIO(content)
    file.name = "photo.jpg"

    answer = upload(api, user, file)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "avatar"
    assert get(api, "/user/", who=user).json()["avatar"] == before


def test_without_a_file_it_is_a_400(api, user):
    answer = api.post("/api/v1/user/avatar/", {}, headers=bearer(user))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "avatar"


@pytest.fixture
def wish_list():
    """A part of the shop that keeps personal data."""
    kept = {}
    register(PersonalData("wishes", export=lambda pk: kept.get(pk, []), erase=lambda pk: kept.pop(pk, None)))
    yield kept
    del _parts["wishes"]


def test_everything_about_me_comes_as_a_file(api, user, wish_list):
    wish_list[user.pk] = ["茶壶"]

    answer = get(api, "/user/export/", who=user)

    data = json.loads(answer.content)
    assert answer["Content-Disposition"] == f'attachment; filename="meiduo-{user.pk}.json"'
    assert data["account"]["mobile"] == MOBILE
    assert data["wishes"] == ["茶壶"]
    assert "password" not in answer.content.decode()


def test_with_the_password_everything_personal_goes_and_the_row_stays(api, user, commit, wish_list):
    wish_list[user.pk] = ["茶壶"]
    with commit(execute=True):
        pair = post(api, "/authorizations/", {"username": "python", "password": PASSWORD}).json()
        patch(api, "/user/", {"nickname": "小蟒", "gender": 1, "birthday": "1990-02-28"}, who=user)
        put(api, "/email/", {"email": "python@example.com"}, who=user)
        get(api, f"/sms_codes/{MOBILE}/")
        upload(api, user, picture())
    avatar = User.objects.get(pk=user.pk).avatar.name

    with commit(execute=True):
        assert delete(api, "/user/", {"password": PASSWORD}, who=pair["token"]).status_code == 204

    row = User.objects.get(pk=user.pk)
    assert row.username == f"deleted-{user.pk}"
    assert (row.mobile, row.email, row.nickname, row.gender, row.birthday) == (None, "", "", 0, None)
    assert (row.is_active, row.email_active, row.avatar.name, row.last_login) == (False, False, "", None)
    assert not default_storage.exists(avatar)
    assert wish_list == {}
    assert not RefreshFamily.objects.filter(user=user).exists()
    assert not SmsMessage.objects.filter(mobile=MOBILE).exists()
    assert not MailMessage.objects.filter(to="python@example.com").exists()
    assert get(api, "/user/", who=pair["token"]).status_code == 401
    assert post(api, "/authorizations/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    assert post(api, "/authorizations/", {"username": "python", "password": PASSWORD}).status_code == 400
    assert get(api, "/usernames/python/count/").json()["count"] == 0


def test_a_code_for_that_purpose_proves_it_too(api, user, commit):
    wrong_purpose = code_for(api, MOBILE, commit=commit)
    assert delete(api, "/user/", {"sms_code": wrong_purpose}, who=user).status_code == 400
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        code = code_for(api, MOBILE, purpose="erasure", commit=commit)

        assert delete(api, "/user/", {"sms_code": code}, who=user).status_code == 204


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "account.proof_required"),
        ({"password": "wrong-password"}, "password.wrong"),
        ({"sms_code": "000000"}, "sms_code.wrong"),
    ],
)
def test_without_proof_nothing_goes(api, user, data, code):
    answer = delete(api, "/user/", data, who=user)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert User.objects.get(pk=user.pk).is_active


def test_staff_do_not_erase_themselves(api):
    boss = StaffFactory()

    answer = delete(api, "/user/", {"password": PASSWORD}, who=boss)

    assert (answer.status_code, answer.json()["code"]) == (409, "account.staff")


def test_the_mobile_of_an_erased_account_can_sign_up_again(api, user, commit):
    delete(api, "/user/", {"password": PASSWORD}, who=user)
    code = code_for(api, MOBILE, commit=commit)
    form = {"username": "python", "password": PASSWORD, "password2": PASSWORD, "mobile": MOBILE}

    assert post(api, "/users/", {**form, "sms_code": code, "allow": True}).status_code == 201
