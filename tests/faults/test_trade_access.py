"""Rows 50–52, 55 and 56 of the fault list: other people's things, fields that nobody may write, closed doors,
formulas in exports, and requests that want too much. What is walked through is read from the API documents and
from the back office's addresses, so a new route is covered on the day it is made.
"""

import csv
import io
import json
import time
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import User
from kernel import clock
from shop.aftersales.models import AfterSale
from shop.cart.services import add_to_cart
from shop.catalog.models import Sku
from shop.interest.models import Favorite
from shop.messages.models import BuyerMessage
from shop.orders.models import Order
from shop.orders.services import mark_shipped
from tests.accounts.people import bearer, get, patch, post, put
from tests.api.contract import CONTRACTS
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.staff import clerk, logged_in, superuser
from tests.factories.trade import buyer_with_address, buyers_with_addresses, paid_order, sku_with_stock, unpaid_order
from tests.faults.trading import order_body

pytestmark = [pytest.mark.fault, pytest.mark.django_db]


# -- 50: somebody else's


@pytest.fixture
def victim(db):
    """A buyer with one of everything that has an address of its own."""
    user = buyer_with_address()
    sku = sku_with_stock(9)
    sent = paid_order(user, items={sku: 2})
    mark_shipped(order_id=sent.pk, by=None)
    unpaid_order(user, items={sku: 1})
    add_to_cart(user=user, sku_id=sku.pk, count=1)
    BuyerMessage.objects.create(user=user, kind=1, subject="发票", message="请开发票", created_at=clock.now())
    Favorite.objects.create(user=user, sku=sku, created_at=clock.now())
    AfterSale.objects.create(
        number="2611210000000000000001", order=sent, user=user, kind="return", reason="other", amount="1.00"
    )
    return user


#: Whose value in an address decides whose thing is meant: how to find the victim's.
OWNED = {
    "address_id": lambda user: [user.addresses.get().pk],
    "message_id": lambda user: [BuyerMessage.objects.get(user=user).pk],
    "order_id": lambda user: [value for order in user.orders.all() for value in (order.number, order.pk)],
    "number": lambda user: [AfterSale.objects.get(user=user).number],
}
#: Values that mean the same for everybody: what they lead to is public, or the asker's own.
EVERYBODYS = {
    *("account", "area_id", "brand_id", "category_id", "goods_id", "image_code_id", "key", "mobile", "provider"),
    *("sku_id", "slug", "username"),
}
#: The current user, whatever the number says, or refused for another one than one's own: tested by name below.
ONESELF = {"user_id"}

#: Right for every route that has a body; unknown keys are ignored.
BODY = {
    "receiver": "李四",
    "place": "人民路1号",
    "mobile": "13912345678",
    "title": "家",
    "province_id": 440000,
    "city_id": 440100,
    "district_id": 440106,
    "reason": "other",
    "kind": "refund",
    "text": "不想要了",
    "carrier": "SF",
    "waybill": "SF123456",
    "comment": "非常好用的东西",
    "score": 5,
    "count": 1,
    "province": "广东省",
    "city": "广州市",
    "district": "天河区",
    "address": "人民路1号",
    "signer_name": "李四",
    "signer_mobile": "13912345678",
    "nums": 1,
    "name": "李四",
}


def operations():
    for contract in CONTRACTS:
        for path, methods in contract.document["paths"].items():
            for method, operation in methods.items():
                names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
                yield method, path, operation, names


def test_bola_every_name_in_an_address_is_known_to_these_tests():
    names = {name for *_rest, names in operations() for name in names}

    assert names <= {*OWNED, *EVERYBODYS, *ONESELF}


def everything_of(user):
    """Every row of every table that belongs to this user, directly or through their orders."""
    rows = {"user": list(User.objects.filter(pk=user.pk).values())}
    for model in apps.get_models():
        names = {field.name for field in model._meta.fields}
        if "user" in names and model._meta.get_field("user").related_model is User:
            rows[model.__name__] = list(model._default_manager.filter(user=user).order_by("pk").values())
        elif "order" in names and model._meta.get_field("order").related_model is Order:
            rows[model.__name__] = list(model._default_manager.filter(order__user=user).order_by("pk").values())
    rows["stock"] = list(Sku.objects.order_by("pk").values("pk", "stock", "sales", "comments"))
    return rows


@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_bola_another_buyers_things_are_404_on_every_route_and_nothing_moves(victim, who):
    caller = {"stranger": buyer_with_address, "staff": StaffFactory}[who]()
    token = bearer(caller)
    before = everything_of(victim)
    asked = set()

    for method, path, operation, names in operations():
        (name,) = [name for name in names if name in OWNED] or [None]
        if name is None:
            continue
        for value in OWNED[name](victim):
            body = {"sku": victim.orders.first().lines.get().sku_id, **BODY}
            answer = Client(raise_request_exception=False).generic(
                method.upper(),
                path.replace(f"{{{name}}}", str(value)),
                json.dumps(body) if "requestBody" in operation else b"",
                content_type="application/json",
                headers=token,
            )
            asked.add((method, path))
            # mxshop's numbers are whole; the shop's order number is text.
            expected = {404} if answer.status_code != 400 or len(str(value)) < 10 else {400, 404}
            assert answer.status_code in expected, (method, path, value, answer.content.decode())

    assert len(asked) >= 20
    assert everything_of(victim) == before


