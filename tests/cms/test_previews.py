"""Drafts before they are public: in the editor at any moment, and by a link for people without a login."""

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cms import building
from cms.models import HomePage
from cms.services import passes
from kernel.masking import masked
from tests.factories.catalog import SkuFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home, make_landing, make_page
from tests.factories.people import StaffFactory
from tests.factories.staff import logged_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
MIDNIGHT = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def marketer():
    user = StaffFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name="市场"))
    return user


def scheduled_home() -> HomePage:
    return make_home(
        make_carousel(make_banner(title="平日"), make_banner(title="零点", times=building.schedule(MIDNIGHT)))
    )


def draft_of(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision()
    return page


def previewed(page, mode: str = "") -> str:
    """What stands beside the editor: Wagtail asks the page in this way, as it is in the form."""
    return page.make_preview_request(preview_mode=mode).content.decode()


# -- beside the editor


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("", False),
        ("in-an-hour", False),
        ("tomorrow", True),
        ("in-a-week", True),
        ("at:2026-11-10T23:59", False),
        ("at:2026-11-11T00:00", True),
        ("at:nonsense", False),
    ],
)
def test_the_preview_shows_the_draft_at_the_chosen_moment(mode, shown):
    home = scheduled_home()

    html = previewed(home, mode)

    assert ("平日" in html, "零点" in html) == (True, shown)


def test_the_editor_offers_moments_widths_and_a_field_for_any_moment(marketer):
    html = logged_in(marketer).get(reverse("wagtailadmin_pages:edit", args=[scheduled_home().pk])).content.decode()

    for mode in ("in-an-hour", "tomorrow", "in-a-week"):
        assert f'<option value="{mode}"' in html
    assert 'data-device-width="375"' in html
    assert 'data-device-width="1280"' in html
    assert "cms/preview-moment.js" in html


def test_what_the_preview_shows_is_what_the_api_says(api):
    sku = SkuFactory(name="手机甲")
    blocks = [
        make_carousel(make_banner(title="横幅")),
        building.notices(lines=[building.notice(title="快讯", to=building.link(sku=sku.pk))]),
        building.products(title="精选", source=[building.picked(sku.pk)]),
    ]
    for page, path in ((make_home(*blocks), "home/"), (make_landing(*blocks), "pages/1111/")):
        answer = api.get(f"/api/v1/{path}").json()
        told = answer.get("landing") or answer
        html = previewed(page)
        banner, notice = told["banners"][0], told["notices"][0]
        (card,) = next(block["products"] for block in told["blocks"] if block["type"] == "products")
        for text in (banner["title"], banner["images"]["large"], notice["title"], notice["url"], card["name"]):
            assert text in html, (path, text)
        assert card["price"] in html
    page = make_page(building.heading("怎样退货"), building.text("<p>七天之内。</p>"), slug="returns")
    html = previewed(page)
    assert api.get("/api/v1/pages/returns/").json()["html"] in html


# -- links


def link_for(page, user, **form) -> str:
    url = reverse("cms_preview_links", args=[page.pk])
    answer = logged_in(user).post(url, {"hours": 24, "at": "", "make": "1", **form})
    assert "no-store" in answer["Cache-Control"]
    assert answer.context["address"], answer.context["form"].errors
    return answer.context["address"]


def opened(link: str, visitor: Client | None = None) -> tuple[Client, int]:
    """Somebody opens the link: the entry page's script hands over what stands behind the hash."""
    visitor = visitor or Client()
    parts = urlsplit(link)
    assert visitor.get(parts.path).status_code == 200
    return visitor, visitor.post(parts.path, {"pass": parts.fragment}).status_code


def seen(visitor: Client):
    return visitor.get(reverse("cms_preview_shown"))


def make_each() -> list:
    return [
        (draft_of(scheduled_home(), title="首页草稿", seo_title="首页草稿"), "首页草稿"),
        (draft_of(make_landing(make_carousel()), title="专题草稿"), "专题草稿"),
        (draft_of(make_page(), title="内容草稿"), "内容草稿"),
    ]


def test_drafts_of_every_kind_of_page_are_seen_without_a_login_and_stay_hidden_from_all_others(marketer, api):
    for page, text in make_each():
        visitor, status = opened(link_for(page, marketer))
        assert status == 302
        assert text in seen(visitor).content.decode()
        frame = visitor.get(reverse("cms_preview_page")).content.decode()
        assert text in frame
        assert 'value="phone"' in frame
    assert seen(Client()).status_code == 403
    assert "草稿" not in api.get("/api/v1/home/").content.decode()


def test_the_link_shows_a_moment_if_it_was_made_for_one(marketer):
    home = scheduled_home()

    now, _status = opened(link_for(home, marketer))
    then, _status = opened(link_for(home, marketer, at="2026-11-11T00:00"))

    assert "零点" not in seen(now).content.decode()
    assert "零点" in seen(then).content.decode()


