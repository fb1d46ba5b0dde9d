"""The public homepage switches at the second that the marketer set, kept bytes and ETag included."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cms import building
from cms.selectors import home_now, next_home_switch
from kernel import clock
from shop.catalog.models import Sku, Spu
from tests.factories.catalog import SkuFactory, SpuFactory
from tests.factories.content import make_banner, make_carousel, make_home
from tests.fakes.layered import LayeredClient

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
END = START + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True, params=["layer", "hot", "cold"])
def way(request, settings):
    """Before Django, with the byte store alone, and without either: the routes alone must be right."""
    settings.HOT_BYTES = request.param != "cold"
    return request.param


@pytest.fixture
def api(way, client):
    """As buyers' requests come in."""
    return LayeredClient() if way == "layer" else client


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def titles(api) -> list[str]:
    return [banner["title"] for banner in api.get("/api/v1/home/").json()["banners"]]


def test_a_banner_is_absent_before_there_from_its_first_second_and_gone_at_its_last(api):
    with at(START - timedelta(days=1)):
        make_home(
            make_carousel(make_banner(title="平日"), make_banner(title="零点", times=building.schedule(START, END)))
        )

    seen = {}
    for moment in (START - SECOND, START, END - SECOND, END):
        with at(moment):
            seen[moment] = titles(api)

    assert seen == {
        START - SECOND: ["平日"],
        START: ["平日", "零点"],
        END - SECOND: ["平日", "零点"],
        END: ["平日"],
    }


def test_kept_bytes_end_at_the_switch_and_their_etag_with_them(api):
    with at(START - timedelta(hours=2)):
        make_home(make_carousel(make_banner(title="零点", times=building.schedule(START))))
    with at(START - SECOND):
        before = api.get("/api/v1/home/")
        same = api.get("/api/v1/home/", headers={"if-none-match": before["ETag"]})
    with at(START):
        after = api.get("/api/v1/home/", headers={"if-none-match": before["ETag"]})

    assert same.status_code == 304
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert [banner["title"] for banner in after.json()["banners"]] == ["零点"]


@pytest.mark.parametrize("route", ["/api/v1/banners/", "/api/v1/ads/?slot=index_lbt"])
def test_the_parts_alone_switch_at_the_same_second(api, route):
    with at(START - timedelta(hours=2)):
        make_home(make_carousel(make_banner(title="零点", times=building.schedule(START))))
    with at(START - SECOND):
        before = api.get(route).json()
    with at(START):
        after = api.get(route).json()

    assert before == []
    assert [banner["title"] for banner in after] == ["零点"]


def test_blocks_notices_floors_and_tabs_have_times_of_their_own():
    sku = SkuFactory()
    picked = [building.picked(sku.pk)]
    soon = building.schedule(START)
    with at(START - timedelta(hours=2)):
        make_home(
            make_carousel(times=soon),
            building.notices(lines=[building.notice(title="现在"), building.notice(title="以后", times=soon)]),
            building.floor(
                title="手机",
                category=sku.spu.category_id,
                tabs=[
                    building.tab(title="现在", source=picked),
                    building.tab(title="以后", source=picked, times=soon),
                ],
            ),
            building.floor(
                title="电脑", category=sku.spu.category_id, tabs=[building.tab(title="新", source=picked)], times=soon
            ),
        )

    def shown() -> tuple[list[str], list[str], list[str], list[list[str]]]:
        home = home_now()
        return (
            [one["title"] for one in home.banners],
            [one["title"] for one in home.notices],
            [floor["title"] for floor in home.floors],
            [[tab["title"] for tab in floor["tabs"]] for floor in home.floors],
        )

    with at(START - SECOND):
        assert shown() == ([], ["现在"], ["手机"], [["现在"]])
    with at(START):
        assert shown() == (["双11 主会场"], ["现在", "以后"], ["手机", "电脑"], [["现在", "以后"], ["新"]])


def test_a_countdown_ends_the_bytes_and_leaves_when_it_is_over():
    with at(START - timedelta(hours=2)):
        make_home(building.countdown(title="抢购", ends_at=START))

    with at(START - SECOND):
        assert [block["type"] for block in home_now().blocks] == ["countdown"]
        assert next_home_switch() == START
    with at(START):
        assert home_now().blocks == []


def test_a_countdown_may_stay_after_its_end():
    with at(START - timedelta(hours=2)):
        make_home(building.countdown(title="抢购", ends_at=START, hide_when_over=False))

    with at(START):
        assert [block["title"] for block in home_now().blocks] == ["抢购"]


def test_the_next_switch_is_the_nearest_of_all_schedules_and_sale_times():
    sku = SkuFactory(spu=SpuFactory(on_sale_at=START + timedelta(minutes=5)))
    with at(START - timedelta(hours=2)):
        make_home(
            make_carousel(make_banner(times=building.schedule(START + timedelta(minutes=9)))),
            building.products(title="新", source=[building.picked(sku.pk)]),
        )
    with at(START):
        assert next_home_switch() == START + timedelta(minutes=5)
    with at(START + timedelta(minutes=5)):
        assert next_home_switch() == START + timedelta(minutes=9)
    with at(START + timedelta(minutes=9)):
        assert next_home_switch() is None


def test_a_product_comes_into_its_block_when_its_sale_starts_and_leaves_when_it_ends(api):
    spu = SpuFactory(on_sale_at=START, off_sale_at=END)
    sku = SkuFactory(spu=spu)
    with at(START - timedelta(hours=2)):
        make_home(building.products(title="新", source=[building.picked(sku.pk), building.rule()]))

    def shown() -> list[int]:
        blocks = api.get("/api/v1/home/").json()["blocks"]
        return [card["id"] for block in blocks for card in block["products"]]

    for moment, wanted in ((START - SECOND, []), (START, [sku.pk]), (END - SECOND, [sku.pk]), (END, [])):
        with at(moment):
            assert shown() == wanted


def test_another_moment_can_be_seen_now_and_nothing_of_it_is_kept(api):
    with at(START - timedelta(hours=2)):
        make_home(make_carousel(make_banner(title="零点", times=building.schedule(START))))
        with clock.seen_at(START):
            assert titles(api) == ["零点"]
        assert titles(api) == []


def test_nothing_is_shown_of_a_block_whose_every_item_is_out_of_time():
    with at(START):
        make_home(make_carousel(make_banner(times=building.schedule(expire_at=START + SECOND))))
    with at(END):
        assert home_now().blocks == []


def test_a_switch_needs_no_worker_and_no_request_in_between(api):
    """The bytes were kept long before and nobody dropped them: their own end is what counts."""
    with at(START - timedelta(minutes=10)):
        make_home(make_carousel(make_banner(title="零点", times=building.schedule(START))))
        assert titles(api) == []
    with at(START + timedelta(minutes=30)):
        assert titles(api) == ["零点"]


def test_what_is_shown_does_not_depend_on_rows_that_a_sweep_would_write():
    sku = SkuFactory(spu=SpuFactory(off_sale_at=START))
    with at(START - timedelta(hours=1)):
        make_home(building.products(title="新", source=[building.picked(sku.pk)]))
    with at(START):
        assert home_now().blocks == []
    assert Sku.objects.get().is_on_sale
    assert Spu.objects.get().status == Spu.Status.ON_SALE
