"""Editors' previews in the storefront: the draft's own answers come along, and nothing of the live shop does."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from cms import building
from cms.models import HomePage
from cms.services import passes
from tests.factories.catalog import SkuFactory
from tests.factories.content import make_banner, make_carousel, make_home, make_index, make_landing, make_page
from tests.factories.people import StaffFactory
from tests.factories.staff import logged_in
from tests.meiduo.test_storefront_shell import MANIFEST

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2041, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def built(settings: Any, tmp_path: Path) -> None:
    """A build as Vite leaves it, of one page."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text(json.dumps(MANIFEST))
    settings.STOREFRONT_DIST = tmp_path / "dist"


def _given(html: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" data-for="([^"]+)">(.*?)</script>', html, re.S)
    return {address.replace("&amp;", "&"): json.loads(body) for address, body in found}


def _marks(html: str) -> dict[str, str]:
    """What the page is told of being a preview."""
    return dict(re.findall(r'(data-preview\S*)="([^"]*)"', html[: html.index("<head>")]))


def _previewed(page: Any, mode: str = "") -> Any:
    """What stands beside the editor: Wagtail asks the page in this way, as it is in the form."""
    return page.make_preview_request(preview_mode=mode)


def _opened(page: Any, at: datetime | None = None) -> Client:
    """Somebody without a login opens a link to this page's draft."""
    given = passes.make_page_pass(page=page, by=StaffFactory(is_superuser=True), lasts=timedelta(hours=1), at=at)
    visitor = Client()
    assert visitor.post(reverse("cms_preview"), {"pass": given}).status_code == 302
    return visitor


def _scheduled_home() -> HomePage:
    tomorrow = building.schedule(MIDNIGHT)
    return make_home(make_carousel(make_banner(title="平日"), make_banner(title="零点", times=tomorrow)), title="首页")


def _banners(html: str) -> list[str]:
    return [one["title"] for one in _given(html)["/api/v1/home/"]["banners"]]


def _pages() -> list[tuple[Any, str]]:
    """A page of every kind, with the address of its answer."""
    sku = SkuFactory()
    blocks = [
        make_carousel(make_banner(title="横幅")),
        building.products(title="精选", source=[building.picked(sku.pk)]),
    ]
    home, landing = make_home(*blocks), make_landing(*blocks)
    index = make_index()
    text = building.text("<p>七天之内。</p>")
    article = make_page(building.heading("怎样退货"), text, parent_slug="help", slug="退货")
    return [
        (home, "/api/v1/home/"),
        (landing, "/api/v1/pages/1111/"),
        (index, "/api/v1/pages/help/"),
        (article, "/api/v1/pages/%E9%80%80%E8%B4%A7/"),
    ]


def test_what_comes_along_is_what_the_api_says_once_the_draft_is_public(built: None, api: Any, settings: Any) -> None:
    settings.HOT_BYTES = False
    for page, address in _pages():
        page.title = f"{page.title}（草稿）"
        page.seo_title = "改过"
        page.save_revision()
        before = api.get(address).json()

        html = _previewed(page).content.decode()
        given = _given(html)[address]

        assert (given["title"], given["seo"]["title"]) == (page.title, "改过")
        assert api.get(address).json() == before, "nobody else sees the draft"
        assert before["title"] != page.title
        assert "（草稿）" not in Client().get(_marks(html)["data-preview"]).content.decode()

        page.get_latest_revision().publish()
        published = api.get(address).json()
        # When it was published is the one thing that a draft cannot know.
        assert {**given, "updated_at": None} == {**published, "updated_at": None}


def test_the_page_stands_where_it_will_and_the_shop_around_it_comes_along(built: None) -> None:
    (home, _), (landing, _), _index, (article, _) = _pages()

    for page, path in ((home, "/"), (landing, "/1111/"), (article, "/help/%E9%80%80%E8%B4%A7/")):
        html = _previewed(page).content.decode()
        assert _marks(html) == {"data-preview": path}
        assert '<base target="_blank">' in html
        assert '<meta name="robots" content="noindex">' in html
        assert "/api/v1/categories/" in _given(html)
        if path != "/":
            assert {"/api/v1/site/", "/api/v1/pages/?page_size=100"} <= set(_given(html))


def test_the_public_page_is_no_preview_and_stands_in_no_frame(built: None, client: Any) -> None:
    home = make_home()

    live, draft = client.get("/"), _previewed(home)

    assert _marks(live.content.decode()) == {}
    assert b"<base" not in live.content
    assert "frame-ancestors 'none'" in live["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in draft["Content-Security-Policy"]
    assert "script-src 'self'" in draft["Content-Security-Policy"]


def test_the_chosen_moment_is_what_comes_along_and_is_named(built: None) -> None:
    home = _scheduled_home()

    now = _previewed(home).content.decode()
    then = _previewed(home, "at:2041-11-11T00:00").content.decode()

    assert (_banners(now), _marks(now)) == (["平日"], {"data-preview": "/"})
    assert _banners(then) == ["平日", "零点"]
    assert _marks(then)["data-preview-at"] == MIDNIGHT.isoformat()


def test_the_link_shows_the_draft_in_the_storefront_without_a_login(built: None, client: Any) -> None:
    home = _scheduled_home()
    home.title = "草稿"
    home.save_revision()
    visitor, later = _opened(home), _opened(home, at=MIDNIGHT)

    answer = visitor.get(reverse("cms_preview_shown"))
    html = answer.content.decode()

    assert _given(html)["/api/v1/home/"]["title"] == "草稿"
    assert _marks(html) == {"data-preview": "/"}
    assert "草稿" not in client.get("/").content.decode()
    assert "wagtail-userbar" not in html
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "private, no-store")
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert _banners(later.get(reverse("cms_preview_shown")).content.decode()) == ["平日", "零点"]
    assert client.get(reverse("cms_preview_shown")).status_code == 403


def test_a_draft_that_was_never_published_is_seen_by_its_link_alone(built: None, client: Any) -> None:
    make_home()
    page = make_page(building.text("<p>还没有发布。</p>"), title="新文章", slug="new-one")
    page.unpublish()

    html = _opened(page).get(reverse("cms_preview_shown")).content.decode()

    assert _given(html)["/api/v1/pages/new-one/"]["html"] == "<p>还没有发布。</p>"
    assert client.get(_marks(html)["data-preview"]).status_code == 404
    assert client.get("/api/v1/pages/new-one/").status_code == 404


def test_a_page_that_has_no_address_yet_is_shown_too(built: None) -> None:
    make_home()
    page = make_page(title="无名", slug="nameless")
    page.slug = ""

    html = _previewed(page).content.decode()

    assert _marks(html)["data-preview"] == "/draft/"
    assert _given(html)["/api/v1/pages/draft/"]["title"] == "无名"


def test_a_draft_is_in_no_memory_of_pages_and_in_no_kept_answer(built: None, client: Any, settings: Any) -> None:
    settings.HOT_BYTES = True
    home = _scheduled_home()
    home.body[0].value["banners"][0]["title"] = "改过"
    before = client.get("/").content

    assert _banners(_previewed(home).content.decode()) == ["改过"]

    assert client.get("/").content == before
    assert [one["title"] for one in client.get("/api/v1/home/").json()["banners"]] == ["平日"]


def test_wagtails_bar_with_the_content_checks_stands_in_the_previews_of_staff(built: None) -> None:
    home = make_home()
    home.save_revision()

    url = reverse("wagtailadmin_pages:view_draft", args=[home.pk])
    html = logged_in(StaffFactory(is_superuser=True)).get(url).content.decode()

    assert _marks(html) == {"data-preview": "/"}
    assert "wagtailadmin/js/userbar.js" in html


def test_the_screen_of_any_moment_shows_the_storefront_to_all_alike(built: None) -> None:
    _scheduled_home()
    staff = logged_in(StaffFactory(is_superuser=True))

    answer = staff.get(reverse("cms_moment_home"), {"at": "2041-11-11T00:00"})

    assert _banners(answer.content.decode()) == ["平日", "零点"]
    assert _marks(answer.content.decode())["data-preview-at"] == MIDNIGHT.isoformat()
    assert "no-store" in answer["Cache-Control"]


def test_without_a_build_the_plain_pages_are_previewed(settings: Any, tmp_path: Path) -> None:
    settings.STOREFRONT_DIST = tmp_path / "nothing"
    home = _scheduled_home()

    for html in (
        _previewed(home).content.decode(),
        _opened(home).get(reverse("cms_preview_shown")).content.decode(),
    ):
        assert "平日" in html
        assert '<div id="app">' not in html
