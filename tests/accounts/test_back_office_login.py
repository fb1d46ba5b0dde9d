"""The back office's login form, and its user form."""

import pytest
from wagtail.users.forms import UserCreationForm, UserEditForm

from accounts.models import User
from tests.accounts.people import post
from tests.factories.people import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def _axes_on(settings):
    settings.AXES_ENABLED = True


WRONG = "wrong-password"


def attempt(client, password=WRONG, username="boss_lady", **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def test_the_right_password_opens_the_back_office(client):
    StaffFactory(username="boss_lady")

    answer = attempt(client, PASSWORD)

    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_after_five_failures_the_form_is_closed_with_a_page_in_chinese(client):
    StaffFactory(username="boss_lady")

    statuses = [attempt(client).status_code for _ in range(5)]
    locked = attempt(client, PASSWORD)

    assert statuses[:4] == [200] * 4
    assert locked.status_code == 429
    assert "请 15 分钟后再试" in locked.content.decode()
    assert client.get("/admin/").status_code == 302


def test_it_is_closed_for_that_address_only(client):
    StaffFactory(username="boss_lady")
    for _ in range(6):
        attempt(client, REMOTE_ADDR="198.51.100.7")

    assert attempt(client, PASSWORD, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_a_forged_forwarding_header_does_not_open_it_again(client):
    StaffFactory(username="boss_lady")
    for number in range(5):
        attempt(client, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")

    assert attempt(client, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.99").status_code == 429


def test_behind_one_proxy_of_ours_the_address_that_it_saw_counts(client, settings):
    settings.TRUSTED_PROXIES = 1
    StaffFactory(username="boss_lady")
    for number in range(6):
        attempt(client, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 198.51.100.7")

    assert attempt(client, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.99, 198.51.100.7").status_code == 429
    assert attempt(client, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9").status_code == 302


def test_logins_of_the_shop_do_not_count_for_the_back_office(client):
    StaffFactory(username="boss_lady")
    for _ in range(8):
        post(client, "/authorizations/", {"username": "boss_lady", "password": "wrong-password"})

    assert attempt(client, PASSWORD).status_code == 302


def test_a_buyer_gets_no_further_than_the_form(client):
    UserFactory(username="python")

    attempt(client, PASSWORD, username="python")

    assert client.get("/admin/").status_code == 302


def user_form(**changes):
    return {
        "username": "new_clerk",
        "email": "clerk@example.com",
        "first_name": "小",
        "last_name": "李",
        "password1": "lychee-on-ice-7",
        "password2": "lychee-on-ice-7",
        **changes,
    }


@pytest.mark.parametrize("name", ["abcd", "1" * 11, "with space", "a" * 21, "semi;colon"])
def test_the_user_form_keeps_to_the_rules_of_names(name):
    form = UserCreationForm(user_form(username=name))

    assert "username" in form.errors


def test_the_user_form_takes_a_good_name_and_refuses_a_common_password():
    assert UserCreationForm(user_form()).is_valid()
    assert UserCreationForm(user_form(password1="password1", password2="password1")).errors


def test_editing_a_user_keeps_to_the_rules_too_and_a_new_password_ends_the_sessions():
    user = UserFactory(username="python")
    version = user.token_version

    bad = UserEditForm(user_form(username="1234567"), instance=User.objects.get(pk=user.pk))
    good = UserEditForm(user_form(username="python", is_active="on"), instance=User.objects.get(pk=user.pk))

    assert "username" in bad.errors
    assert good.is_valid(), good.errors
    good.save()
    assert User.objects.get(pk=user.pk).token_version == version + 1