def test_bola_a_users_number_in_an_address_is_nobody_elses_key(victim):
    stranger = UserFactory()
    passwords = {"old_password": "lychee-on-ice-7", "password": "another-phrase-9", "password2": "another-phrase-9"}
    before = everything_of(victim)

    changed = put(Client(), f"/users/{victim.pk}/password/", passwords, who=stranger)
    shown = Client().get(f"/api/mxshop/users/{victim.pk}/", headers=bearer(stranger))
    renamed = Client().patch(
        f"/api/mxshop/users/{victim.pk}/",
        json.dumps({"name": "不是我"}),
        content_type="application/json",
        headers=bearer(stranger),
    )

    assert changed.status_code == 404
    assert victim.mobile not in shown.content.decode()
    assert renamed.status_code == 200
    assert everything_of(victim) == before


def test_bola_an_order_to_somebody_elses_address_is_404(victim):
    stranger, sku = buyer_with_address(), sku_with_stock(3)

    answer = post(Client(), "/orders/", order_body(victim, sku), who=stranger)

    assert answer.status_code == 404
    assert stranger.orders.count() == 0


# -- 51: fields that nobody may write

FORGED = {
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "token_version": 99,
    "email_active": True,
    "user": 1,
    "user_id": 1,
    "owner": 1,
    "id": 1,
    "pk": 1,
    "number": "1",
    "order_id": "1",
    "price": "0.01",
    "amount": "0.01",
    "freight": "0.00",
    "discount": "99",
    "goods_amount": "0.01",
    "paid_amount": "999",
    "paid_at": "2020-01-01T00:00:00Z",
    "refunded_amount": "9",
    "total_count": 1,
    "state": 5,
    "status": 5,
    "stock": 99999,
    "sales": 99999,
    "expires_at": "2099-01-01T00:00:00Z",
    "is_deleted": True,
    "is_default": False,
    "created_at": "2001-01-01T00:00:00Z",
    "price_seen": "0.01",
}


def test_mass_assign_an_order_keeps_to_the_servers_price_owner_and_state():
    buyer, stranger = buyers_with_addresses(2)
    sku = sku_with_stock(9, price="10.00")
    items = [FORGED | {"sku_id": sku.pk, "count": 2}]

    answer = post(Client(), "/orders/", FORGED | order_body(buyer, items=items) | {"user": stranger.pk}, who=buyer)

    assert (answer.status_code, answer.json()["payable"]) == (201, "20.00")
    order = Order.objects.get()
    assert (order.user, order.state, order.paid_amount, order.paid_at, order.discount) == (buyer, 1, 0, None, 0)
    assert order.expires_at < clock.now() + timedelta(days=1)
    sku.refresh_from_db()
    assert (sku.stock, sku.sales) == (7, 0)


def test_mass_assign_cart_address_and_account_take_their_own_fields_only():
    buyer, stranger = buyers_with_addresses(2)
    sku = sku_with_stock(9, price="10.00")
    others, version = everything_of(stranger), buyer.token_version
    address = {name: BODY[name] for name in ("receiver", "place", "mobile", "province_id", "city_id", "district_id")}
    forged = FORGED | {"user": stranger.pk, "user_id": stranger.pk}

    answers = [
        post(Client(), "/cart/", forged | {"sku_id": sku.pk, "count": 1}, who=buyer),
        put(Client(), "/cart/", forged | {"sku_id": sku.pk, "count": 2, "selected": True}, who=buyer),
        post(Client(), "/addresses/", forged | address, who=buyer),
        patch(Client(), "/user/", forged | {"nickname": "新名字"}, who=buyer),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 201, 200]
    buyer.refresh_from_db()
    assert (buyer.is_staff, buyer.is_superuser, buyer.is_active, buyer.email_active) == (False, False, True, False)
    assert (buyer.nickname, buyer.token_version) == ("新名字", version)
    assert buyer.cart_lines.get().price_seen == sku.price
    assert buyer.addresses.filter(is_deleted=False).count() == 2
    assert everything_of(stranger) == others


