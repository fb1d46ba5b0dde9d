"""The e-mail address and its verification through HTTP."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import MailMessage, User
from tests.accounts.people import get, put
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def user():
    return UserFactory(username="python")


def mailed_token(api, commit, user, email="python@example.com"):
    with commit(execute=True):
        answer = put(api, "/email/", {"email": email}, who=user)
    assert answer.status_code == 200, answer.content
    link = re.search(r"http\S+", mail.outbox[-1].body).group()
    return parse_qs(urlsplit(link).query)["token"][0]


def verify(api, token, *, by=put):
    if by is get:
        return get(api, "/emails/verification/", {"token": token})
    return api.put("/api/v1/emails/verification/", query_params={"token": token})


@pytest.mark.parametrize("by", [put, get])
def test_the_mailed_link_verifies_the_address(api, commit, user, by):
    token = mailed_token(api, commit, user)
    assert get(api, "/user/", who=user).json()["email_active"] is False

    assert verify(api, token, by=by).status_code == 200

    me = get(api, "/user/", who=user).json()
    assert (me["email"], me["email_active"]) == ("python@example.com", True)


def test_the_mail_is_text_and_html_in_the_readers_language(api, commit, user):
    mailed_token(api, commit, user)

    sent = mail.outbox[-1]
    html = sent.alternatives[0]
    assert sent.to == ["python@example.com"]
    assert "美多商城" in sent.subject
    assert "python" in sent.body
    assert html.mimetype == "text/html"
    assert "验证邮箱" in html.content


def test_a_name_with_markup_stays_text_in_the_html(api, commit, user):
    User.objects.filter(pk=user.pk).update(nickname="<b>x</b>")

    mailed_token(api, commit, user)

    assert "&lt;b&gt;x" in mail.outbox[-1].alternatives[0].content
    assert "<b>x" in mail.outbox[-1].body


def test_a_link_works_once(api, commit, user):
    token = mailed_token(api, commit, user)
    verify(api, token)

    again = verify(api, token)

    assert (again.status_code, again.json()["code"]) == (400, "email.token_refused")


def test_a_link_ends_after_a_day(api, commit, user):
    token = mailed_token(api, commit, user)
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=5), tick=False):
        assert verify(api, token).status_code == 400


def test_another_address_voids_the_link_and_the_verification(api, commit, user):
    first = mailed_token(api, commit, user)
    verify(api, first)
    second = mailed_token(api, commit, user, "other@example.com")

    assert get(api, "/user/", who=user).json()["email_active"] is False
    assert verify(api, first).status_code == 400
    assert verify(api, second).status_code == 200


def test_going_back_to_the_first_address_needs_a_new_link(api, commit, user):
    first = mailed_token(api, commit, user)
    mailed_token(api, commit, user, "other@example.com")
    newest = mailed_token(api, commit, user)

    assert verify(api, first).status_code == 400
    assert verify(api, newest).status_code == 200


def test_the_same_verified_address_again_changes_nothing_and_mails_nothing(api, commit, user):
    verify(api, mailed_token(api, commit, user))
    with commit(execute=True):
        put(api, "/email/", {"email": "Python@Example.com"}, who=user)

    assert len(mail.outbox) == 1
    assert get(api, "/user/", who=user).json()["email_active"] is True


def test_an_address_that_somebody_verified_cannot_be_taken(api, commit, user):
    other = UserFactory()
    before = mailed_token(api, commit, other)
    verify(api, mailed_token(api, commit, user))

    late = put(api, "/email/", {"email": "python@example.com"}, who=UserFactory())
    race = verify(api, before)

    assert (late.status_code, late.json()["errors"][0]["field"]) == (400, "email")
    assert (race.status_code, race.json()["code"]) == (400, "email.taken")


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com", "a@" + "x" * 260]
)
def test_what_is_no_address_is_a_400_that_names_the_field(api, user, email):
    answer = put(api, "/email/", {"email": email}, who=user)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "email"


def test_rubbish_is_no_token(api):
    for token in ("", "x", "é", "gAAAAAB", "x" * 3000):
        assert verify(api, token).status_code == 400


def test_mails_are_limited_per_user(api, user):
    statuses = [put(api, "/email/", {"email": f"p{n}@example.com"}, who=user).status_code for n in range(6)]

    assert statuses == [200] * 5 + [429]


def test_the_row_keeps_no_link_once_it_was_mailed(api, commit, user):
    mailed_token(api, commit, user)

    row = MailMessage.objects.get()
    assert (row.state, row.sealed) == ("sent", "")


def test_setting_an_address_needs_a_login(api):
    assert put(api, "/email/", {"email": "a@example.com"}).status_code == 401
