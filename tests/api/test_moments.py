"""``?at=``: the shop as it will be, for those who may, and never kept."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Group
from wagtail.models import PageLogEntry

from accounts.tokens import access_token_for
from cms import building
from cms.models import HomePage
from cms.services import passes
from kernel import tally
from shop.catalog.services.views import VIEWS
from tests.factories.catalog import SkuFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home, make_page
from tests.factories.people import StaffFactory, UserFactory
from tests.fakes.layered import LayeredClient

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
THEN = datetime(2026, 11, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
AT = "2026-11-11T00:00:00+08:00"
BEFORE = "2026-11-10T23:59:59+08:00"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def marketer():
    user = StaffFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name="市场"))
    return user


def bearer(user) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token_for(user)}"}


@pytest.fixture
def shop():
    """A sale that begins at THEN: banner, ad, page and product."""
    sku = SkuFactory(spu__on_sale_at=THEN)
    SkuFactory(spu__category=sku.spu.category)
    make_home(
        make_carousel(make_banner(title="零点", times=building.schedule(THEN))),
        building.products(title="新品", source=[building.picked(sku.pk)]),
    )
    CategoryAdFactory(title="零点广告", category=sku.spu.category, live=False, go_live_at=THEN, published=False)
    ad = CategoryAdFactory.create(title="平日广告", category=sku.spu.category)
    ad.title, ad.go_live_at = "零点广告", THEN
    ad.save_revision().publish()
    make_page(slug="rules", title="零点规则", go_live_at=THEN)
    return sku


def seen(api, sku, query="", **headers) -> dict[str, object]:
    def get(path):
        joined = "&" if "?" in path else "?"
        answer = api.get(f"/api/v1/{path}{joined}{query}" if query else f"/api/v1/{path}", headers=headers)
        return answer.json() if answer.status_code == 200 else answer.status_code

    home = get("home/")
    category = sku.spu.category_id
    return {
        "banners": [one["title"] for one in home["banners"]],
        "products": [card["id"] for block in home["blocks"] for card in block.get("products", [])],
        "slot": [one["title"] for one in get("ads/?slot=index_lbt")],
        "alone": [one["title"] for one in get("banners/")],
        "ad": [one["title"] for one in get(f"ads/?slot=category_list&category={category}")],
        "pages": [one["slug"] for one in get("pages/")["results"]],
        "page": get("pages/rules/") if isinstance(get("pages/rules/"), int) else 200,
        "list": get(f"categories/{category}/skus/")["count"],
        "detail": get(f"skus/{sku.pk}/") if isinstance(get(f"skus/{sku.pk}/"), int) else 200,
    }


TODAY = {
    "banners": [],
    "products": [],
    "slot": [],
    "alone": [],
    "ad": ["平日广告"],
    "pages": [],
    "page": 404,
    "list": 1,
    "detail": 404,
}


def at_the_sale(sku) -> dict[str, object]:
    shown = ["零点"]
    return {
        "banners": shown,
        "products": [sku.pk],
        "slot": shown,
        "alone": shown,
        "ad": ["零点广告"],
        "pages": ["rules"],
        "page": 200,
        "list": 2,
        "detail": 200,
    }


def test_staff_see_every_route_as_it_will_be_and_a_second_before_it_is_not_yet_so(api, shop, marketer):
    token = bearer(marketer)

    assert seen(api, shop, f"at={AT}".replace("+", "%2B"), **token) == at_the_sale(shop)
    assert seen(api, shop, f"at={BEFORE}".replace("+", "%2B"), **token) == TODAY
    assert seen(api, shop) == TODAY, "nothing of it was kept"
    with time_machine.travel(THEN, tick=False):
        assert seen(api, shop) == at_the_sale(shop), "and it told the truth"


def test_a_signed_pass_opens_its_moment_and_no_other(api, shop, marketer):
    given = passes.make_moment_pass(at=THEN, by=marketer, lasts=timedelta(hours=1))

    assert seen(api, shop, f"at={AT}&pass={given}") == at_the_sale(shop), "a plus that became a blank is understood"
    assert api.get("/api/v1/home/", {"at": BEFORE, "pass": given}).status_code == 403
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert api.get("/api/v1/home/", {"at": AT, "pass": given}).status_code == 403


def test_a_pass_that_was_ended_or_written_by_somebody_else_opens_nothing(api, shop, marketer):
    given = passes.make_moment_pass(at=THEN, by=marketer, lasts=timedelta(hours=1))
    passes.end_passes(page=HomePage.objects.get(), by=marketer)
    again = passes.make_moment_pass(at=THEN, by=marketer, lasts=timedelta(hours=1))

    for wrong in (given, again[:-1], f"{again}x", "x" * 5000, "a.b.c", "eyJ9.x.y", "\x00"):
        assert api.get("/api/v1/home/", {"at": AT, "pass": wrong}).status_code in {400, 403}, wrong
    assert api.get("/api/v1/home/", {"at": AT, "pass": again}).status_code == 200
    logged = PageLogEntry.objects.filter(action__startswith="cms.").order_by("pk").values_list("action", "user")
    assert [*logged] == [
        ("cms.make_preview", marketer.pk),
        ("cms.end_previews", marketer.pk),
        ("cms.make_preview", marketer.pk),
    ]


def test_a_pass_for_a_page_does_not_open_the_api(api, shop, marketer):
    given = passes.make_page_pass(page=HomePage.objects.get(), by=marketer, lasts=timedelta(hours=1), at=THEN)

    assert api.get("/api/v1/home/", {"at": AT, "pass": given}).status_code == 403


def test_nobody_else_sees_another_moment(api, shop):
    clerk = StaffFactory(is_superuser=False)
    clerk.groups.add(Group.objects.get(name="订单"))
    disabled = StaffFactory(is_active=False)

    for headers in ({}, bearer(UserFactory()), bearer(clerk), bearer(disabled), {"Authorization": "Bearer undefined"}):
        answer = api.get("/api/v1/home/", {"at": AT}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "moment.forbidden")
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("at", ["soon", "2026-13-01T00:00", "1", "9999-12-31T23:59:59+00:00", "2026-11-11T00:00+99:00"])
def test_a_moment_that_cannot_be_read_is_400_and_names_the_field(api, marketer, at):
    answer = api.get("/api/v1/home/", {"at": at}, headers=bearer(marketer))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "at")


@pytest.mark.parametrize("at", ["2026-11-11T00:00", "2026-11-11", "2026-11-10T16:00:00Z", "2026-11-11T00:00:00+08:00"])
def test_a_moment_may_be_written_in_the_shops_time_or_with_an_offset(api, shop, marketer, at):
    answer = api.get("/api/v1/banners/", {"at": at}, headers=bearer(marketer))

    assert [one["title"] for one in answer.json()] == ["零点"]


def test_an_empty_moment_means_now(api, shop):
    assert api.get("/api/v1/home/?at=").status_code == 200


def test_what_was_seen_of_another_moment_is_kept_nowhere_and_counts_no_view(shop, marketer):
    layered = LayeredClient()
    tally.drain(VIEWS)
    address = f"/api/v1/skus/{shop.pk}/?at={AT}"
    answers = [layered.get(address, headers=bearer(marketer)) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert {one["Cache-Control"] for one in answers} == {"private, no-store"}
    assert layered.handler.reached == 2
    assert layered.get(address).status_code == 403, "who has no right gets nothing out of the memory"
    assert layered.get(f"/api/v1/skus/{shop.pk}/").status_code == 404
    assert tally.drain(VIEWS) == {}
