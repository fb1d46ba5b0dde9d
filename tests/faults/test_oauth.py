"""Faults 47 and 49: logins with another platform that nobody can bend, replay or race."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import OAuthBinding, User
from accounts.oauth.dances import begin_dance, cookie_name, end_dance
from accounts.oauth.errors import StateRejected
from accounts.oauth.port import Identity
from accounts.oauth.providers.fake import give_code
from accounts.services import bindings
from accounts.services.bindings import bind
from accounts.services.sms_codes import LIVES, TRIES, Purpose, _name
from kernel import oneuse
from tests.accounts.dance import begin, bind_token, come_back, tie
from tests.factories.people import PASSWORD, UserFactory
from tests.fakes.parallel import at_once

pytestmark = pytest.mark.fault

MOBILE = "13812345678"


@pytest.fixture(autouse=True)
def _own_outbox(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _code(mobile: str = MOBILE, code: str = "123456") -> str:
    """A code as if it had just been sent to this mobile."""
    oneuse.put(_name(mobile, Purpose.SIGN_UP), code, seconds=LIVES, tries=TRIES)
    return code


# -- 47: oauth_state


@pytest.mark.parametrize("state", ["", "made-up", "x" * 200])
def test_oauth_state_missing_or_made_up_is_refused_and_the_platform_is_not_asked(api: Client, db, state, monkeypatch):
    monkeypatch.setattr("accounts.oauth.providers.fake.FakeProvider.identity", _never)
    begin(api)

    answer = come_back(api, state=state)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "state"
    assert OAuthBinding.objects.count() == 0


def _never(*args, **kwargs):
    raise AssertionError("the platform was asked without a valid state")


def test_oauth_state_reused_is_refused(api: Client, db):
    state = begin(api)
    cookie = api.cookies[cookie_name(state)].value

    assert come_back(api, state=state).status_code == 200
    api.cookies[cookie_name(state)] = cookie
    assert come_back(api, state=state).json()["code"] == "oauth.state_rejected"


def test_oauth_state_of_another_browser_is_refused_and_spent(api: Client, db):
    attacker = Client()
    state = begin(attacker)
    code = give_code(provider="qq", persona="attacker")

    victim = come_back(api, state=state, code=code)

    assert victim.json()["code"] == "oauth.state_rejected"
    assert come_back(attacker, state=state, code=code).json()["code"] == "oauth.state_rejected"


def test_oauth_state_with_the_cookie_of_another_login_is_refused(api: Client, db):
    mine, other = begin(api), begin(api)
    api.cookies[cookie_name(mine)] = api.cookies[cookie_name(other)].value

    assert come_back(api, state=mine).status_code == 400
    assert come_back(api, state=other).status_code == 200


def test_oauth_state_of_another_platform_is_refused(api: Client, db, settings):
    fake = "accounts.oauth.providers.fake.FakeProvider"
    settings.OAUTH_PROVIDERS = {"qq": fake, "weibo": fake}
    state = begin(api, provider="qq")

    assert come_back(api, state=state, provider="weibo").status_code == 400


def test_oauth_state_is_random_long_and_says_nothing(api: Client, db):
    states = {begin(api, next_path="/secret-place") for _ in range(20)}

    assert len(states) == 20
    assert all(len(state) >= 40 and "secret" not in state for state in states)


def test_oauth_state_expires(api: Client, db, monkeypatch):
    state = begin(api)
    later = oneuse.now_ms() + 601_000
    monkeypatch.setattr(oneuse, "now_ms", lambda: later)

    assert come_back(api, state=state).status_code == 400


def test_oauth_state_code_replayed_with_a_fresh_state_is_refused(api: Client, db):
    code = give_code(provider="qq", persona="小美")
    assert come_back(api, state=begin(api), code=code).status_code == 200

    again = come_back(api, state=begin(api), code=code)

    assert (again.status_code, again.json()["code"]) == (400, "oauth.code_rejected")
    assert OAuthBinding.objects.count() == 0


def test_oauth_state_is_not_in_the_store(db):
    dance = begin_dance(provider="qq", next_path="/")

    with pytest.raises(StateRejected):
        end_dance(provider="qq", state=cookie_name(dance.state), cookie_value=dance.cookie_value)
    assert end_dance(provider="qq", state=dance.state, cookie_value=dance.cookie_value) == "/"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_oauth_state_used_twenty_times_at_once_counts_once():
    client = Client()
    state = begin(client)
    name, value = cookie_name(state), client.cookies[cookie_name(state)].value
    codes = [give_code(provider="qq", persona="小美") for _ in range(20)]

    def come(number: int) -> int:
        browser = Client()
        browser.cookies[name] = value
        return come_back(browser, state=state, code=codes[number]).status_code

    assert sorted(at_once(20, come)) == [200] + [400] * 19


# -- 49: bind_hijack


def test_bind_hijack_needs_the_code_of_that_mobile(api: Client, db):
    victim = UserFactory(mobile=MOBILE)
    mine = _code("13900000001")

    answer = tie(api, token=bind_token(api, persona="attacker"), mobile=MOBILE, code=mine, password=PASSWORD)

    assert answer.json()["code"] == "sms_code.wrong"
    assert not victim.oauth_bindings.exists()


def test_bind_hijack_with_the_phone_in_hand_still_needs_the_password(api: Client, db):
    victim = UserFactory(mobile=MOBILE)

    answer = tie(api, token=bind_token(api, persona="attacker"), mobile=MOBILE, code=_code(), password="guess-guess")

    assert answer.json()["code"] == "oauth.password_wrong"
    assert not victim.oauth_bindings.exists()


def test_bind_hijack_every_guess_at_the_password_costs_a_code(api: Client, db):
    UserFactory(mobile=MOBILE)
    token, code = bind_token(api, persona="attacker"), _code()
    tie(api, token=token, mobile=MOBILE, code=code, password="guess-one1")

    assert tie(api, token=token, mobile=MOBILE, code=code, password=PASSWORD).json()["code"] == "sms_code.wrong"


def test_bind_hijack_a_code_for_another_purpose_binds_nothing(api: Client, db):
    oneuse.put(_name(MOBILE, Purpose.LOGIN), "123456", seconds=LIVES, tries=TRIES)

    answer = tie(api, token=bind_token(api), mobile=MOBILE, code="123456", password=PASSWORD)

    assert answer.json()["code"] == "sms_code.wrong"


def test_bind_hijack_the_database_refuses_a_second_owner(db):
    first, second = UserFactory(), UserFactory()
    OAuthBinding.objects.create(user=first, provider="qq", openid="X", unionid="U")

    for clash in (
        {"user": second, "openid": "X"},
        {"user": first, "openid": "Y"},
        {"user": second, "openid": "Y", "unionid": "U"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OAuthBinding.objects.create(provider="qq", **clash)
    OAuthBinding.objects.create(user=second, provider="weibo", openid="X", unionid="U")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_bind_hijack_one_identity_and_ten_mobiles_at_once_make_one_owner():
    """Ten tokens of one identity, ten mobiles, each with its right code: one wins, and no account is left over."""
    mobiles = [f"1381234{n:04}" for n in range(10)]
    tokens = [bind_token(Client()) for _ in mobiles]
    for mobile in mobiles:
        _code(mobile)

    def race(number: int) -> int:
        return tie(Client(), token=tokens[number], mobile=mobiles[number], code="123456", password=PASSWORD).status_code

    assert sorted(at_once(10, race)) == [201] + [409] * 9
    assert OAuthBinding.objects.count() == 1
    assert User.objects.filter(mobile__in=mobiles).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_bind_hijack_one_token_used_ten_times_at_once_ties_once():
    token = bind_token(Client())
    mobiles = [f"1381234{n:04}" for n in range(10)]
    for mobile in mobiles:
        _code(mobile)

    statuses = at_once(
        10,
        lambda number: tie(Client(), token=token, mobile=mobiles[number], code="123456", password=PASSWORD).status_code,
    )

    assert sorted(statuses) == [201] + [400] * 9
    assert User.objects.filter(mobile__in=mobiles).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_bind_hijack_control_without_the_constraint_the_race_makes_two_owners(monkeypatch):
    """The control: with the database's word taken away, the same race does bind one identity more than once."""
    mobiles = [f"1381234{n:04}" for n in range(10)]
    tokens = [bind_token(Client()) for _ in mobiles]
    for mobile in mobiles:
        _code(mobile)

    def unguarded(user: User, *, provider: str, identity: Identity) -> None:
        OAuthBinding.objects.create(user=user, provider=provider, openid=f"{identity.openid}-{user.pk}")

    monkeypatch.setattr(bindings, "_tie", unguarded)
    at_once(
        10,
        lambda number: bind(
            provider="qq",
            access_token=tokens[number],
            mobile=mobiles[number],
            password=PASSWORD,
            sms_code="123456",
            address="127.0.0.1",
        ),
    )

    assert OAuthBinding.objects.count() > 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_bind_hijack_untying_both_platforms_at_once_leaves_one():
    user = UserFactory(mobile=None)
    user.set_unusable_password()
    user.save()
    for provider in ("qq", "weibo"):
        OAuthBinding.objects.create(user=user, provider=provider, openid="X")

    at_once(2, lambda number: bindings.unbind(user_id=user.pk, provider=("qq", "weibo")[number]))

    assert OAuthBinding.objects.filter(user=user).count() == 1


def test_the_login_address_carries_nothing_but_the_state(api: Client, db):
    answer = api.get("/api/v1/oauth/qq/authorization/", {"next": "/cart"})
    query = parse_qs(urlsplit(answer.json()["login_url"]).query)

    assert set(query) == {"response_type", "client_id", "redirect_uri", "state"}
    assert "cart" not in json.dumps(query)