def test_the_link_ends_by_itself_and_when_all_are_ended(marketer, now):
    home = scheduled_home()
    url = reverse("cms_preview_links", args=[home.pk])
    short, _status = opened(link_for(home, marketer, hours=1))
    long_link = link_for(home, marketer, hours=168)
    long, _status = opened(long_link)

    now.shift(timedelta(hours=1))
    assert (seen(short).status_code, seen(long).status_code) == (403, 200)

    assert logged_in(marketer).post(url, {"end": "1"}).status_code == 302
    assert seen(long).status_code == 403
    assert opened(long_link)[1] == 403
    again, status = opened(link_for(home, marketer))
    assert (status, seen(again).status_code) == (302, 200)


def test_ending_the_links_of_one_page_leaves_those_of_another(marketer):
    home, page = scheduled_home(), make_page()
    visitor, _status = opened(link_for(page, marketer))

    passes.end_passes(page=home, by=marketer)

    assert seen(visitor).status_code == 200


def test_the_pass_is_in_no_address_no_referer_and_no_index(marketer, caplog):
    link = link_for(scheduled_home(), marketer)
    parts = urlsplit(link)
    assert (parts.path, parts.query) == ("/preview/", "")
    with caplog.at_level(logging.DEBUG):
        visitor, _status = opened(link)
        answers = [visitor.get(reverse(name)) for name in ("cms_preview", "cms_preview_page", "cms_preview_shown")]

    assert [one["Referrer-Policy"] for one in answers] == ["same-origin", "no-referrer", "no-referrer"]
    assert {one["X-Robots-Tag"] for one in answers} == {"noindex, nofollow, noarchive"}
    assert {one["Cache-Control"] for one in answers} == {"private, no-store"}
    assert not any(parts.fragment in one.content.decode() for one in answers)
    assert parts.fragment not in caplog.text
    assert parts.fragment not in masked(f"GET /preview/{parts.fragment} 200"), "and if it were, it would be struck out"
    cookie = visitor.cookies["preview_pass"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/preview/")


@pytest.mark.parametrize("given", ["", "x", "eyJh.b.c", "\x00", "x" * 3000, "{link}x"])
def test_a_pass_that_is_none_of_ours_opens_nothing(marketer, given):
    link = link_for(scheduled_home(), marketer)
    visitor = Client()

    answer = visitor.post("/preview/", {"pass": given.replace("{link}", link)})

    assert answer.status_code == 403
    assert "preview_pass" not in visitor.cookies
    visitor.cookies["preview_pass"] = "forged"
    assert seen(visitor).status_code == 403


def test_a_pass_for_the_api_opens_no_page(marketer):
    given = passes.make_moment_pass(at=MIDNIGHT, by=marketer, lasts=timedelta(hours=1))

    assert Client().post("/preview/", {"pass": given}).status_code == 403


def test_a_page_that_was_deleted_is_not_shown_any_more(marketer):
    page = make_page()
    visitor, _status = opened(link_for(page, marketer))
    page.delete()

    assert seen(visitor).status_code == 403


def test_only_who_may_edit_a_page_makes_its_links(marketer):
    home = scheduled_home()
    clerk = StaffFactory(is_superuser=False)
    clerk.groups.add(Group.objects.get(name="订单"))
    url = reverse("cms_preview_links", args=[home.pk])

    assert logged_in(clerk).get(url).status_code == 302
    assert logged_in(clerk).post(url, {"hours": 24, "make": "1"}).status_code == 302
    assert url in logged_in(marketer).get(reverse("wagtailadmin_pages:edit", args=[home.pk])).content.decode()
    assert logged_in(marketer).get(reverse("cms_preview_links", args=[999_999])).status_code == 404


def test_a_link_that_would_work_for_a_year_is_refused(marketer):
    answer = logged_in(marketer).post(
        reverse("cms_preview_links", args=[scheduled_home().pk]), {"hours": 9000, "make": "1"}
    )

    assert "hours" in answer.context["form"].errors
    assert answer.context["address"] is None


# -- any moment


def test_the_screen_of_any_moment_shows_the_home_page_ads_and_products_as_they_will_be(marketer):
    scheduled_home()
    SkuFactory(spu__name="新手机", spu__on_sale_at=MIDNIGHT)
    ad = CategoryAdFactory(title="平日广告", expire_at=MIDNIGHT)
    browser = logged_in(marketer)

    def at(moment: str) -> tuple[str, str]:
        screen = browser.get(reverse("cms_moment"), {"at": moment}).content.decode()
        return screen, browser.get(reverse("cms_moment_home"), {"at": moment}).content.decode()

    now, home_now = at("2026-11-10T13:00")
    then, home_then = at("2026-11-11T00:00")

    assert ("零点" in home_now, "零点" in home_then) == (False, True)
    assert (ad.title in now, ad.title in then) == (True, False)
    assert ("新手机" in now, "新手机" in then) == (False, True)
    assert browser.get(reverse("cms_moment"), {"at": "nonsense"}).status_code == 200
    assert browser.get(reverse("cms_moment_home"), {"at": "nonsense"}).status_code == 400


def test_the_screen_makes_an_address_for_the_api_that_works_without_a_login(marketer, api):
    scheduled_home()

    answer = logged_in(marketer).post(f"{reverse('cms_moment')}?at=2026-11-11T00:00", {"hours": 1})

    parts = urlsplit(answer.context["address"])
    titles = [one["title"] for one in api.get(f"{parts.path}?{parts.query}").json()["banners"]]
    assert titles == ["平日", "零点"]
