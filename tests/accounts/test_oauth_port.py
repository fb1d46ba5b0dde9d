"""The contract of the OAuth port: the same questions to every adapter, the stand-in included."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.oauth import wire
from accounts.oauth.errors import CodeRejected, ProviderDown, ProviderUnknown
from accounts.oauth.port import OAuthProvider, clean_identity
from accounts.oauth.providers.fake import FakeProvider, give_code, give_code_that_fails
from accounts.oauth.providers.qq import QQProvider
from accounts.oauth.providers.wechat import WeChatProvider
from accounts.oauth.providers.weibo import WeiboProvider
from accounts.oauth.registry import offered, provider
from accounts.oauth.wire import understood
from tests.fakes.platforms import CLIENT, Platform, running

REAL: dict[str, type] = {"qq": QQProvider, "weibo": WeiboProvider, "wechat": WeChatProvider}


@dataclass
class Subject:
    """An adapter and how a test makes it meet people."""

    adapter: OAuthProvider
    give_code: Callable[[str], str]
    platform: Platform | None = None


@pytest.fixture(params=[*REAL, "fake"])
def subject(request, db) -> Iterator[Subject]:
    if request.param == "fake":
        yield Subject(FakeProvider(name="qq"), lambda who: give_code(provider="qq", persona=who))
        return
    with running(request.param) as platform:
        adapter = REAL[request.param](name=request.param, base_url=platform.url, **CLIENT)

        def code(who: str) -> str:
            made = f"code-{len(platform.codes)}-{who}"
            platform.codes[made] = f"OPENID_{who}"
            return made

        yield Subject(adapter, code, platform)


@pytest.fixture(params=list(REAL))
def real(request) -> Iterator[Subject]:
    with running(request.param) as platform:
        adapter = REAL[request.param](name=request.param, base_url=platform.url, **CLIENT)
        platform.codes["code"] = "OPENID"
        yield Subject(adapter, lambda who: "code", platform)


def test_the_browser_is_sent_with_the_state_and_the_way_back(subject):
    address = urlsplit(subject.adapter.authorize_url(state="st&te"))
    query = parse_qs(address.query)

    assert address.scheme in {"http", "https"}
    assert query["state"] == ["st&te"]
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"]


def test_a_code_says_who_it_was_given_for(subject):
    first = subject.adapter.identity(code=subject.give_code("a"))
    again = subject.adapter.identity(code=subject.give_code("a"))
    other = subject.adapter.identity(code=subject.give_code("b"))

    assert first.openid == again.openid != other.openid
    assert first.nickname


def test_a_code_counts_once(subject):
    code = subject.give_code("a")
    subject.adapter.identity(code=code)

    with pytest.raises(CodeRejected):
        subject.adapter.identity(code=code)


@pytest.mark.parametrize("code", ["made-up", "x" * 500, "&code=1", "汉字"])
def test_a_code_that_was_never_given_is_rejected(subject, code):
    with pytest.raises(CodeRejected):
        subject.adapter.identity(code=code)


@pytest.mark.parametrize("mood", ["down", "garbage", "redirect", "huge", "no_openid"])
def test_a_platform_in_a_bad_mood_is_down_for_us(real, mood):
    real.platform.mood = mood

    with pytest.raises(ProviderDown):
        real.adapter.identity(code="code")


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_slow_platform_is_given_up(real, mood, monkeypatch):
    monkeypatch.setattr(wire, "READ", 0.3)
    real.platform.mood = mood
    began = time.monotonic()

    with pytest.raises(ProviderDown):
        real.adapter.identity(code="code")

    assert time.monotonic() - began < 1.5


def test_every_question_has_a_timeout_of_seconds():
    assert wire.CONNECT <= 3
    assert wire.READ <= 5


def test_nobody_listening_is_down(real):
    dead = type(real.adapter)(name="dead", base_url="http://127.0.0.1:9", **CLIENT)

    with pytest.raises(ProviderDown):
        dead.identity(code="code")


def test_our_own_wrong_secret_is_down_and_not_the_buyers_fault(real):
    wrong = type(real.adapter)(name="wrong", base_url=real.platform.url, **{**CLIENT, "client_secret": "other"})

    with pytest.raises(ProviderDown):
        wrong.identity(code="code")


def test_a_login_goes_on_without_nickname_and_picture(real):
    real.platform.mood = "looks_down"

    found = real.adapter.identity(code="code")

    assert (found.openid, found.nickname, found.avatar) == ("OPENID", "", "")


def test_no_secret_code_or_token_reaches_a_log(real, caplog):
    caplog.set_level(logging.DEBUG, logger="accounts")
    for mood in ("down", "garbage", "no_openid", ""):
        real.platform.mood = mood
        real.platform.codes["code"] = "OPENID"
        try:
            real.adapter.identity(code="code")
        except ProviderDown:
            continue
    ours = " ".join(str(record.__dict__) for record in caplog.records if record.name.startswith("accounts"))

    assert CLIENT["client_secret"] not in ours
    assert "TOKEN0" not in ours
    assert "OPENID" not in ours


# -- QQ's own ways of answering


@pytest.mark.parametrize("form", ["json", "text"])
def test_qq_is_understood_in_json_and_in_jsonp_with_the_token_as_a_query_string(form):
    with running("qq") as platform:
        platform.form = form
        platform.codes["code"] = "QQOPENID"
        adapter = QQProvider(name="qq", base_url=platform.url, **CLIENT)

        found = adapter.identity(code="code")

        assert (found.openid, found.unionid, found.nickname) == ("QQOPENID", "UID_QQOPENID", "小美")
        assert found.avatar == "https://q.qlogo.cn/x/100"
        with pytest.raises(CodeRejected):
            adapter.identity(code="code")
        assert platform.requests[0][1]["fmt"] == "json"
        assert platform.requests[0][1]["redirect_uri"] == CLIENT["redirect_uri"]


def test_a_qq_token_of_another_app_is_refused():
    with running("qq") as platform:
        platform.codes["code"] = "QQOPENID"
        platform.mood = "other_app"

        with pytest.raises(ProviderDown):
            QQProvider(name="qq", base_url=platform.url, **CLIENT).identity(code="code")


def test_qq_sends_the_browser_where_qqlogintool_says():
    address = QQProvider(name="qq", **CLIENT).authorize_url(state="s")

    assert address.startswith("https://graph.qq.com/oauth2.0/authorize?response_type=code&client_id=101000001&")


def test_wechat_needs_its_fragment():
    assert WeChatProvider(name="wechat", **CLIENT).authorize_url(state="s").endswith("#wechat_redirect")


def test_a_weibo_uid_may_be_a_number():
    with running("weibo") as platform:
        platform.codes["code"] = 1404376560  # type: ignore[assignment]

        assert WeiboProvider(name="weibo", base_url=platform.url, **CLIENT).identity(code="code").openid == "1404376560"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('callback( {"openid":"X"} );\n', {"openid": "X"}),
        ("callback({})", {}),
        ("access_token=T&expires_in=1", {"access_token": "T", "expires_in": "1"}),
        ("", None),
        ("<html>", None),
        ("[1]", None),
        ("null", None),
        ("callback( nonsense );", None),
        ("[" * 100_000, None),
    ],
)
def test_answers_are_understood_or_not_but_never_break_us(body, found):
    assert understood(body) == found


@pytest.mark.parametrize("openid", [None, "", 5, "a b", "x" * 129, "a\x00b", ["a"], {"a": 1}, "汉字"])
def test_an_openid_that_is_none_is_refused(openid):
    with pytest.raises(ProviderDown):
        clean_identity(openid=openid)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://q.qlogo.cn/a.png", "https://q.qlogo.cn/a.png"),
        ("http://q.qlogo.cn/a.png", "https://q.qlogo.cn/a.png"),
        ("javascript:alert(1)", ""),
        ("//evil.example/a.png", ""),
        ("https://user:pass@evil.example/", ""),
        ("https://[::1", ""),
        ("https://a.cn/\n", ""),
        ("https://a.cn/" + "a" * 500, ""),
        (5, ""),
        (None, ""),
    ],
)
def test_only_a_plain_picture_address_is_kept(sent, kept):
    assert clean_identity(openid="X", avatar=sent).avatar == kept


def test_a_nickname_is_cut_and_cleaned():
    assert clean_identity(openid="X", nickname="a\x00b\n" + "长" * 100).nickname == ("ab" + "长" * 100)[:60]
    assert clean_identity(openid="X", nickname=None).nickname == ""


# -- registry and stand-in


def test_what_the_shop_does_not_offer_is_unknown(settings):
    settings.OAUTH_PROVIDERS = {}

    with pytest.raises(ProviderUnknown):
        provider("qq")


def test_every_configured_platform_is_offered_by_its_title(settings):
    settings.OAUTH_PROVIDERS = {
        "qq": "accounts.oauth.providers.qq.QQProvider",
        "weibo": "accounts.oauth.providers.weibo.WeiboProvider",
        "wechat": "accounts.oauth.providers.wechat.WeChatProvider",
    }
    settings.OAUTH_CLIENTS = dict.fromkeys(settings.OAUTH_PROVIDERS, CLIENT)

    assert offered() == [("qq", "QQ"), ("weibo", "微博"), ("wechat", "微信")]


def test_the_stand_in_can_be_down(db):
    with pytest.raises(ProviderDown):
        FakeProvider(name="qq").identity(code=give_code_that_fails(provider="qq"))


def test_a_code_of_one_stand_in_is_nothing_to_another(db):
    with pytest.raises(CodeRejected):
        FakeProvider(name="weibo").identity(code=give_code(provider="qq", persona="小美"))


def test_the_stand_in_refuses_to_be_built_where_it_is_switched_off(settings):
    settings.OAUTH_FAKE = False

    with pytest.raises(ImproperlyConfigured):
        FakeProvider(name="qq")
