"""Accounts, addresses, favourites and messages of the second contract."""

import io

import pytest

from accounts.models import User
from accounts.tokens import access_token_for
from shop.interest.models import Favorite
from tests.accounts.people import last_code, picture
from tests.api.mxshop.client import ask
from tests.factories.areas import install_areas
from tests.factories.catalog import SkuFactory
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

MOBILE = "13912345678"


@pytest.fixture
def buyer(db):
    return UserFactory()


def test_a_mobile_signs_up_with_four_digits_and_logs_in_for_seven_days(api, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(api, "post", "/code/", {"mobile": MOBILE})
    assert (asked.status_code, asked.json()) == (201, {"mobile": MOBILE})
    code = last_code(MOBILE)
    assert len(code) == 4

    made = ask(api, "post", "/users/", {"username": MOBILE, "password": "sesam-oeffne-1", "code": code})
    assert (made.status_code, made.json()["username"]) == (201, MOBILE)

    logged = ask(api, "post", "/login/", {"username": MOBILE, "password": "sesam-oeffne-1"})
    assert logged.status_code == 200
    me = api.get("/api/mxshop/users/1/", headers={"Authorization": f"JWT {logged.json()['token']}"})
    assert me.json()["mobile"] == MOBILE
    from accounts.tokens import claims_of_access_token

    assert claims_of_access_token(logged.json()["token"]).family_id is not None


def test_the_token_still_counts_after_six_days_and_not_after_eight(api, buyer, time_machine):
    token = ask(api, "post", "/login/", {"username": buyer.username, "password": PASSWORD}).json()["token"]

    def status():
        return api.get("/api/mxshop/users/1/", headers={"Authorization": f"JWT {token}"}).status_code

    import datetime

    now = datetime.datetime.now(datetime.UTC)
    time_machine.move_to(now + datetime.timedelta(days=6))
    assert status() == 200
    time_machine.move_to(now + datetime.timedelta(days=8))
    assert status() == 401


@pytest.mark.parametrize("mobile", ["", "123", "139123456789"])
def test_a_bad_mobile_is_told_at_its_field(api, mobile):
    answer = ask(api, "post", "/code/", {"mobile": mobile})
    assert answer.status_code == 400
    assert answer.json()["mobile"]


def test_a_registered_mobile_gets_no_code(api):
    UserFactory(mobile=MOBILE)
    answer = ask(api, "post", "/code/", {"mobile": MOBILE})
    assert (answer.status_code, answer.json()) == (400, {"mobile": ["该手机号已注册"]})


def test_a_second_code_within_a_minute_is_refused_in_the_same_shape(api):
    assert ask(api, "post", "/code/", {"mobile": MOBILE}).status_code == 201
    again = ask(api, "post", "/code/", {"mobile": MOBILE})
    assert again.status_code == 400
    assert again.json()["non_field_errors"]
    assert int(again["Retry-After"]) > 0


def test_a_wrong_code_is_told_at_code_and_makes_nobody(api):
    answer = ask(api, "post", "/users/", {"username": MOBILE, "password": "sesam-oeffne-1", "code": "0000"})
    assert answer.status_code == 400
    assert "code" in answer.json()
    assert not User.objects.filter(mobile=MOBILE).exists()


def test_a_wrong_login_is_about_no_field(api, buyer):
    answer = ask(api, "post", "/login/", {"username": buyer.username, "password": "wrong-wrong"})
    assert answer.status_code == 400
    assert answer.json()["non_field_errors"]


def test_the_profile_is_mine_whatever_number_the_client_sends(api, buyer):
    changed = ask(
        api,
        "patch",
        "/users/1/",
        {"name": "小明", "gender": "female", "birthday": "2000-02-03T16:00:00.000Z", "email": "", "mobile": ""},
        who=buyer,
    )
    assert changed.status_code == 200, changed.content
    shown = ask(api, "get", "/users/4711/", who=buyer).json()
    assert (shown["name"], shown["gender"], shown["birthday"]) == ("小明", "female", "2000-02-03")


def test_another_mobile_needs_a_code_that_this_form_has_not(api, buyer):
    answer = ask(api, "patch", "/users/1/", {"mobile": "13900000000"}, who=buyer)
    assert answer.status_code == 400
    assert answer.json()["mobile"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/users/1/"),
        ("get", "/userfavs/"),
        ("get", "/messages/"),
        ("get", "/address/"),
        ("get", "/shopcarts/"),
        ("get", "/orders/"),
    ],
)
def test_without_a_login_mine_is_401(api, method, path):
    answer = ask(api, method, path)
    assert answer.status_code == 401
    assert answer.json()["detail"]


def address(**changed):
    return {
        "province": "广东省",
        "city": "广州市",
        "district": "天河区",
        "address": "体育西路123号",
        "signer_name": "张三",
        "signer_mobile": MOBILE,
        "add_time": "junk",
        "zzz": 1,
        **changed,
    }


