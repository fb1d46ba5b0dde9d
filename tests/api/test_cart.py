"""The cart's routes, for buyers and guests."""

import base64
import json
import pickle

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.cart_cookie import COOKIE, SALT
from shop.cart.models import CartLine
from shop.catalog.models import Sku
from tests.accounts.people import delete, get, post, put
from tests.factories.catalog import MallImageFactory, SkuFactory
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture(params=["buyer", "guest"])
def who(request):
    return UserFactory() if request.param == "buyer" else None


def test_buyers_and_guests_put_in_set_tick_and_take_out(client, who):
    sku, other = SkuFactory(stock=9), SkuFactory(stock=9)

    added = post(client, "/cart/", {"sku_id": str(sku.pk), "count": "2", "selected": "true"}, who=who)
    assert (added.status_code, added.json()) == (
        201,
        {"sku_id": sku.pk, "count": 2, "selected": True, "total_count": 2},
    )
    assert post(client, "/cart/", {"sku_id": sku.pk, "count": 3}, who=who).json()["total_count"] == 5
    post(client, "/cart/", {"sku_id": other.pk}, who=who)
    was_set = put(client, "/cart/", {"sku_id": sku.pk, "count": 4, "selected": False}, who=who)
    assert was_set.json() == {"sku_id": sku.pk, "count": 4, "selected": False, "total_count": 4}

    shown = get(client, "/cart/", who=who)
    assert [(line["id"], line["count"], line["selected"]) for line in shown.json()] == [
        (other.pk, 1, True),
        (sku.pk, 4, False),
    ]
    assert "no-store" in shown["Cache-Control"]

    assert put(client, "/cart/selection/", {"selected": False}, who=who).json() == {"selected": False}
    assert {line["selected"] for line in get(client, "/cart/", who=who).json()} == {False}
    gone = delete(client, "/cart/", {"sku_id": sku.pk}, who=who)
    assert (gone.status_code, gone.content) == (204, b"")
    assert delete(client, "/cart/", {"sku_id": sku.pk}, who=who).status_code == 204
    assert [line["id"] for line in get(client, "/cart/", who=who).json()] == [other.pk]


def test_the_sum_of_a_line_is_checked_against_stock(client, who):
    sku = SkuFactory(stock=5)
    post(client, "/cart/", {"sku_id": sku.pk, "count": 3}, who=who)

    short = post(client, "/cart/", {"sku_id": sku.pk, "count": 3}, who=who)

    assert (short.status_code, short.json()["code"]) == (409, "stock.short")
    assert short.json()["params"]["left"] == 5
    assert get(client, "/cart/", who=who).json()[0]["count"] == 3


def test_ticking_all_of_an_empty_cart_is_fine(client, who):
    assert put(client, "/cart/selection/", {"selected": True}, who=who).status_code == 200
    assert get(client, "/cart/", who=who).json() == []


@pytest.mark.parametrize("method", [post, put])
def test_what_is_not_there_is_404_with_the_field_named(client, who, method):
    answer = method(client, "/cart/", {"sku_id": 10**12, "count": 1}, who=who)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, "sku_id")


@pytest.mark.parametrize("sku_id", [0, -1, 2**63, 10**40, "x", None, "\x00"])
def test_a_bad_sku_id_is_400_with_the_field_named(client, who, sku_id):
    for method in (post, put, delete):
        answer = method(client, "/cart/", {"sku_id": sku_id, "count": 1}, who=who)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "sku_id")


