"""The whole login with the stand-in, in a real browser: consent, first binding, next login, refusal, failure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import OAuthBinding, User
from tests.accounts.people import last_code
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOBILE = "13812345678"


@pytest.fixture
def shop(settings, tmp_path, live_server) -> str:
    """The running mall's address, with the stand-in's pages mounted and an outbox of its own."""
    settings.ROOT_URLCONF = "tests.browser.oauth_urls"
    settings.PUBLIC_URL = live_server.url
    settings.SMS_VENDORS = ["outbox"]
    settings.SMS_PROVIDERS = {
        **settings.SMS_PROVIDERS,
        "outbox": {"class": "accounts.sms.providers.outbox.OutboxSms", "options": {"path": tmp_path / "sms.jsonl"}},
    }
    return live_server.url


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which any script error fails the test."""
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[Any] = []
    page.on("pageerror", lambda error: wrong.append(error))
    yield page
    assert wrong == []


def _leave(page: Page, shop: str, *, next_path: str = "/") -> None:
    """Begin as a storefront does: ask the API from a page of the shop, then go where it says."""
    page.goto(f"{shop}/api/v1/docs")
    address = page.evaluate(
        """async (next) => {
            const answer = await fetch(`/api/v1/oauth/qq/authorization/?next=${encodeURIComponent(next)}`);
            return (await answer.json()).login_url;
        }""",
        next_path,
    )
    page.goto(address)


def _bind(page: Page) -> None:
    page.locator("[name=mobile]").fill(MOBILE)
    page.locator("#send").click()
    expect(page.locator("#said")).to_contain_text("验证码已发送")
    page.locator("[name=sms_code]").fill(last_code(MOBILE))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("#submit").click()


def test_the_whole_dance_binds_once_and_logs_in_the_next_time(page: Page, shop: str):
    _leave(page, shop)
    expect(page.locator("h1")).to_contain_text("使用 QQ 账号登录美多商城")
    page.locator("#agree").click()
    expect(page.locator("#bind")).to_be_visible()
    # A code and its state must not stay in the address bar or the history.
    assert urlsplit(page.url).query == ""
    _bind(page)
    expect(page.locator("#welcome")).to_be_visible()

    user = User.objects.get(mobile=MOBILE)
    assert page.locator("#username").inner_text() == user.username
    assert OAuthBinding.objects.get().nickname == "小美"
    me = page.evaluate(
        """async () => {
            const headers = { Authorization: `Bearer ${sessionStorage.getItem("token")}` };
            return (await fetch("/api/v1/user/", { headers })).json();
        }"""
    )
    assert me["id"] == user.pk

    _leave(page, shop, next_path="/livez?from=qq")
    page.locator("#agree").click()
    expect(page.locator("#welcome")).to_be_visible()
    assert page.locator("#username").inner_text() == user.username
    assert page.locator("#next").get_attribute("href") == "/livez?from=qq"
    assert User.objects.count() == 1


def test_scripts_of_the_page_cannot_read_the_cookie(page: Page, shop: str, context: BrowserContext):
    _leave(page, shop)

    ours = [one for one in context.cookies() if one["name"].startswith("oauth_")]
    assert len(ours) == 1
    assert (ours[0]["httpOnly"], ours[0]["sameSite"], ours[0]["path"]) == (True, "Lax", "/api/v1/oauth/")
    assert "oauth_" not in page.evaluate("document.cookie")


def test_somebody_who_refuses_is_told_so(page: Page, shop: str):
    _leave(page, shop)
    page.locator("#refuse").click()

    expect(page.locator("#wrong")).to_have_text("您拒绝了登录")
    assert User.objects.count() == 0


def test_a_platform_that_is_down_is_told_and_the_next_try_works(page: Page, shop: str):
    _leave(page, shop)
    page.locator("#down").click()
    expect(page.locator("#wrong")).to_contain_text("暂时不可用")

    _leave(page, shop)
    page.locator("#agree").click()
    expect(page.locator("#bind")).to_be_visible()


def test_a_way_back_sent_to_another_browser_opens_nothing(page: Page, shop: str, context: BrowserContext):
    """Login CSRF: the attacker finishes at the platform and sends the victim the last address."""
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/callback/?" in request.url else None)
    page.route("**/api/v1/oauth/qq/user/**", lambda route: route.abort())
    _leave(page, shop)
    page.locator("#agree").click()
    expect(page.locator("#wrong")).to_be_visible()

    victim = context.browser.new_context(locale="zh-CN").new_page()
    victim.goto(sent[0])

    expect(victim.locator("#wrong")).to_contain_text("登录请求无效或已过期")
    assert victim.evaluate("sessionStorage.getItem('token')") is None
    victim.context.close()


def test_the_stand_in_sends_nobody_to_a_foreign_address(page: Page, shop: str):
    answer = page.goto(f"{shop}/oauth/fake/qq/authorize/?state=s&redirect_uri=https://evil.example/")

    assert answer.status == 400
    expect(page.locator(".wrong")).to_be_visible()
    assert page.locator("#agree").count() == 0


def test_a_wrong_code_is_told_and_can_be_mended(page: Page, shop: str):
    _leave(page, shop)
    page.locator("[name=other]").fill("路人甲")
    page.locator("#agree").click()
    expect(page.locator("#bind")).to_be_visible()
    page.locator("[name=mobile]").fill(MOBILE)
    page.locator("[name=sms_code]").fill("000000")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("#submit").click()
    expect(page.locator("#said")).to_contain_text("短信验证码错误")

    _bind(page)
    expect(page.locator("#welcome")).to_be_visible()
    assert OAuthBinding.objects.get().nickname == "路人甲"
