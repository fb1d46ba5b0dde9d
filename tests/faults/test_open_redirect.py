"""Fault 48: after a login nobody is sent to another site."""

import pytest
from django.test import Client

from accounts.oauth.paths import safe_path

pytestmark = pytest.mark.fault

EVIL = [
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "\\evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\/\\/evil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%2fevil.example",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "/%252fevil.example",
    "/%25252fevil.example",
    "/%25%32%66evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%09/evil.example",
    "/%0d%0aLocation:https://evil.example",
    "/%00/evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/a/../../evil.example",
    "/%2e%2e//evil.example",
    "／／evil.example",
    "/／evil.example",
    "/%ef%bc%8fevil.example",
    "/⧸evil.example/@evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "//user@evil.example",
    "/@evil.example",
    "evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "/\u202eelpmaxe.live//",
    "/\u200b/evil.example",
    "/%",
    "/%zz",
    "/" + "a" * 500,
]
GOOD = {
    "": "/",
    "/": "/",
    "/cart": "/cart",
    "/user/center.html?tab=1&x=a%20b#top": "/user/center.html?tab=1&x=a%20b#top",
    "/goods/5/": "/goods/5/",
    "/search?text=手机": "/search?text=%E6%89%8B%E6%9C%BA",
    "/list?back=https%3A%2F%2Fshop.example%2F": "/list?back=https%3A%2F%2Fshop.example%2F",
}


def test_there_are_thirty_payloads():
    assert len(set(EVIL)) >= 30


@pytest.mark.parametrize("path", EVIL)
def test_a_place_that_is_not_ours_is_refused(db, client: Client, path):
    answer = client.get("/api/v1/oauth/qq/authorization/", {"next": path})

    assert answer.status_code == 400, answer.content.decode()
    assert answer.json()["errors"][0]["field"] == "next"
    assert "evil" not in answer.get("Location", "")
    assert not [name for name in answer.cookies if name.startswith("oauth_")]


@pytest.mark.parametrize(("path", "kept"), GOOD.items())
def test_a_path_of_ours_is_kept(path, kept):
    assert safe_path(path) == kept


@pytest.mark.parametrize("path", GOOD)
def test_a_path_of_ours_begins_a_login_and_stands_in_no_address(db, client: Client, path):
    answer = client.get("/api/v1/oauth/qq/authorization/", {"next": path})

    assert answer.status_code == 200
    if len(path) > 1:
        assert path not in answer.json()["login_url"]