@pytest.mark.parametrize("token", ["undefined", "null", "x.y.z", ""])
def test_a_token_that_does_not_count_makes_a_guest_and_never_401(client, token):
    answer = client.get("/api/v1/cart/", headers={"authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()) == (200, [])


def test_the_guests_cookie_is_signed_json_for_a_year_that_no_script_reads(client):
    sku = SkuFactory(stock=9)

    answer = post(client, "/cart/", {"sku_id": sku.pk, "count": 2})

    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)
    assert signing.loads(cookie.value, salt=SALT) == {str(sku.pk): [2, 1, "99.00"]}


class Exploit:
    """What a pickled cart could do to a shop that unpickles it."""

    def __reduce__(self):
        return exec, ("raise SystemExit('the cookie ran code')",)


def test_a_cookie_that_is_a_pickle_forged_or_of_another_salt_is_an_empty_cart():
    sku = SkuFactory(stock=9)
    values = {str(sku.pk): [2, 1, "1.00"]}
    good = signing.dumps(values, salt=SALT)
    forged = [
        base64.b64encode(pickle.dumps(Exploit())).decode(),
        base64.b64encode(json.dumps(values).encode()).decode(),
        signing.dumps(values, salt="another"),
        signing.dumps([1, 2], salt=SALT),
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        "\x00",
        "é" * 10,
    ]
    for value in forged:
        client = Client()
        client.cookies[COOKIE] = value
        answer = client.get("/api/v1/cart/")
        assert (answer.status_code, answer.json()) == (200, [])
    client = Client()
    client.cookies[COOKIE] = good
    assert client.get("/api/v1/cart/").json()[0]["count"] == 2


def test_a_login_moves_the_guests_cart_in_and_the_cookie_goes(client, user):
    both, own = SkuFactory(stock=9), SkuFactory(stock=9)
    for sku in (both, own):
        post(Client(), "/cart/", {"sku_id": sku.pk, "count": 5}, who=user)
    post(client, "/cart/", {"sku_id": both.pk, "count": 2, "selected": False})

    logged_in = post(client, "/authorizations/", {"username": user.username, "password": PASSWORD})

    assert logged_in.cookies[COOKIE].value == ""
    kept = {line.sku_id: (line.count, line.selected) for line in CartLine.objects.filter(user=user)}
    assert kept == {both.pk: (2, False), own.pk: (5, True)}


def test_one_buyers_cart_is_no_other_buyers(client, user):
    sku, stranger = SkuFactory(stock=9), UserFactory()
    post(client, "/cart/", {"sku_id": sku.pk, "count": 2}, who=user)

    assert get(client, "/cart/", who=stranger).json() == []
    assert put(client, "/cart/", {"sku_id": sku.pk, "count": 9}, who=stranger).status_code == 404
    delete(client, "/cart/", {"sku_id": sku.pk}, who=stranger)
    put(client, "/cart/selection/", {"selected": False}, who=stranger)
    assert [(line.count, line.selected) for line in CartLine.objects.filter(user=user)] == [(2, True)]


def test_fields_that_nobody_asked_for_are_ignored(client, user):
    sku = SkuFactory(stock=9, price="10.00")

    post(client, "/cart/", {"sku_id": sku.pk, "price": "0.01", "price_seen": "0.01", "user_id": 1}, who=user)

    (line,) = get(client, "/cart/", who=user).json()
    assert (line["price"], line["price_seen"], line["amount"]) == ("10.00", "10.00", "10.00")


def test_the_cart_says_what_changed(client, who):
    sku = SkuFactory(stock=9, price="10.00")
    post(client, "/cart/", {"sku_id": sku.pk, "count": 3}, who=who)
    Sku.objects.filter(pk=sku.pk).update(price="12.00", stock=2)

    (line,) = get(client, "/cart/", who=who).json()

    assert line["changed"] == ["short", "price_up"]
    assert (line["left"], line["can_be_ordered"], line["stock_state"]) == (2, False, "low")


def reads(client, user):
    with CaptureQueriesContext(connection) as counted:
        answer = get(client, "/cart/", who=user)
    return len(counted), len(answer.json()), answer.json()[0]["default_image_url"]


def test_a_buyers_cart_is_read_in_two_statements_at_any_size_login_and_pictures_included(client, user):
    image = MallImageFactory()
    post(client, "/cart/", {"sku_id": SkuFactory(stock=9, default_image=image).pk}, who=user)
    get(client, "/cart/", who=user)  # the first look makes the picture's sizes

    assert reads(client, user)[:2] == (2, 1)
    for _number in range(29):
        post(client, "/cart/", {"sku_id": SkuFactory(stock=9, default_image=image).pk}, who=user)
    statements, lines, picture = reads(client, user)
    assert (statements, lines) == (2, 30)
    assert picture.startswith("http")
