"""The stand-in's pages are there only where a platform is the stand-in."""

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.browser.oauth_urls")

CALLBACK = "http://127.0.0.1:8000/oauth/fake/qq/callback/"


@pytest.fixture(autouse=True)
def _public(settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"


def test_a_real_platform_has_no_stand_in(client: Client, db, settings):
    settings.OAUTH_PROVIDERS = {"qq": "accounts.oauth.providers.qq.QQProvider"}

    assert client.get("/oauth/fake/qq/authorize/", {"state": "s", "redirect_uri": CALLBACK}).status_code == 404
    assert client.get("/oauth/fake/qq/callback/").status_code == 404


@pytest.mark.parametrize("name", ["weibo", "nothing"])
def test_a_platform_that_is_not_offered_has_no_stand_in(client: Client, db, name):
    assert client.get(f"/oauth/fake/{name}/authorize/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"state": "s"},
        {"redirect_uri": CALLBACK},
        {"state": "", "redirect_uri": CALLBACK},
        {"state": "s" * 501, "redirect_uri": CALLBACK},
        {"state": "s", "redirect_uri": "https://evil.example/"},
        {"state": "s", "redirect_uri": CALLBACK + "?x=1"},
    ],
)
def test_a_broken_request_shows_an_error_and_no_form(client: Client, db, query):
    answer = client.get("/oauth/fake/qq/authorize/", query)

    assert answer.status_code == 400
    assert "<form" not in answer.content.decode()
    assert client.post("/oauth/fake/qq/authorize/", {"decision": "agree", "persona": "小美"}).status_code == 400


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ({"decision": "agree", "persona": "小美"}, "code="),
        ({"decision": "agree", "other": "路人"}, "code="),
        ({"decision": "down"}, "code="),
        ({"decision": "refuse", "persona": "小美"}, "error=access_denied"),
        ({"decision": "agree"}, "error=access_denied"),
        ({"decision": "agree", "other": "a\x00b"}, "error=access_denied"),
        ({}, "error=access_denied"),
    ],
)
def test_a_decision_goes_back_with_the_state(client: Client, db, sent, came):
    answer = client.post(f"/oauth/fake/qq/authorize/?state=a%26b&redirect_uri={CALLBACK}", sent)

    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{CALLBACK}?{came}")
    assert answer["Location"].endswith("&state=a%26b")


def test_the_pages_are_never_kept_by_a_cache(client: Client, db):
    assert "no-store" in client.get("/oauth/fake/qq/callback/")["Cache-Control"]
