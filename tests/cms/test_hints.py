"""What the back office says without refusing, the figures it shows, and the tags it puts on customers."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import CustomerTag
from cms import building
from cms.models import BlockFigure, CategoryAd
from cms.selectors import figures
from cms.selectors.overlaps import at_once, blocks_at_once
from kernel import clock
from tests.factories.catalog import CategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import CategoryAdFactory, everything, make_banner, make_carousel, make_home
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def staff(client):
    client.force_login(StaffFactory(), backend=BACKEND)
    return client


@pytest.fixture
def marketer(client):
    somebody = StaffFactory(is_superuser=False)
    somebody.groups.add(Group.objects.get(name="市场"))
    client.force_login(somebody, backend=BACKEND)
    return client


def banner_ids(home):
    return [block.id for block in home.body[0].value["banners"].bound_blocks]


def figure(key, *, days_ago=0, variant="", **numbers):
    day = timezone.localdate(clock.now()) - timedelta(days=days_ago)
    return BlockFigure.objects.create(day=day, block_key=key, variant=variant, **numbers)


# -- overlaps


def hours(start, end):
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return (now + timedelta(hours=start) if start is not None else None), (
        now + timedelta(hours=end) if end is not None else None
    )


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((None, None), (None, None), True),
        ((None, None), (1, 2), True),
        ((1, 2), (2, 3), False),
        ((2, 3), (1, 2), False),
        ((1, 3), (2, 4), True),
        ((1, None), (None, 1), False),
        ((1, None), (None, 2), True),
        ((0, 1), (5, None), False),
    ],
)
def test_spans_meet_when_they_have_a_moment_in_common(one, other, meet):
    assert at_once(hours(*one), hours(*other)) is meet
    assert at_once(hours(*other), hours(*one)) is meet


def ad_form(category, **changed):
    form = {
        "category": category.pk,
        "slot": "category_list",
        "image": MallImageFactory().pk,
        "title": "新广告",
        "text": "",
        "target": "_self",
        "sort_order": 0,
        "link-count": 1,
        "link-0-deleted": "",
        "link-0-order": 0,
        "link-0-type": "search",
        "link-0-id": "",
        "link-0-value": "手机",
    }
    return form | changed


def saved_ad(client, category, **changed):
    url = reverse(CategoryAd.snippet_viewset.get_url_name("add"))
    answer = client.post(url, ad_form(category, **changed), follow=True)
    assert CategoryAd.objects.filter(title="新广告").exists(), answer.context["form"].errors
    return answer.content.decode()


def test_saving_an_ad_beside_another_in_its_slot_warns_and_names_it(staff):
    category = CategoryFactory()
    CategoryAdFactory(category=category, title="旧广告")

    html = saved_ad(staff, category, **{"action-publish": "1"})

    assert "同一分类的同一广告位在同一时段还有 “旧广告”" in html


def test_another_slot_another_category_and_another_time_are_no_overlap(staff):
    category = CategoryFactory()
    CategoryAdFactory(category=category, slot="sku_detail")
    CategoryAdFactory()
    CategoryAdFactory(category=category, expire_at=clock.now() + timedelta(hours=1))
    start = timezone.localtime(clock.now() + timedelta(hours=2)).strftime("%Y-%m-%d %H:%M")

    assert "同一时段还有" not in saved_ad(staff, category, go_live_at=start)


def test_two_blocks_in_one_slot_at_one_time_are_told_apart_by_schedule_and_audience():
    now = clock.now()
    first = building.schedule(None, now + timedelta(hours=1))
    then = building.schedule(now + timedelta(hours=1), None)
    one, two = make_banner(title="一"), make_banner(title="二")

    def slots(*blocks):
        return [slot for slot, _titles in blocks_at_once(make_home(*blocks))]

    head = {"slot": "index_ytgg"}
    assert slots(make_carousel(one), make_carousel(two)) == ["轮播图"]
    assert slots(building.carousel(banners=[one], times=first), building.carousel(banners=[two], times=then)) == []
    assert slots(make_carousel(one), building.shown_to(make_carousel(two), "signed_in")) == []
    assert slots(building.ads(pictures=[one], **head), building.ads(pictures=[two], **head)) == ["页头广告"]
    assert slots(building.ads(pictures=[one]), building.ads(pictures=[two])) == []


def test_a_small_picture_is_told_when_an_ad_is_saved(staff):
    assert "图片只有 64 × 64，建议不小于 600 × 200 像素" in saved_ad(staff, CategoryFactory())


def test_the_field_of_a_banner_says_how_large_and_the_script_asks_for_the_size(staff):
    home = make_home(make_carousel())
    image = MallImageFactory()

    html = staff.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).content.decode()

    assert "least-1200x400" in html
    assert "cms/picture-size.js" in html
    assert staff.get(reverse("image_sizes"), {"ids": f"{image.pk},0,x,９"}).json() == {str(image.pk): [64, 64]}
    assert staff.get(reverse("image_sizes")).json() == {}


def test_sizes_are_for_staff(client):
    assert client.get(reverse("image_sizes"), {"ids": "1"}).status_code == 302


# -- figures


def test_the_report_sums_by_block_and_names_its_place(marketer):
    home = make_home(make_carousel(make_banner(title="双11 主会场")))
    (key,) = banner_ids(home)
    figure(key, impressions=100, clicks=5, visitors=80, clickers=5, orders=2, amount=Decimal("99.90"))
    figure(key, days_ago=6, impressions=100, clicks=5, visitors=80, clickers=5)
    figure(key, days_ago=7, impressions=1000)
    figure("gone-for-good", impressions=7)

    html = marketer.get(reverse("block_figures")).content.decode()

    assert "双11 主会场" in html
    assert "<td>200</td><td>10</td><td>5.00%</td>" in html
    assert "¥99.90" in html
    assert "gone-for-good" in html
    assert "<svg" in html
    assert "//cdn" not in html
    assert "<td>1200</td>" in marketer.get(reverse("block_figures"), {"days": 30}).content.decode()


@pytest.mark.parametrize("days", ["0", "-1", "x", "999999999999", "７"])
def test_a_strange_number_of_days_is_seven(marketer, days):
    assert marketer.get(reverse("block_figures"), {"days": days}).context["days"] == 7


def test_two_versions_stand_side_by_side_with_a_verdict(marketer):
    image = MallImageFactory().pk
    other = building.variant(image=image, title="乙", to=building.link(url="/b/"))
    home = make_home(make_carousel(make_banner(image=image, title="甲", variants=[other])))
    (key,) = banner_ids(home)
    figure(key, variant="a", impressions=1000, clicks=100, visitors=1000, clickers=100)
    figure(key, variant="b", impressions=1000, clicks=150, visitors=1000, clickers=150)

    html = marketer.get(reverse("block_figures")).content.decode()

    assert "版本 B 点击率更高，置信度 99.93%" in html


def test_the_file_has_a_byte_order_mark_every_day_and_no_formula(marketer):
    home = make_home(make_carousel(make_banner(title="=HYPERLINK(1)")))
    (key,) = banner_ids(home)
    figure(key, impressions=3)
    figure(key, days_ago=1, impressions=4, amount=Decimal(5))

    answer = marketer.get(reverse("block_figures"), {"export": "csv"})
    raw = b"".join(answer.streaming_content)

    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][:4] == ["日期", "页面", "区块", "版本"]
    assert [row[4] for row in rows[1:]] == ["4", "3"]
    assert {row[2] for row in rows[1:]} == {"'=HYPERLINK(1)"}
    assert rows[1][9] == "5.00"


def test_the_report_costs_the_same_for_one_block_and_for_a_hundred():
    home = make_home(make_carousel())
    figure(banner_ids(home)[0], impressions=1)

    def taken():
        figures.report(days=7)
        with CaptureQueriesContext(connection) as counted:
            figures.report(days=7)
            figures.by_day(days=7)
        return len(counted)

    one = taken()
    for number in range(100):
        figure(f"key-{number}", impressions=number)

    assert taken() == one <= 5


def test_the_report_is_paged(marketer):
    for number in range(60):
        figure(f"key-{number:02}", impressions=number)

    first, second = (marketer.get(reverse("block_figures"), {"p": page}) for page in (1, 2))

    assert len(first.context["page"].object_list) == 50
    assert len(second.context["page"].object_list) == 10


def test_the_figures_are_for_those_who_may_see_them(client):
    client.force_login(StaffFactory(is_superuser=False), backend=BACKEND)

    assert client.get(reverse("block_figures")).status_code in (302, 403)


def test_the_editor_shows_the_figures_of_its_blocks(marketer):
    home = make_home(make_carousel(make_banner(title="双11 主会场")))
    figure(banner_ids(home)[0], impressions=41)
    figure(banner_ids(home)[0], days_ago=10, impressions=2)

    html = marketer.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).content.decode()

    assert "<td>41 / 43</td>" in html


def test_the_editor_of_an_ad_shows_its_figures(marketer):
    ad = CategoryAdFactory()
    figure(f"ad-{ad.pk}", impressions=41)

    html = marketer.get(reverse(CategoryAd.snippet_viewset.get_url_name("edit"), args=[ad.pk])).content.decode()

    assert "<td>41 / 41</td>" in html


def test_the_panel_takes_one_query_for_one_block_and_for_many():
    from cms.selectors.block_keys import places_on

    home = make_home(*everything(3))
    with CaptureQueriesContext(connection) as counted:
        figures.seven_and_thirty([place.key for place in places_on(home)])

    assert len(counted) == 1


# -- the first screen


def test_the_first_screen_shows_what_is_live_and_what_waits(marketer):
    ends = building.schedule(None, clock.now() + timedelta(days=1))
    later = building.schedule(clock.now() + timedelta(days=1), None)
    off = SkuFactory(is_on_sale=False)
    make_home(
        make_carousel(
            make_banner(title="今日横幅", times=ends),
            make_banner(title="明日横幅", times=later),
            make_banner(title="坏横幅", to=building.link(sku=off.pk)),
        )
    )
    CategoryAdFactory(title="在线广告")

    html = marketer.get(reverse("wagtailadmin_home")).content.decode()

    assert "今日横幅" in html
    assert "在线广告" in html
    assert "明日横幅" not in html
    assert "<strong>1</strong>处内容指向空" in html
    assert "<strong>1</strong>项内容 3 天内下线" in html


def test_the_first_screen_costs_the_same_however_much_is_live(marketer):
    def taken():
        marketer.get(reverse("wagtailadmin_home"))
        with CaptureQueriesContext(connection) as counted:
            marketer.get(reverse("wagtailadmin_home"))
        return len(counted)

    # One of every kind, so that both measure the same questions.
    make_home(*everything(1))
    CategoryAdFactory()
    few = taken()
    make_home(*everything(10))
    CategoryAdFactory.create_batch(9)

    assert taken() == few


def test_staff_without_content_do_not_see_the_marketers_panel(client):
    somebody = StaffFactory(is_superuser=False)
    somebody.groups.add(Group.objects.get(name="财务"))
    client.force_login(somebody, backend=BACKEND)

    assert "营销待办" not in client.get(reverse("wagtailadmin_home")).content.decode()


# -- tags


def test_tags_are_put_on_a_customer_and_taken_away_and_logged(staff):
    from wagtail.models import ModelLogEntry

    customer = UserFactory()
    vip, teacher = CustomerTag.objects.create(name="会员"), CustomerTag.objects.create(name="教师")
    url = reverse("customer:tags", args=[customer.pk])

    assert "会员" in staff.get(url).content.decode()
    assert staff.post(url, {"tags": [vip.pk, teacher.pk]}).status_code == 302
    assert set(customer.tags.all()) == {vip, teacher}
    staff.post(url, {"tags": [teacher.pk]})
    assert set(customer.tags.all()) == {teacher}
    assert ModelLogEntry.objects.filter(action="accounts.tag").count() == 2
    assert "教师" in staff.get(reverse("customer:inspect", args=[customer.pk])).content.decode()


def test_tags_are_no_way_to_staff_accounts(staff):
    assert staff.get(reverse("customer:tags", args=[StaffFactory().pk])).status_code == 404


def test_tags_of_a_customer_take_the_right_to_change_customers(client):
    somebody = StaffFactory(is_superuser=False)
    somebody.groups.add(Group.objects.get(name="财务"))
    client.force_login(somebody, backend=BACKEND)

    assert client.get(reverse("customer:tags", args=[UserFactory().pk])).status_code in (302, 403)


def test_the_list_of_tags_counts_customers_and_makes_new_ones(marketer):
    CustomerTag.objects.create(name="会员").users.add(UserFactory(), UserFactory())

    assert marketer.post(reverse("customertag:add"), {"name": "教师"}).status_code == 302
    html = marketer.get(reverse("customertag:index")).content.decode()

    assert "会员" in html
    assert "教师" in html
