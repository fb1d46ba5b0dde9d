"""Rows 44–46 of the fault list: replayed refresh tokens, ends of sessions, forged tokens. Through HTTP."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as conf
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.people import bearer, delete, get, last_code, post, put
from tests.factories.people import PASSWORD, UserFactory
from tests.fakes.parallel import at_once

pytestmark = pytest.mark.fault
race = pytest.mark.django_db(transaction=True)
MOBILE = "13812345678"


@pytest.fixture(autouse=True)
def _told_at_once(request, monkeypatch):
    """Tests that roll back at their end never commit; what waits for a commit happens at once there."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        monkeypatch.setattr(transaction, "on_commit", lambda call, using=None, robust=False: call())


@pytest.fixture
def user():
    return UserFactory(username="python", mobile=MOBILE)


@pytest.fixture
def pair(client, user):
    return post(client, "/authorizations/", {"username": "python", "password": PASSWORD}).json()


def refresh(token):
    return post(Client(), "/authorizations/refresh/", {"refresh": token})


def lives(pair):
    """Whether the access and the refresh token of this pair still count; refreshing uses the latter up."""
    return get(Client(), "/user/", who=pair["token"]).status_code, refresh(pair["refresh"]).status_code


@race
def test_refresh_replay_of_eight_at_once_has_one_success_and_a_later_replay_ends_the_login(pair):
    answers = at_once(8, lambda number: refresh(pair["refresh"]))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert get(Client(), "/user/", who=won["token"]).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(seconds=11), tick=False):
        assert refresh(pair["refresh"]).status_code == 401
        assert lives(won) == (401, 401)


@pytest.mark.django_db
def test_refresh_replay_ends_no_other_login_of_the_user(client, pair):
    other = post(client, "/authorizations/", {"username": "python", "password": PASSWORD}).json()
    refresh(pair["refresh"])
    with time_machine.travel(timezone.now() + timedelta(seconds=11), tick=False):
        refresh(pair["refresh"])

        assert lives(other) == (200, 200)


