"""/areas/: provinces, children, the tree; bytes with 304."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.areas import SOME, install_areas


@pytest.fixture(autouse=True)
def _areas(db):
    install_areas()


def test_the_list_holds_the_provinces(api: Client, hot_bytes):
    assert api.get("/api/v1/areas/").json() == [{"id": 110000, "name": "北京市"}, {"id": 440000, "name": "广东省"}]


def test_an_area_comes_with_what_lies_right_below_it(api: Client, hot_bytes):
    assert api.get("/api/v1/areas/440000/").json() == {
        "id": 440000,
        "name": "广东省",
        "subs": [{"id": 440100, "name": "广州市"}, {"id": 441900, "name": "东莞市"}],
    }
    assert api.get("/api/v1/areas/441900119/").json() == {"id": 441900119, "name": "长安镇", "subs": []}


def test_the_tree_holds_everything(api: Client, hot_bytes):
    tree = api.get("/api/v1/areas/tree/").json()

    assert [one["name"] for one in tree] == ["北京市", "广东省"]
    assert [one["name"] for one in tree[1]["subs"][0]["subs"]] == ["海珠区", "天河区"]
    assert tree[1]["subs"][1]["subs"][0] == {"id": 441900119, "name": "长安镇", "subs": []}


@pytest.mark.parametrize("path", ["/areas/", "/areas/440000/", "/areas/tree/"])
def test_the_answer_has_an_etag_and_is_304_while_it_holds(api: Client, path):
    first = api.get(f"/api/v1{path}")
    again = api.get(f"/api/v1{path}", headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("path", ["/areas/", "/areas/440000/", "/areas/tree/"])
def test_the_second_answer_asks_no_area_table(api: Client, path):
    api.get(f"/api/v1{path}")

    with CaptureQueriesContext(connection) as queries:
        assert api.get(f"/api/v1{path}").status_code == 200

    assert [one["sql"] for one in queries if "accounts_area" in one["sql"]] == []


def test_a_new_list_is_seen_at_the_next_request(api: Client, django_capture_on_commit_callbacks):
    before = api.get("/api/v1/areas/440000/")

    with django_capture_on_commit_callbacks(execute=True):
        install_areas([*SOME, (440300, 440000, "深圳市", 2)], version="2027-01-01")
    after = api.get("/api/v1/areas/440000/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert {"id": 440300, "name": "深圳市"} in after.json()["subs"]


@pytest.mark.parametrize("area_id", [999999, 1, 2**31, 2**63 - 1])
def test_an_unknown_area_is_404(api: Client, area_id):
    answer = api.get(f"/api/v1/areas/{area_id}/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "area.not_found"


@pytest.mark.parametrize("area_id", ["0", str(2**63), "9" * 40])
def test_a_number_that_no_column_holds_is_400(api: Client, area_id):
    assert api.get(f"/api/v1/areas/{area_id}/").status_code == 400


@pytest.mark.parametrize("area_id", ["abc", "-1", "1.5", "tree2"])
def test_what_is_no_number_is_404(api: Client, area_id):
    assert api.get(f"/api/v1/areas/{area_id}/").status_code == 404


def test_a_retired_area_is_404_and_in_no_list(api: Client):
    install_areas([row for row in SOME if row[0] != 440106], version="2027-01-01")

    assert api.get("/api/v1/areas/440106/").status_code == 404
    assert {"id": 440106, "name": "天河区"} not in api.get("/api/v1/areas/440100/").json()["subs"]
