"""The back office's login form slows down whoever guesses."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import PASSWORD, StaffFactory


@pytest.fixture(autouse=True)
def _guarded(settings):
    settings.AXES_ENABLED = True
    settings.AUTHENTICATION_BACKENDS = [
        "axes.backends.AxesStandaloneBackend",
        "django.contrib.auth.backends.ModelBackend",
    ]


def _try(client: Client, username: str, password: str, **extra):
    return client.post(reverse("wagtailadmin_login"), {"username": username, "password": password}, **extra)


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client, db, settings):
    boss = StaffFactory(username="the_boss")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = _try(client, boss.username, "wrong-password")

    assert answer.status_code == 429
    assert _try(client, boss.username, PASSWORD).status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_owner_still_gets_in_from_another_address(client: Client, db, settings):
    boss = StaffFactory(username="the_boss")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        _try(client, boss.username, "wrong-password", REMOTE_ADDR="203.0.113.9")

    answer = _try(client, boss.username, PASSWORD, REMOTE_ADDR="198.51.100.7")

    assert answer.status_code == 302


def test_a_right_password_clears_the_count(client: Client, db, settings):
    boss = StaffFactory(username="the_boss")
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        _try(client, boss.username, "wrong-password")
    _try(client, boss.username, PASSWORD)
    client.logout()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        answer = _try(client, boss.username, "wrong-password")

    assert answer.status_code == 200
