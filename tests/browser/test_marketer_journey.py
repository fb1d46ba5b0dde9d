"""A marketer's day: a banner is added, seen at a later time, approved by somebody else, switched, rolled back."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from cms import building
from cms.models import HomePage
from cms.services.site import MODERATORS, ensure_site
from cms.services.staff_groups import ensure_groups
from tests.factories.catalog import CategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home
from tests.factories.people import StaffFactory

SignedIn = Callable[[User], Page]


def _picture(page: Page, name: str, **options: Any) -> None:
    """Keep a picture of the screen where SCREENSHOTS says, for a person to look at."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", **options)


def _member(*groups: str) -> User:
    user = StaffFactory(is_superuser=False)
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


def _writer() -> User:
    """Somebody of the marketing group's rights, without publishing: what they write goes through review."""
    market, writers = Group.objects.get(name="市场"), Group.objects.create(name="撰稿")
    writers.permissions.set(market.permissions.all())
    for one in market.page_permissions.exclude(permission__codename="publish_page"):
        writers.page_permissions.create(page=one.page, permission=one.permission)
    for one in market.collection_permissions.all():
        writers.collection_permissions.create(collection=one.collection, permission=one.permission)
    return _member("撰稿")


@pytest.fixture
def shop(transactional_db: None) -> HomePage:
    """A homepage with one banner; the groups stand again after the tables were emptied."""
    ensure_site()
    ensure_groups()
    image = MallImageFactory(title="主会场图")
    sku = SkuFactory(name="手机甲")
    return make_home(
        make_carousel(make_banner(image=image.pk, title="平日横幅")),
        building.products(title="精选", source=[building.picked(sku.pk)]),
    )


def _titles(server: Any) -> list[str]:
    answer = httpx.get(f"{server.url}/api/v1/home/", timeout=10)
    return [banner["title"] for banner in answer.json()["banners"]]