@pytest.mark.postgres
@race
def test_refresh_replay_control_without_the_row_lock_has_several_successes(pair, monkeypatch):
    """The row lock is what makes it one: without it several read the token as the newest."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    from accounts.services import sessions

    carry_on = sessions._carried_on

    def slowly(family, *, jti):
        import time

        time.sleep(0.1)
        return carry_on(family, jti=jti)

    monkeypatch.setattr(sessions, "_carried_on", slowly)

    answers = at_once(8, lambda number: refresh(pair["refresh"]).status_code)

    assert answers.count(200) > 1


def end_by_logout(client, user, pair):
    assert delete(client, "/authorizations/", who=pair["token"]).status_code == 204


def end_by_logout_everywhere(client, user, pair):
    assert delete(client, "/authorizations/all/", who=pair["token"]).status_code == 204


def end_by_password_change(client, user, pair):
    data = {"old_password": PASSWORD, "password": "mango-in-milk-8", "password2": "mango-in-milk-8"}
    assert put(client, f"/users/{user.pk}/password/", data, who=pair["token"]).status_code == 200


def end_by_lost_password(client, user, pair):
    token = get(client, "/accounts/python/sms/token/").json()["access_token"]
    assert get(client, "/sms_codes/", {"access_token": token}).status_code == 200
    proof = get(client, "/accounts/python/password/token/", {"sms_code": last_code(MOBILE)}).json()
    data = {"password": "mango-in-milk-8", "password2": "mango-in-milk-8", "access_token": proof["access_token"]}
    assert post(client, f"/users/{user.pk}/password/", data).status_code == 200


def end_by_disabling(client, user, pair):
    row = User.objects.get(pk=user.pk)
    row.is_active = False
    row.save()


def end_by_disabling_and_enabling(client, user, pair):
    end_by_disabling(client, user, pair)
    row = User.objects.get(pk=user.pk)
    row.is_active = True
    row.save()


def end_by_erasure(client, user, pair):
    assert delete(client, "/user/", {"password": PASSWORD}, who=pair["token"]).status_code == 204


def end_by_deleting_the_row(client, user, pair):
    User.objects.get(pk=user.pk).delete()


@pytest.mark.parametrize(
    ("end", "others_too"),
    [
        (end_by_logout, False),
        (end_by_logout_everywhere, True),
        (end_by_password_change, True),
        (end_by_lost_password, True),
        (end_by_disabling, True),
        (end_by_disabling_and_enabling, True),
        (end_by_erasure, True),
        (end_by_deleting_the_row, True),
    ],
    ids=lambda value: value.__name__.removeprefix("end_by_") if callable(value) else "",
)
@race
def test_revoke_ends_both_tokens_at_once(client, user, pair, end, others_too):
    other = post(client, "/authorizations/", {"username": "python", "password": PASSWORD}).json()

    end(client, user, pair)

    assert lives(pair) == (401, 401)
    assert lives(other) == ((401, 401) if others_too else (200, 200))


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims, *, key=None, algorithm="HS256", **header):
    return jwt.encode(claims, key or conf.JWT_SECRET_KEY, algorithm=algorithm, headers=header or None)


def raw(header, claims, sign=lambda text: b""):
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    text = b".".join(parts)
    return (text + b"." + base64.urlsafe_b64encode(sign(text)).rstrip(b"=")).decode()


@pytest.mark.django_db
def test_jwt_forge_the_control_signed_right_opens(pair):
    assert get(Client(), "/user/", who=signed(claims_of(pair["token"]))).status_code == 200


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.django_db
def test_jwt_forge_without_a_signature_is_refused(pair, alg):
    token = raw({"alg": alg, "typ": "JWT"}, claims_of(pair["token"]))

    assert get(Client(), "/user/", who=token).status_code == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.django_db
def test_jwt_forge_by_another_algorithm_with_the_right_key_is_refused(pair, algorithm):
    key = conf.JWT_SECRET_KEY + "x" * 64
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
    right_key = raw(
        {"alg": algorithm, "typ": "JWT"},
        claims_of(pair["token"]),
        lambda text: hmac.digest(conf.JWT_SECRET_KEY.encode(), text, digest),
    )

    assert get(Client(), "/user/", who=right_key).status_code == 401
    assert (
        get(Client(), "/user/", who=signed(claims_of(pair["token"]), key=key, algorithm=algorithm)).status_code == 401
    )


@pytest.mark.django_db
def test_jwt_forge_by_an_rsa_key_is_refused_whichever_way_round(pair):
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    claims = claims_of(pair["token"])

    by_rsa = jwt.encode(claims, private, algorithm="RS256")
    by_public_key_as_secret = raw(
        {"alg": "HS256", "typ": "JWT"}, claims, lambda text: hmac.digest(public, text, hashlib.sha256)
    )

    assert get(Client(), "/user/", who=by_rsa).status_code == 401
    assert get(Client(), "/user/", who=by_public_key_as_secret).status_code == 401


@pytest.mark.django_db
def test_jwt_forge_with_the_key_of_cookies_is_refused(pair):
    assert conf.JWT_SECRET_KEY != conf.SECRET_KEY
    assert get(Client(), "/user/", who=signed(claims_of(pair["token"]), key=conf.SECRET_KEY)).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-shop"},
        {"aud": None},
        {"iss": "another-issuer"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"token_type": "refresh"},
        {"token_type": None},
        {"jti": None},
        {"ver": 999},
        {"ver": None},
        {"ver": "x"},
        {"user_id": 10**30},
        {"user_id": None},
        {"user_id": "1 OR 1=1"},
        {"fam": uuid.UUID(int=7).hex},
        {"fam": "rubbish"},
        {"fam": 7},
    ],
    ids=lambda changes: "-".join(f"{name}={value}"[:24] for name, value in changes.items()),
)
@pytest.mark.django_db
def test_jwt_forge_with_a_claim_that_does_not_fit_is_refused_even_signed_right(pair, changes):
    claims = {**claims_of(pair["token"]), **changes}
    token = signed({name: value for name, value in claims.items() if value is not None})

    assert get(Client(), "/user/", who=token).status_code == 401


@pytest.mark.django_db
def test_jwt_forge_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(pair):
    assert get(Client(), "/user/", who=pair["refresh"]).status_code == 401
    assert refresh(pair["token"]).status_code == 401
    assert lives(pair) == (200, 200)


@pytest.mark.django_db
def test_jwt_forge_with_a_family_of_somebody_else_is_refused(client, pair):
    stranger = UserFactory(username="stranger")
    other = post(client, "/authorizations/", {"username": "stranger", "password": PASSWORD}).json()
    token = signed({**claims_of(pair["token"]), "user_id": stranger.pk})
    refreshing = signed({**claims_of(pair["refresh"]), "user_id": stranger.pk})

    assert get(Client(), "/user/", who=token).status_code == 401
    assert refresh(refreshing).status_code == 401
    assert lives(pair) == (200, 200)
    assert lives(other) == (200, 200)


@pytest.mark.parametrize(
    "token", ["", "undefined", "null", "a.b.c", "..", ".", "é.é.é", "x" * 100_000, "e30.e30.e30", "\t", "Bearer x"]
)
@pytest.mark.django_db
def test_jwt_forge_rubbish_is_401_and_never_a_crash(token):
    assert Client().get("/api/v1/user/", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert refresh(token).status_code in {400, 401}


@pytest.mark.django_db
def test_jwt_forge_where_a_guest_is_welcome_a_bad_token_is_a_guest(pair):
    from api.auth import BuyerOrGuest

    class Request:
        headers = bearer("undefined")

    assert not BuyerOrGuest()(Request()).is_authenticated


@pytest.mark.django_db
def test_jwt_forge_an_expired_token_is_refused_and_a_fresh_one_is_short(pair):
    claims = claims_of(pair["token"])
    assert 0 < claims["exp"] - claims["iat"] <= 900
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert get(Client(), "/user/", who=pair["token"]).status_code == 401
