"""Drafts stay drafts, private stays private, and scheduled versions come and go without a worker."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from wagtail.models import Page, PageViewRestriction

from cms import building, services
from cms.models import HomePage
from cms.selectors import home_now, next_home_switch, next_pages_switch, pages_now
from tests.factories.content import (
    CategoryAdFactory,
    make_banner,
    make_carousel,
    make_home,
    make_index,
    make_landing,
    make_page,
)
from tests.fakes.layered import LayeredClient

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["layer", "routes"])
def api(request, client):
    """Before Django, and without that: the routes alone must be right."""
    return LayeredClient() if request.param == "layer" else client


START = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
SECOND = timedelta(seconds=1)


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def slugs() -> list[str]:
    return [page.slug for page in pages_now()]


def test_a_draft_of_the_homepage_is_seen_by_nobody(api):
    home = make_home(make_carousel(make_banner(title="旧")))
    home.title = "草稿"
    home.body = []
    home.save_revision()

    answer = api.get("/api/v1/home/").json()

    assert (answer["title"], [one["title"] for one in answer["banners"]]) == ("首页", ["旧"])


def test_a_page_that_was_never_published_is_not_there(api):
    page = make_page()
    page.unpublish()

    assert api.get("/api/v1/pages/").json()["results"] == []
    assert api.get("/api/v1/pages/delivery/").status_code == 404
    assert api.get("/delivery/").status_code == 404


def test_a_scheduled_version_of_a_live_homepage_is_seen_from_its_second_without_a_worker(api):
    with at(START - timedelta(days=1)):
        make_home(make_carousel(make_banner(title="平日")))
        make_home(make_carousel(make_banner(title="双11")), title="双11", go_live_at=START)
        assert next_home_switch() == START

    def seen() -> tuple[str, list[str]]:
        answer = api.get("/api/v1/home/").json()
        return answer["title"], [one["title"] for one in answer["banners"]]

    with at(START - SECOND):
        assert seen() == ("首页", ["平日"])
    with at(START):
        assert seen() == ("双11", ["双11"])
        assert HomePage.objects.get().title == "首页", "no worker has touched the row"


def test_kept_bytes_learn_of_a_version_that_is_scheduled_after_they_were_kept(api, django_capture_on_commit_callbacks):
    with at(START - timedelta(minutes=20)):
        make_home(make_carousel(make_banner(title="平日")))
        assert api.get("/api/v1/home/").json()["title"] == "首页"
        with django_capture_on_commit_callbacks(execute=True):
            make_home(make_carousel(), title="双11", go_live_at=START)
        assert api.get("/api/v1/home/").json()["title"] == "首页"
    with at(START):
        assert api.get("/api/v1/home/").json()["title"] == "双11"


def test_the_sweep_puts_the_due_version_into_its_row_and_buyers_see_no_difference(api):
    with at(START - timedelta(days=1)):
        make_home(make_carousel(make_banner(title="平日")))
        make_home(make_carousel(make_banner(title="双11")), title="双11", go_live_at=START)
    with at(START + SECOND):
        before = api.get("/api/v1/home/").content
        services.publish_due()
        services.publish_due()
        assert HomePage.objects.get().title == "双11"
        assert api.get("/api/v1/home/").content == before


def test_a_page_expires_at_its_second_and_a_new_page_comes_at_its_second(api):
    with at(START - timedelta(days=1)):
        make_page(slug="old", title="旧", expire_at=START)
        make_page(slug="new", title="新", go_live_at=START)
        assert next_pages_switch() == START

    def reached(slug: str) -> tuple[int, int]:
        return api.get(f"/api/v1/pages/{slug}/").status_code, api.get(f"/{slug}/").status_code

    with at(START - SECOND):
        assert slugs() == ["old"]
        assert (reached("old"), reached("new")) == ((200, 200), (404, 404))
    with at(START):
        assert slugs() == ["new"]
        assert (reached("old"), reached("new")) == ((404, 404), (200, 200))


def test_a_scheduled_version_that_ends_again_is_over_at_its_end():
    with at(START - timedelta(days=1)):
        page = make_page(slug="sale", title="平日")
        make_page(slug="sale", title="双11", go_live_at=START, expire_at=START + timedelta(days=1))
    with at(START):
        assert [one.title for one in pages_now()] == ["双11"]
        assert next_pages_switch() == START + timedelta(days=1)
    with at(START + timedelta(days=1)):
        assert pages_now() == []
    with at(START + timedelta(days=1) + SECOND):
        services.publish_due()
        services.publish_due()
        page.refresh_from_db()
        assert (page.live, page.title) == (False, "双11")
        assert pages_now() == []


def test_a_cancelled_schedule_never_happens():
    with at(START - timedelta(days=1)):
        make_page(slug="sale", title="平日")
        page = make_page(slug="sale", title="双11", go_live_at=START)
        revision = page.scheduled_revision
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
    with at(START):
        assert [one.title for one in pages_now()] == ["平日"]


def test_a_link_to_a_page_is_there_only_while_the_page_is():
    with at(START - timedelta(days=1)):
        page = make_page(go_live_at=START)
        make_home(make_carousel(make_banner(to=building.link(page=page.pk))))
    with at(START - SECOND):
        assert home_now().banners == []
        assert next_home_switch() == START
    with at(START):
        assert [one["url"] for one in home_now().banners] == ["/delivery/"]


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD, PageViewRestriction.GROUPS])
def test_a_private_branch_hides_itself_and_everything_below_it(api, client, kind):
    make_index(slug="staff")
    page = make_page(slug="secret", title="秘密", parent_slug="staff")
    make_home(
        building.notices(lines=[building.notice(title="快讯", to=building.link(page=page.pk))]),
        building.rich_text(f'<p><a linktype="page" id="{page.pk}">链接</a></p>'),
    )
    PageViewRestriction.objects.create(page=Page.objects.get(slug="staff"), restriction_type=kind, password="x")

    texts = [
        api.get(route).content.decode() for route in ("/api/v1/home/", "/api/v1/pages/", "/api/v1/pages/?parent=staff")
    ]

    assert api.get("/api/v1/pages/secret/").status_code == 404
    assert api.get("/api/v1/pages/staff/").status_code == 404
    assert "秘密" not in client.get("/staff/secret/").content.decode()
    assert all("秘密" not in text and "secret" not in text for text in texts)


def test_a_private_homepage_is_empty_for_the_public(api):
    home = make_home(make_carousel(make_banner(title="秘密")))
    PageViewRestriction.objects.create(page=Page.objects.get(pk=home.pk), restriction_type=PageViewRestriction.LOGIN)

    assert "秘密" not in api.get("/api/v1/home/").content.decode()
    assert api.get("/api/v1/ads/?slot=index_lbt").json() == []


def test_making_a_page_private_is_seen_at_once(api, django_capture_on_commit_callbacks):
    page = make_page()
    assert api.get("/api/v1/pages/delivery/").status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(
            page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.LOGIN
        )

    assert api.get("/api/v1/pages/delivery/").status_code == 404


def test_a_landing_page_and_its_blocks_have_their_own_times(api):
    with at(START - timedelta(hours=1)):
        make_landing(make_carousel(make_banner(title="零点", times=building.schedule(START))), expire_at=START + SECOND)

    def seen() -> list[str] | int:
        answer = api.get("/api/v1/pages/1111/")
        return (
            [one["title"] for one in answer.json()["landing"]["banners"]]
            if answer.status_code == 200
            else answer.status_code
        )

    with at(START - SECOND):
        assert seen() == []
    with at(START):
        assert seen() == ["零点"]
    with at(START + SECOND):
        assert seen() == 404


def test_a_category_ad_switches_at_its_second_without_a_worker(api):
    with at(START - timedelta(days=1)):
        ad = CategoryAdFactory(title="平日")
        ad.title, ad.go_live_at = "双11", START
        ad.save_revision().publish()
        new = CategoryAdFactory.build(title="只在双11", live=False, go_live_at=START, expire_at=START + SECOND)
        new.category, new.image = ad.category, ad.image
        new.save()
        new.save_revision().publish()

    def seen() -> list[str]:
        return [one["title"] for one in api.get("/api/v1/ads/?slot=category_list").json()]

    with at(START - SECOND):
        assert seen() == ["平日"]
    with at(START):
        assert seen() == ["双11", "只在双11"]
    with at(START + SECOND):
        assert seen() == ["双11"]


def test_rolling_back_makes_the_answer_equal_to_that_version(api):
    first = make_home(make_carousel(make_banner(title="一")))
    before = api.get("/api/v1/home/").content
    revision = first.latest_revision
    make_home(make_carousel(make_banner(title="二")), title="改过")

    revision.publish()

    from kernel import bytestore, regions

    bytestore.drop(regions.HOME)
    assert api.get("/api/v1/home/").content == before