def test_mass_assign_cancelling_and_confirming_change_the_state_alone():
    buyer = buyer_with_address()
    waiting, sent = unpaid_order(buyer), paid_order(buyer)
    mark_shipped(order_id=sent.pk, by=None)
    sums = ("payable", "paid_amount", "refunded_amount", "goods_amount", "freight", "user_id", "number")
    before = [{name: getattr(one, name) for name in sums} for one in (waiting, sent)]

    answers = [
        put(Client(), f"/orders/{waiting.number}/cancel/", FORGED, who=buyer),
        put(Client(), f"/orders/{sent.number}/receipt/", FORGED, who=buyer),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    after = list(Order.objects.order_by("pk"))
    assert [one.state for one in after] == [6, 4]
    assert [{name: getattr(one, name) for name in sums} for one in after] == before


# -- 52: doors


def screens():
    """Every address of our own back-office screens, with what it takes filled in."""

    def walk(patterns, prefix, namespace):
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
                yield from walk(one.url_patterns, prefix + str(one.pattern), inner)
            elif _is_ours(one.callback):
                yield namespace, one

    for namespace, pattern in walk(get_resolver("wagtail.admin.urls").url_patterns, "", ""):
        names = list(pattern.pattern.converters) or []
        if pattern.name:
            yield reverse(f"{namespace}{pattern.name}", kwargs=dict.fromkeys(names, 1) if names else None)


def _is_ours(view):
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    kind = getattr(view, "view_class", None)
    return (kind or view).__module__.startswith("cms.viewsets")


def trade_screens():
    return sorted({url for url in screens() if url.split("/")[2] in {"order", "refund", "aftersale", "billdifference"}})


def test_bfla_the_back_office_of_trade_is_walked_through_at_all():
    assert len(trade_screens()) >= 10


@pytest.mark.parametrize("method", ["get", "post"])
def test_bfla_a_shop_token_opens_no_screen_of_the_back_office(method):
    boss = superuser()

    for url in trade_screens():
        answer = getattr(Client(), method)(url, headers=bearer(boss))
        assert answer.status_code == 302, url
        assert "/login/" in answer["Location"], url


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("permissions", [(), ("shop.view_spu", "shop.change_spu", "shop.view_sku")])
def test_bfla_staff_without_the_permission_see_and_change_nothing_of_trade(method, permissions):
    order = paid_order()
    browser = logged_in(clerk(*permissions))
    before = everything_of(order.user)

    for url in trade_screens():
        answer = getattr(browser, method)(url.replace("/1/", f"/{order.pk}/"), {"note": "x", "reason": "other"})
        assert answer.status_code in {302, 403, 404, 405}, (url, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"] in {"/admin/", "/admin"}, (url, answer["Location"])
    assert everything_of(order.user) == before


def test_bfla_staff_have_no_more_of_the_shop_api_than_a_buyer(victim):
    boss = superuser()

    assert get(Client(), "/orders/", who=boss).json()["count"] == 0
    assert get(Client(), f"/orders/{victim.orders.first().number}/", who=boss).status_code == 404


# -- 55: formulas in exports


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_csv_formula_what_buyers_typed_is_text_in_the_order_export(start):
    evil = f"{start}HYPERLINK(1)"
    placed = unpaid_order(remark=evil)
    Order.objects.filter(pk=placed.pk).update(receiver=evil, staff_note=evil)
    placed.user.nickname = evil[:20]
    placed.user.save()
    desk = logged_in(superuser())

    cells = []
    for name in ("order:index", "customer:index"):
        answer = desk.get(reverse(name), {"export": "csv"})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        _heading, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        assert rows, name
        cells += [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(start)]
    assert cells.count(f"'{evil}") >= 3


# -- 56: too much


def test_resource_every_list_refuses_a_page_of_a_billion():
    buyer = buyer_with_address()
    asked = 0

    for method, path, operation, names in operations():
        sized = [one["name"] for one in operation.get("parameters", []) if one["name"] in {"page_size", "limit"}]
        if method != "get" or not sized:
            continue
        for name in names:
            path = path.replace(f"{{{name}}}", "1")
        began = time.monotonic()
        answer = Client().get(path, {sized[0]: 10**9}, headers=bearer(buyer))
        asked += 1
        assert answer.status_code in {400, 404}, (path, answer.status_code)
        assert time.monotonic() - began < 2, path
    assert asked >= 5


@pytest.mark.parametrize("page", [10**6, 10**9, 10**30, -1, 0])
def test_resource_a_page_far_behind_the_end_is_answered_at_once(page):
    buyer = buyer_with_address()
    unpaid_order(buyer)

    for path in ("/orders/", "/skus/search/?q=x", "/browse_histories/"):
        began = time.monotonic()
        answer = get(Client(), path, {"page": page}, who=buyer)
        assert answer.status_code in {200, 400, 404}
        assert time.monotonic() - began < 2


def test_resource_huge_bodies_and_long_questions_are_refused_and_never_a_crash():
    buyer = buyer_with_address()
    sku = sku_with_stock(3)
    huge = order_body(buyer, items=[{"sku_id": sku.pk, "count": 1}] * 200_000)
    deep = "[" * 100_000 + "]" * 100_000
    headers = bearer(buyer)
    client = Client(raise_request_exception=False)

    answers = {
        "huge": client.post("/api/v1/orders/", json.dumps(huge), content_type="application/json", headers=headers),
        "deep": client.post("/api/v1/orders/", deep, content_type="application/json", headers=headers),
        "remark": post(client, "/orders/", order_body(buyer, sku, remark="长" * 500_000), who=buyer),
        "q": get(client, "/skus/search/", {"q": "手" * 20_000}),
        "suggest": get(client, "/search/suggestions/", {"q": "手" * 20_000}),
        "number": get(client, f"/orders/{'1' * 5000}/", who=buyer),
    }

    assert {
        name: answer.status_code for name, answer in answers.items() if answer.status_code not in {400, 404, 413}
    } == {}
    assert Order.objects.count() == 0
