"""What the editor refuses at the field; code that publishes is refused the same."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cms import building
from cms.errors import ContentInvalid
from cms.selectors import page_by_slug
from cms.validators import is_safe_address
from tests.factories.catalog import CategoryFactory, MallImageFactory, SkuFactory
from tests.factories.content import make_banner, make_carousel, make_home, make_page

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 11, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def refused(*blocks) -> tuple[str, str]:
    with pytest.raises(ContentInvalid) as refusal:
        make_home(*blocks)
    return refusal.value.params["where"], refusal.value.params["reason"]


def test_a_schedule_that_ends_before_it_starts_is_refused_at_its_end():
    times = building.schedule(NOON, NOON - timedelta(minutes=1))

    where, reason = refused(make_carousel(make_banner(times=times)))

    assert where == "0.banners.0.schedule.expire_at"
    assert reason == "下线时间必须晚于上线时间"


def test_a_schedule_without_length_is_refused():
    assert refused(make_carousel(times=building.schedule(NOON, NOON)))[0] == "0.schedule.expire_at"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "http://",
        "ftp://example.com/",
        "/a b",
        "/a\nb",
        "evil.example",
        "https://user@exa mple.com/",
        '/"><script>',
    ],
)
def test_an_address_that_is_neither_web_nor_site_path_is_refused_at_the_field(address):
    where, _reason = refused(make_carousel(make_banner(to=building.link(url=address))))

    assert where == "0.banners.0.link.0"


@pytest.mark.parametrize("address", ["/", "/sale/?a=1&b=2#top", "https://example.com/x", "http://localhost:8000/"])
def test_web_addresses_and_site_paths_are_taken(address):
    assert is_safe_address(address)


def test_an_unsafe_address_that_got_stored_all_the_same_is_not_given_out(api):
    import json

    from cms.models import HomePage

    home = make_home(make_carousel())
    stored = home.body.get_prep_value()
    stored[0]["value"]["banners"][0]["value"]["link"][0]["value"] = "javascript:alert(1)"
    HomePage.objects.update(body=json.dumps(stored))

    assert api.get("/api/v1/home/").json()["banners"] == []


def test_a_banner_needs_a_picture_a_title_and_a_target():
    banner = make_banner()

    assert refused(make_carousel({**banner, "image": None}))[0] == "0.banners.0.image"
    assert refused(make_carousel({**banner, "title": ""}))[0] == "0.banners.0.title"
    assert refused(make_carousel({**banner, "link": []}))[0] == "0.banners.0.link"


def test_a_picture_or_product_that_does_not_exist_is_refused():
    assert refused(make_carousel({**make_banner(), "image": 999_999}))[0] == "0.banners.0.image"
    assert refused(make_carousel(make_banner(to=building.link(sku=999_999))))[0] == "0.banners.0.link.0"


def test_a_link_has_one_target():
    two = [building.link(url="/a/"), building.link(url="/b/")]

    assert refused(make_carousel({**make_banner(), "link": two}))[0] == "0.banners.0.link"
    with pytest.raises(ValueError, match="exactly one"):
        building.link(url="/a/", sku=1)


def test_a_price_range_that_is_reversed_is_refused():
    from decimal import Decimal

    rule = building.rule(min_price=Decimal("9"), max_price=Decimal("1"))

    assert refused(building.products(title="x", source=[rule]))[0] == "0.source.0.max_price"


def test_a_tab_takes_only_a_slot_of_its_floor_and_each_once():
    sku = SkuFactory()
    source = [building.picked(sku.pk)]

    def floor(floor_slot: str, *tab_slots: str) -> dict:
        tabs = [building.tab(title="页签", source=source, slot=one) for one in tab_slots]
        return building.floor(title="一楼", category=sku.spu.category_id, tabs=tabs, slot=floor_slot)

    assert refused(floor("1f", "jjhg")) == ("0.tabs.0.slot", "所选楼层位没有这个页签")
    assert refused(floor("", "ssxp"))[0] == "0.tabs.0.slot"
    assert refused(floor("1f", "ssxp", "ssxp"))[0] == "0.tabs.1.slot"
    make_home(floor("1f", "ssxp", "cxdj", "sjpj"), floor("2f", "cxdj", "jjhg"), floor("3f", "shyp", "cfyp"))


def test_a_countdown_ends_after_it_is_shown():
    block = building.countdown(title="抢购", ends_at=NOON, times=building.schedule(NOON + timedelta(hours=1)))

    assert refused(block)[0] == "0.ends_at"


def test_columns_are_two_at_least_and_none_is_empty():
    with pytest.raises(ContentInvalid):
        make_page(building.columns([building.text("<p>独自</p>")]))
    with pytest.raises(ContentInvalid):
        make_page(building.columns([building.text("<p>左</p>")], []))


def test_scripts_and_events_in_rich_text_come_out_as_nothing(api):
    dirty = (
        '<p onclick="steal()">你好<script>steal()</script><style>p{}</style><img src=x onerror=steal()>'
        '<a href="javascript:steal()">点我</a><a href="https://example.com/">好</a><iframe src="//x"></iframe></p>'
    )
    make_home(building.rich_text(dirty))
    make_page(building.text(dirty), building.question("问", dirty))

    texts = [api.get("/api/v1/home/").content.decode(), api.get("/api/v1/pages/delivery/").content.decode()]

    for text in texts:
        assert "steal" not in text
        assert "onclick" not in text
        assert "iframe" not in text
        assert "https://example.com/" in text


def test_plain_texts_are_escaped_where_they_stand_in_html():
    page = make_page(
        building.heading("<script>1</script>"),
        building.quote("<i>2</i>", source="<i>3</i>"),
        building.table(columns=["<i>4</i>"], rows=[["<i>5</i>"]], caption="<i>6</i>"),
        building.picture(image=MallImageFactory().pk, alt='"><i>7</i>', caption="<i>8</i>"),
        building.question("<i>9</i>", "<p>答</p>"),
    )

    html = page_by_slug(page.slug).html

    assert "<script" not in html
    assert "<i>" not in html
    assert html.count("&lt;i&gt;") == 8


def test_the_same_blocks_keep_their_ids_and_make_no_new_version():
    image = MallImageFactory().pk
    category = CategoryFactory()
    blocks = [
        make_carousel(make_banner(image=image)),
        building.notices(lines=[building.notice(title="快讯", to=building.link(category=category.pk))]),
    ]
    first = make_home(*blocks)
    second = make_home(*blocks)

    assert first.latest_revision_id == second.latest_revision_id
    assert [one["id"] for one in first.body.get_prep_value()] == [one["id"] for one in second.body.get_prep_value()]
