"""What is live when: bars, gaps and overlaps, at a constant cost."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms import building
from cms.models import CategoryAd, HomePage
from cms.selectors.calendar import LANES, calendar
from cms.selectors.versions import Span
from tests.factories.catalog import CategoryFactory, MallImageFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home, make_page
from tests.factories.people import StaffFactory
from tests.factories.staff import logged_in

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 9, tzinfo=ZONE)
WEEK = Span(MONDAY, MONDAY + timedelta(days=7))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY + timedelta(hours=9), tick=False):
        yield


def day(number: int) -> datetime:
    return MONDAY + number * DAY


def schedule(start: int | None, end: int | None) -> dict[str, object]:
    return building.schedule(day(start) if start is not None else None, day(end) if end is not None else None)


def home_lane(title: str):
    return next(lane for lane in calendar(WEEK).home if lane.title == title)


def days(spans) -> list[tuple[float | None, float | None]]:
    return [tuple(at and (at - MONDAY) / DAY for at in (one.start, one.end)) for one in spans]


def test_banners_stand_in_their_lane_with_their_times_and_the_days_without_one_are_a_gap():
    make_home(
        make_carousel(
            make_banner(title="一", times=schedule(-3, 2)),
            make_banner(title="二", times=schedule(1, 3)),
            make_banner(title="三", times=schedule(5, None)),
            make_banner(title="早就过了", times=schedule(-9, -3)),
        )
    )

    lane = home_lane("轮播图")

    assert [(bar.title, *days([bar.span])) for bar in lane.bars] == [
        ("一", (-3, 2)),
        ("二", (1, 3)),
        ("三", (5, None)),
    ]
    assert days(lane.gaps) == [(3, 5)]
    assert lane.overlaps == [], "banners of a carousel take turns"
    assert days(home_lane("快讯").gaps) == [(0, 7)]


def test_an_item_ends_with_its_block_and_with_its_version():
    make_home(make_carousel(make_banner(title="平日", times=schedule(None, 6)), times=schedule(1, 5)))
    make_home(make_carousel(make_banner(title="双11")), title="双11", go_live_at=day(2), expire_at=day(4))

    assert [(bar.title, *days([bar.span])) for bar in home_lane("轮播图").bars] == [
        ("平日", (1, 2)),
        ("双11", (2, 4)),
    ]
    assert [(bar.title, *days([bar.span])) for bar in home_lane("整页版本").bars] == [
        ("首页", (None, 2)),
        ("双11", (2, 4)),
    ]


def test_blocks_with_times_of_their_own_have_bars_and_the_others_none():
    make_home(make_carousel(times=schedule(1, 2)), building.notices(lines=[building.notice(title="快讯")]))

    assert [(bar.title, *days([bar.span])) for bar in home_lane("定时的区块").bars] == [("轮播图", (1, 2))]


def test_what_a_version_shows_and_the_next_goes_on_showing_is_one_bar():
    banner = make_banner(title="同一张")
    carousel = make_carousel(banner)
    make_home(carousel)
    make_home(carousel, title="双11", go_live_at=day(2))

    assert [(bar.title, *days([bar.span])) for bar in home_lane("轮播图").bars] == [("同一张", (None, None))]


def test_two_ads_in_one_slot_at_one_time_overlap_and_a_slot_without_one_has_a_gap():
    phones = CategoryFactory(name="手机")
    for title, start, end in (("甲", -1, 3), ("乙", 2, 4), ("丙", 6, None)):
        CategoryAdFactory(
            title=title, category=phones, go_live_at=day(start), expire_at=end and day(end), published=False
        )
    CategoryAdFactory(category=phones, slot="sku_detail", published=False)
    CategoryAdFactory(category=CategoryFactory(name="电脑"), published=False)

    lanes = {lane.title: lane for lane in calendar(WEEK).ads}

    lane = lanes["手机 · 分类商品列表"]
    assert {bar.title for bar in lane.bars} == {"甲", "乙", "丙"}
    assert (days(lane.overlaps), days(lane.gaps)) == ([(2, 3)], [(4, 6)])
    assert {title: bool(one.overlaps) for title, one in lanes.items()} == {
        "手机 · 分类商品列表": True,
        "手机 · 商品详情页": False,
        "电脑 · 分类商品列表": False,
    }


def test_a_scheduled_version_of_an_ad_follows_the_one_that_is_live():
    ad = CategoryAdFactory(title="平日")
    ad.title, ad.go_live_at, ad.expire_at = "双11", day(2), day(3)
    ad.save_revision().publish()

    (lane,) = calendar(WEEK).ads

    assert [(bar.title, *days([bar.span])) for bar in lane.bars] == [("平日", (None, 2)), ("双11", (2, 3))]
    assert days(lane.gaps) == [(3, 7)]


def test_pages_are_there_when_they_have_times():
    make_page(slug="always", title="一直在")
    make_page(slug="soon", title="要上线", go_live_at=day(3))
    make_page(slug="ends", title="要下线", expire_at=day(2))
    make_page(slug="later", title="以后", go_live_at=day(9))

    lanes = calendar(WEEK).pages

    assert {lane.title: days(bar.span for bar in lane.bars) for lane in lanes} == {
        "要上线": [(3, None)],
        "要下线": [(None, 2)],
    }


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            calendar(WEEK)
        return len(captured)

    def more(times: int) -> None:
        for _ in range(times):
            CategoryAdFactory(go_live_at=day(1), published=False)
            number = CategoryAd.objects.count()
            make_page(slug=f"p-{number}", title="页", go_live_at=day(3))

    make_home(make_carousel(make_banner()))
    more(1)
    one = cost()
    more(29)

    assert cost() == one <= 8


def test_lanes_come_a_page_at_a_time():
    image = MallImageFactory()
    categories = [CategoryFactory(name=f"类{number:02}") for number in range(LANES + 2)]
    for category in categories:
        CategoryAdFactory(category=category, image=image, published=False)

    first, second = calendar(WEEK), calendar(WEEK, page=2)

    assert (len(first.ads), first.has_more, len(second.ads), second.has_more) == (LANES, True, 2, False)


# -- the screen


def test_the_screen_shows_bars_that_lead_to_their_editors_and_says_gaps_and_overlaps_in_words():
    make_home(make_carousel(make_banner(title="零点", times=schedule(2, 3))))
    ad = CategoryAdFactory(title="广告甲", published=False)
    CategoryAdFactory(title="广告乙", category=ad.category, published=False)
    home = HomePage.objects.get()
    banner = home.body.get_prep_value()[0]["value"]["banners"][0]["id"]

    html = logged_in(StaffFactory()).get(reverse("cms_calendar")).content.decode()

    assert f'href="/admin/pages/{home.pk}/edit/#block-{banner}-section"' in html
    assert f"/admin/snippets/cms/categoryad/edit/{ad.pk}/" in html
    assert "零点，2026-11-11 00:00 → 2026-11-12 00:00" in html
    assert "空档 2026-11-09 00:00 → 2026-11-11 00:00" in html
    assert "有重叠" in html
    assert "http://" not in html.replace("http://www.w3.org", "").replace("http://testserver", "")


@pytest.mark.parametrize(
    "query",
    ["?span=month", "?start=2026-12-31", "?start=nonsense&span=year&page=0", "?start=0001-01-01", "?start=9999-12-31"],
)
def test_any_days_can_be_asked_for_and_nonsense_means_this_week(query):
    answer = logged_in(StaffFactory()).get(reverse("cms_calendar") + query)

    assert answer.status_code == 200


def test_only_who_may_see_what_is_scheduled_opens_these_screens():
    marketer, clerk = StaffFactory(is_superuser=False), StaffFactory(is_superuser=False)
    marketer.groups.add(Group.objects.get(name="市场"))
    clerk.groups.add(Group.objects.get(name="订单"))

    for name in ("cms_calendar", "cms_moment", "cms_moment_home"):
        assert logged_in(marketer).get(reverse(name)).status_code == 200, name
        assert logged_in(clerk).get(reverse(name)).status_code == 302, name
    menu = reverse("wagtailadmin_home")
    assert reverse("cms_calendar") in logged_in(marketer).get(menu).content.decode()
    assert reverse("cms_calendar") not in logged_in(clerk).get(menu).content.decode()


# -- a schedule that cannot be


def _save(ad: CategoryAd, **changed):
    form = {
        "category": ad.category_id,
        "slot": ad.slot,
        "image": ad.image_id,
        "title": ad.title,
        "text": "",
        "target": "_self",
        "sort_order": 0,
        "link-count": 1,
        "link-0-deleted": "",
        "link-0-order": 0,
        "link-0-type": "search",
        "link-0-id": "",
        "link-0-value": "手机",
        **changed,
    }
    url = reverse(CategoryAd.snippet_viewset.get_url_name("edit"), args=[ad.pk])
    return logged_in(StaffFactory()).post(url, form, follow=True)


def test_a_reversed_schedule_of_an_ad_is_refused_at_its_field():
    ad = CategoryAdFactory()

    answer = _save(ad, go_live_at="2026-11-12 00:00", expire_at="2026-11-11 00:00", **{"action-publish": "1"})

    assert {"go_live_at", "expire_at"} & set(answer.context["form"].errors)
    ad.refresh_from_db()
    assert ad.expire_at is None
