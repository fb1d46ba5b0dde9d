"""/addresses/: the address book through HTTP."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Address, Area
from accounts.selectors.paste import _index
from tests.accounts.people import bearer, delete, get, post, put
from tests.factories.areas import SOME, address_values, install_areas, make_address
from tests.factories.people import UserFactory


@pytest.fixture(autouse=True)
def _areas(db):
    install_areas()
    yield
    _index.cache_clear()


@pytest.fixture
def buyer(db):
    return UserFactory()


def test_a_new_address_comes_back_with_names_and_ids_and_is_the_default(api: Client, buyer):
    answer = post(api, "/addresses/", address_values(), who=buyer)

    assert answer.status_code == 201
    assert answer.json() == {
        "id": Address.objects.get().pk,
        "title": "张三",
        "receiver": "张三",
        "province_id": 440000,
        "province": "广东省",
        "city_id": 440100,
        "city": "广州市",
        "district_id": 440106,
        "district": "天河区",
        "place": "体育西路123号",
        "mobile": "13812345678",
        "tel": "",
        "email": "",
        "is_default": True,
    }


def test_the_list_names_the_default_and_the_limit(api: Client, buyer):
    first, second = make_address(buyer), make_address(buyer, receiver="李四")

    listed = get(api, "/addresses/", who=buyer).json()

    assert listed["user_id"] == buyer.pk
    assert listed["default_address_id"] == first.pk
    assert listed["limit"] == 20
    assert [one["id"] for one in listed["addresses"]] == [second.pk, first.pk]


def test_an_empty_book_has_no_default(api: Client, buyer):
    assert get(api, "/addresses/", who=buyer).json() == {
        "user_id": buyer.pk,
        "default_address_id": None,
        "limit": 20,
        "addresses": [],
    }


def test_a_change_keeps_title_and_default(api: Client, buyer):
    address = make_address(buyer, title="家")

    answer = put(api, f"/addresses/{address.pk}/", address_values(place="新地址1号"), who=buyer)

    assert answer.status_code == 200
    assert (answer.json()["place"], answer.json()["title"], answer.json()["is_default"]) == ("新地址1号", "家", True)


def test_making_another_one_the_default_leaves_exactly_one(api: Client, buyer):
    make_address(buyer)
    second = make_address(buyer)

    assert put(api, f"/addresses/{second.pk}/status/", who=buyer).status_code == 200

    assert get(api, "/addresses/", who=buyer).json()["default_address_id"] == second.pk
    assert Address.objects.filter(is_default=True).count() == 1


def test_a_title_is_changed_alone(api: Client, buyer):
    address = make_address(buyer)

    answer = put(api, f"/addresses/{address.pk}/title/", {"title": "公司"}, who=buyer)

    assert answer.status_code == 200
    assert Address.objects.get().title == "公司"


def test_deleting_the_default_passes_it_on_and_keeps_the_row(api: Client, buyer):
    first, second, third = make_address(buyer), make_address(buyer), make_address(buyer)

    assert delete(api, f"/addresses/{first.pk}/", who=buyer).status_code == 204

    listed = get(api, "/addresses/", who=buyer).json()
    assert [one["id"] for one in listed["addresses"]] == [third.pk, second.pk]
    assert listed["default_address_id"] == third.pk
    assert Address.objects.get(pk=first.pk).is_deleted


def test_deleting_the_last_one_leaves_no_default(api: Client, buyer):
    address = make_address(buyer)

    delete(api, f"/addresses/{address.pk}/", who=buyer)

    assert get(api, "/addresses/", who=buyer).json()["default_address_id"] is None
    assert post(api, "/addresses/", address_values(), who=buyer).json()["is_default"]


def test_the_21st_address_is_refused_and_deleting_makes_room(api: Client, buyer):
    addresses = [make_address(buyer) for _ in range(20)]

    refused = post(api, "/addresses/", address_values(), who=buyer)
    delete(api, f"/addresses/{addresses[0].pk}/", who=buyer)

    assert refused.status_code == 400
    assert refused.json()["code"] == "address.too_many"
    assert refused.json()["non_field_errors"] == ["最多保存 20 个地址"]
    assert post(api, "/addresses/", address_values(), who=buyer).status_code == 201


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"receiver": ""}, "receiver"),
        ({"receiver": "   "}, "receiver"),
        ({"receiver": "长" * 21}, "receiver"),
        ({"receiver": "张\x00三"}, "receiver"),
        ({"receiver": None}, "receiver"),
        ({"receiver": 5}, "receiver"),
        ({"place": ""}, "place"),
        ({"place": "路" * 51}, "place"),
        ({"mobile": "12345678901"}, "mobile"),
        ({"mobile": "1381234567a"}, "mobile"),
        ({"mobile": "00000000000"}, "mobile"),
        ({"mobile": "138123456789"}, "mobile"),
        ({"mobile": "１３８１２３４５６７８"}, "mobile"),
        ({"mobile": "13812345678\n1"}, "mobile"),
        ({"tel": "12"}, "tel"),
        ({"tel": "0" * 21}, "tel"),
        ({"tel": "call me"}, "tel"),
        ({"email": "nobody"}, "email"),
        ({"email": f"{'a' * 100}@b.cn"}, "email"),
        ({"title": "名" * 21}, "title"),
        ({"province_id": "abc"}, "province_id"),
        ({"province_id": 0}, "province_id"),
        ({"province_id": -1}, "province_id"),
        ({"province_id": 2**63}, "province_id"),
        ({"province_id": 1.5}, "province_id"),
        ({"city_id": None}, "city_id"),
        ({"district_id": []}, "district_id"),
        ({"district_id": ""}, "district_id"),
        # chains that do not fit
        ({"province_id": 999999}, "province_id"),
        ({"province_id": 2**62}, "province_id"),
        ({"province_id": 440100}, "province_id"),
        ({"province_id": 110000}, "city_id"),
        ({"city_id": 110100}, "city_id"),
        ({"city_id": 440000}, "city_id"),
        ({"city_id": 440106}, "city_id"),
        ({"district_id": 110101}, "district_id"),
        ({"district_id": 440100}, "district_id"),
        ({"district_id": 441900119}, "district_id"),
    ],
)
def test_bad_input_is_400_with_the_field_named_and_stores_nothing(api: Client, buyer, changed, field):
    answer = post(api, "/addresses/", address_values(**changed), who=buyer)

    assert answer.status_code == 400, answer.content.decode()
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert Address.objects.count() == 0


@pytest.mark.parametrize("missing", ["receiver", "province_id", "city_id", "district_id", "place", "mobile"])
def test_a_missing_part_is_named(api: Client, buyer, missing):
    values = address_values()
    del values[missing]

    answer = post(api, "/addresses/", values, who=buyer)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == missing


def test_ids_as_text_and_null_extras_are_fine(api: Client, buyer):
    values = address_values(
        province_id="440000", city_id="440100", district_id="440106", tel=None, email=None, title=None
    )

    assert post(api, "/addresses/", values, who=buyer).status_code == 201


@pytest.mark.parametrize("tel", ["010-88886666", "010-88886666-801", "88886666", "02088886666", "400-123-4567"])
def test_telephone_numbers_as_people_write_them(api: Client, buyer, tel):
    assert post(api, "/addresses/", address_values(tel=tel), who=buyer).json()["tel"] == tel


def test_unknown_keys_are_ignored(api: Client, buyer):
    stranger = UserFactory()

    answer = post(api, "/addresses/", address_values(user_id=stranger.pk, is_default=False, is_deleted=True), who=buyer)

    assert answer.status_code == 201
    row = Address.objects.get()
    assert (row.user_id, row.is_default, row.is_deleted) == (buyer.pk, True, False)


@pytest.mark.parametrize("raw", ["{", "[]", "null", "5", '"x"', ""])
def test_a_body_that_is_no_object_is_400(api: Client, buyer, raw):
    answer = api.post(
        "/api/v1/addresses/",
        data=raw,
        content_type="application/json",
        headers=bearer(buyer),
    )

    assert answer.status_code == 400


def test_somebody_elses_address_is_404_by_every_way(api: Client, buyer):
    theirs = make_address(UserFactory())

    assert put(api, f"/addresses/{theirs.pk}/", address_values(), who=buyer).status_code == 404
    assert put(api, f"/addresses/{theirs.pk}/status/", who=buyer).status_code == 404
    assert put(api, f"/addresses/{theirs.pk}/title/", {"title": "x"}, who=buyer).status_code == 404
    assert delete(api, f"/addresses/{theirs.pk}/", who=buyer).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.title, theirs.is_deleted) == ("张三", False)


def test_a_deleted_address_is_404(api: Client, buyer):
    address = make_address(buyer)
    delete(api, f"/addresses/{address.pk}/", who=buyer)

    assert put(api, f"/addresses/{address.pk}/", address_values(), who=buyer).status_code == 404
    assert put(api, f"/addresses/{address.pk}/status/", who=buyer).status_code == 404
    assert delete(api, f"/addresses/{address.pk}/", who=buyer).status_code == 404


@pytest.mark.parametrize("address_id", [1, 2**63 - 1])
def test_an_unknown_address_is_404(api: Client, buyer, address_id):
    assert delete(api, f"/addresses/{address_id}/", who=buyer).status_code == 404


def test_a_guest_is_401(api: Client):
    assert get(api, "/addresses/").status_code == 401
    assert post(api, "/addresses/", address_values()).status_code == 401
    assert post(api, "/addresses/parse/", {"text": "x"}).status_code == 401


def test_an_address_in_a_retired_district_may_change_but_not_move_back(api: Client, buyer):
    address = make_address(buyer)
    other = make_address(buyer, district_id=440105)
    install_areas([row for row in SOME if row[0] != 440106], version="2027-01-01")

    stays = put(api, f"/addresses/{address.pk}/", address_values(mobile="13900000000"), who=buyer)
    moves = put(api, f"/addresses/{other.pk}/", address_values(), who=buyer)

    assert (stays.status_code, stays.json()["district"]) == (200, "天河区")
    assert moves.status_code == 400


def test_the_list_costs_the_same_for_1_and_for_20(api: Client, buyer):
    make_address(buyer)
    with CaptureQueriesContext(connection) as one:
        get(api, "/addresses/", who=buyer)
    for _ in range(19):
        make_address(buyer)
    with CaptureQueriesContext(connection) as twenty:
        assert len(get(api, "/addresses/", who=buyer).json()["addresses"]) == 20

    assert len(twenty) == len(one) == 2


def test_a_pasted_line_comes_back_with_ids(api: Client, buyer):
    answer = post(api, "/addresses/parse/", {"text": "张三 138-1234-5678 广东广州天河区体育西路123号"}, who=buyer)

    assert answer.status_code == 200
    assert answer.json() == {
        "receiver": "张三",
        "mobile": "13812345678",
        "tel": "",
        "email": "",
        "province_id": 440000,
        "province": "广东省",
        "city_id": 440100,
        "city": "广州市",
        "district_id": 440106,
        "district": "天河区",
        "place": "体育西路123号",
        "missing": [],
    }
    assert Address.objects.count() == 0


def test_what_a_pasted_line_lacks_is_named(api: Client, buyer):
    answer = post(api, "/addresses/parse/", {"text": "广东省广州市"}, who=buyer).json()

    assert answer["district_id"] is None
    assert answer["missing"] == ["receiver", "mobile", "district", "place"]


def test_a_pasted_line_knows_a_new_list_at_once(api: Client, buyer):
    post(api, "/addresses/parse/", {"text": "张三"}, who=buyer)
    install_areas([*SOME, (440118, 440100, "增城区", 3)], version="2027-01-01")

    assert post(api, "/addresses/parse/", {"text": "广州增城区荔枝路1号"}, who=buyer).json()["district_id"] == 440118


@pytest.mark.parametrize("text", ["", "   ", "长" * 501, None, 5, "a\x00b"])
def test_a_paste_that_is_no_line_is_400(api: Client, buyer, text):
    answer = post(api, "/addresses/parse/", {"text": text}, who=buyer)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "text"


def test_without_any_list_a_paste_still_finds_name_and_mobile(api: Client, buyer):
    Area.objects.all().update(is_valid=False)
    _index.cache_clear()

    answer = post(api, "/addresses/parse/", {"text": "张三 13812345678"}, who=buyer).json()

    assert (answer["receiver"], answer["mobile"]) == ("张三", "13812345678")