def test_addresses_name_their_areas(api, buyer):
    install_areas()
    made = ask(api, "post", "/address/", address(province="广东"), who=buyer)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["province"], row["city"], row["district"]) == ("广东省", "广州市", "天河区")

    without = ask(api, "post", "/address/", {k: v for k, v in address().items() if k != "district"}, who=buyer)
    assert (without.status_code, without.json()["district"]) == (201, "")

    changed = ask(api, "patch", f"/address/{row['id']}/", {"signer_name": "李四", "district": "海珠区"}, who=buyer)
    assert (changed.json()["signer_name"], changed.json()["district"]) == ("李四", "海珠区")
    assert changed.json()["address"] == "体育西路123号"

    assert len(ask(api, "get", "/address/", who=buyer).json()) == 2
    assert ask(api, "delete", f"/address/{row['id']}/", who=buyer).status_code == 204
    assert ask(api, "get", f"/address/{row['id']}/", who=buyer).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"province": "火星省"}, "province"),
        ({"district": "火星区"}, "district"),
        ({"signer_mobile": "1"}, "signer_mobile"),
        ({"signer_name": ""}, "signer_name"),
        ({"address": "长" * 51}, "address"),
    ],
)
def test_a_bad_address_is_told_at_the_clients_field(api, buyer, changed, field):
    install_areas()
    answer = ask(api, "post", "/address/", address(**changed), who=buyer)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_a_stranger_has_no_address_of_mine(api, buyer):
    install_areas()
    mine = ask(api, "post", "/address/", address(), who=buyer).json()["id"]
    stranger = UserFactory()
    assert ask(api, "get", f"/address/{mine}/", who=stranger).status_code == 404
    assert ask(api, "patch", f"/address/{mine}/", {"signer_name": "王五"}, who=stranger).status_code == 404
    assert ask(api, "delete", f"/address/{mine}/", who=stranger).status_code == 404


def test_favourites_are_kept_by_goods_and_shown_by_both_contracts(api, buyer):
    sku = SkuFactory()
    made = ask(api, "post", "/userfavs/", {"goods": sku.spu_id}, who=buyer)
    assert (made.status_code, made.json()["goods"]["id"]) == (201, sku.spu_id)

    again = ask(api, "post", "/userfavs/", {"goods": sku.spu_id}, who=buyer)
    assert (again.status_code, again.json()) == (400, {"non_field_errors": ["已经收藏"]})
    assert Favorite.objects.get().sku_id == sku.pk
    shown = api.get(f"/api/v1/favorites/{sku.pk}/", headers={"Authorization": f"Bearer {access_token_for(buyer)}"})
    assert shown.status_code == 200

    assert [row["goods"]["id"] for row in ask(api, "get", "/userfavs/", who=buyer).json()] == [sku.spu_id]
    assert ask(api, "get", f"/userfavs/{sku.spu_id}/", who=buyer).status_code == 200
    assert ask(api, "delete", f"/userfavs/{sku.spu_id}/", who=buyer).status_code == 204
    assert ask(api, "get", f"/userfavs/{sku.spu_id}/", who=buyer).status_code == 404
    assert ask(api, "delete", f"/userfavs/{sku.spu_id}/", who=buyer).status_code == 404


def test_messages_come_as_a_form_with_an_empty_file_or_a_picture(api, buyer):
    headers = {"Authorization": f"JWT {access_token_for(buyer)}"}
    form = {"subject": "水果", "message": "何时到货", "message_type": "3", "file": ""}
    plain = api.post("/api/mxshop/messages/", form, headers=headers)
    assert plain.status_code == 201, plain.content
    with_file = api.post("/api/mxshop/messages/", {**form, "file": picture()}, headers=headers)
    assert with_file.json()["file"]
    bad = api.post("/api/mxshop/messages/", {**form, "message_type": "9", "file": io.BytesIO(b"")}, headers=headers)
    assert (bad.status_code, list(bad.json())) == (400, ["message_type"])

    rows = ask(api, "get", "/messages/", who=buyer).json()
    assert [row["message_type"] for row in rows] == [3, 3]
    assert len(rows[0]["add_time"]) == len("2026-01-01 10:00")
    assert ask(api, "delete", f"/messages/{rows[0]['id']}/", who=buyer).status_code == 204
    assert ask(api, "delete", f"/messages/{rows[0]['id']}/", who=UserFactory()).status_code == 404


@pytest.mark.parametrize("path", ["/userfavs/", "/address/", "/orders/", "/messages/", "/shopcarts/"])
def test_lists_take_as_many_queries_for_one_row_as_for_many(api, buyer, path, django_assert_max_num_queries):
    from tests.api.mxshop.test_trade import fill

    counts = []
    for number in (1, 6):
        fill(api, buyer, path, number)
        ask(api, "get", path, who=buyer)
        with django_assert_max_num_queries(12) as asked:
            answer = ask(api, "get", path, who=buyer)
        assert answer.json()
        counts.append(len(asked))
    assert counts[0] == counts[1]