def _local(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _write(page: Page, name: str, text: str) -> None:
    # Written without the focus, which opens a calendar over the buttons that come next.
    field = page.locator(f"input[name='{name}']")
    field.evaluate("(field, text) => { field.value = text; field.dispatchEvent(new Event('change')) }", text)


def _other(page: Page, server: Any, user: User) -> Page:
    """The same browser, but another person sits before it."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
    return page


def _footer(page: Page, action: str) -> None:
    """One of the actions at the foot of the editor, by its place and not by its words."""
    button = page.locator(f"footer {action}").first
    if not button.is_visible():
        page.locator("footer .w-dropdown__toggle").click()
    button.click()
    expect(page.locator(".messages .success").first).to_be_visible(timeout=30_000)


#: Asks the public homepage every tenth of a second until the title is there: the last moment without, the first with.
WATCH = """
async (title) => {
  let before = 0;
  while (true) {
    const asked = Date.now();
    const home = await (await fetch('/api/v1/home/', {cache: 'no-store'})).json();
    const answered = Date.now();
    if (home.banners.some((banner) => banner.title === title)) return {before, after: answered};
    before = asked;
    await new Promise((done) => setTimeout(done, 100));
  }
}
"""


def test_a_banner_is_added_seen_at_a_later_time_approved_switched_at_its_second_and_rolled_back(
    live_server: Any, shop: HomePage, signed_in: SignedIn
) -> None:
    writer, reviewer, lead = _writer(), _member(MODERATORS), _member("市场")
    before = HomePage.objects.get().latest_revision
    (carousel, _grid) = shop.body.get_prep_value()
    banner = carousel["value"]["banners"][0]
    editor = f"{live_server.url}/admin/pages/{shop.pk}/edit/"

    # A marketer adds a banner for tomorrow: a copy of the first with its own title and time.
    page = signed_in(writer)
    page.goto(f"{live_server.url}/admin/home/")
    page.locator(f"button[aria-controls='block-{carousel['id']}-content']").click()
    page.locator(f"#block-{banner['id']}-section button[title='创建副本']").first.click()
    tomorrow = timezone.localtime() + timedelta(days=1)
    _write(page, "body-0-value-banners-1-value-title", "零点横幅")
    _write(page, "body-0-value-banners-1-value-schedule-go_live_at", _local(tomorrow))

    # The preview shows it at a later time, and not now.
    page.get_by_role("button", name="预览开关").click()
    preview = page.frame_locator("iframe[title='预览']").last
    expect(preview.locator("img[alt='平日横幅']")).to_be_attached(timeout=30_000)
    expect(preview.locator("img[alt='零点横幅']")).to_have_count(0)
    page.locator("#preview-moment").fill((tomorrow + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    expect(preview.locator("img[alt='零点横幅']")).to_be_attached(timeout=30_000)
    _picture(page, "editor-preview")

    # It is submitted, and somebody else approves it; buyers still see the old homepage.
    _footer(page, "button[name='action-submit']")
    page = _other(page, live_server, reviewer)
    page.goto(editor)
    _footer(page, "button[data-workflow-action-name='approve']:not([data-workflow-action-modal-url])")
    assert [one["value"]["title"] for one in _live_banners()] == ["平日横幅", "零点横幅"]
    assert _titles(live_server) == ["平日横幅"]

    # Its time is brought forward to a few seconds from now, and the homepage switches at that second.
    page = _other(page, live_server, lead)
    page.goto(editor)
    switch = timezone.now().replace(microsecond=0) + timedelta(seconds=20)
    name = "body-0-value-banners-1-value-schedule-go_live_at"
    _write(page, name, timezone.localtime(switch).strftime("%Y-%m-%d %H:%M:%S"))
    _footer(page, "button[name='action-publish']")
    seen = page.evaluate(WATCH, "零点横幅")
    at = switch.timestamp() * 1000
    assert 0 < seen["before"] < at <= seen["after"] < at + 2000

    # Rolled back by the history screen, the homepage is what it was.
    page.goto(f"{live_server.url}/admin/pages/{shop.pk}/revisions/{before.pk}/revert/")
    _footer(page, "button[name='action-publish']")
    assert _titles(live_server) == ["平日横幅"]
    assert HomePage.objects.get().body.get_prep_value() == before.as_object().body.get_prep_value()


def _live_banners() -> list[dict[str, Any]]:
    return list(HomePage.objects.get().body.get_prep_value()[0]["value"]["banners"])


@pytest.fixture
def schedules(shop: HomePage) -> HomePage:
    """A week with something in it: times, a gap, an overlap."""
    now = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = now - timedelta(days=now.weekday())

    def days(start: float, end: float) -> Any:
        return building.schedule(monday + timedelta(days=start), monday + timedelta(days=end))

    image = MallImageFactory(title="图").pk
    make_home(
        make_carousel(
            make_banner(image=image, title="开学季", times=days(-3, 2.5)),
            make_banner(image=image, title="会员日", times=days(1, 4)),
            make_banner(image=image, title="周末狂欢", times=days(5, 7.5)),
        ),
        building.notices(lines=[building.notice(title="部分地区延迟发货", times=days(0, 5))]),
    )
    phones = CategoryFactory(name="手机")
    for title, start, end in (("新机首发", 0, 3), ("以旧换新", 2, 5)):
        CategoryAdFactory(
            title=title,
            category=phones,
            go_live_at=monday + timedelta(days=start),
            expire_at=monday + timedelta(days=end),
            published=False,
        )
    return shop


def test_the_calendar_works_with_the_keyboard_and_leads_to_the_editor(
    live_server: Any, schedules: HomePage, signed_in: SignedIn
) -> None:
    page = signed_in(_member("市场"))
    page.goto(f"{live_server.url}/admin/calendar/")
    _picture(page, "calendar")
    expect(page.get_by_text("有重叠").first).to_be_visible()
    first = page.locator(".cal-bar a", has_text="开学季")
    first.focus()

    page.keyboard.press("ArrowRight")
    expect(page.locator(".cal-bar a", has_text="会员日")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cal-bar a", has_text="部分地区延迟发货")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/admin/pages/{schedules.pk}/edit/#block-[0-9a-f-]+-section"))


def test_any_moment_is_seen_in_two_widths_and_a_link_opens_the_draft_without_a_login(
    live_server: Any, schedules: HomePage, signed_in: SignedIn, browser: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    page = signed_in(_member("市场"))
    now = timezone.localtime()
    saturday = now - timedelta(days=now.weekday()) + timedelta(days=5)
    page.goto(f"{live_server.url}/admin/moment/?at={saturday.strftime('%Y-%m-%dT12:00')}")
    for title in ("手机上的首页", "电脑上的首页"):
        frame = page.frame_locator(f"iframe[title='{title}']")
        expect(frame.locator("img[alt='周末狂欢']")).to_be_attached(timeout=30_000)
        expect(frame.locator("img[alt='会员日']")).to_have_count(0)
    _picture(page, "any-moment")

    page.goto(f"{live_server.url}/admin/preview-links/{schedules.pk}/")
    page.locator("button[name='make']").click()
    link = page.locator("#preview-address").input_value()
    visitor = browser.new_context(locale="zh-CN")
    asked: list[str] = []
    guest = visitor.new_page()
    guest.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    guest.goto(link)
    guest.wait_for_url("**/preview/page/")
    expect(guest.frame_locator("iframe").locator("ul.slides")).to_be_attached(timeout=30_000)
    guest.get_by_label("手机").check()
    assert guest.locator("iframe").bounding_box()["width"] <= 392
    _picture(guest, "preview-link")
    secret = link.partition("#")[2]
    assert len(secret) > 50
    assert not [one for one in asked if secret in one.partition("#")[0] or secret in one.partition(" ")[2]]
    visitor.close()
