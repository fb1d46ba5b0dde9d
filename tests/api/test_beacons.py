"""Beacons: taken in whatever they carry, counted without saying who, harmless in any number."""

import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.models import AttributedOrder, BlockFigure, BlockTrace
from cms.services.beacons import JOURNAL, is_bot, visitor_hash
from cms.services.figures import forget_old_figures, write_figures
from kernel import journal, limits
from tests.accounts.people import post
from tests.factories.catalog import MallImageFactory
from tests.factories.content import CategoryAdFactory, make_banner, make_carousel, make_home
from tests.factories.trade import buyer_with_address, sku_with_stock

pytestmark = pytest.mark.django_db

PATH = "/api/v1/beacons/"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
ANNA = "anna-0123456789abcdef"
BEN = "ben-0123456789abcdefg"
NOON = "2026-11-21 12:00:00+08:00"


@pytest.fixture
def banner():
    """The id of a banner on the homepage."""
    home = make_home(make_carousel(make_banner()))
    return home.body[0].value["banners"].bound_blocks[0].id


def send(client, *items, visitor=ANNA, agent=BROWSER, content_type="text/plain", **more):
    listed = [dict(zip(("id", "kind", "variant"), item, strict=False)) for item in items]
    body = {"visitor": visitor, "items": listed}
    return client.generic("POST", PATH, json.dumps(body), content_type, HTTP_USER_AGENT=agent, **more)


def figures():
    write_figures()
    return {
        (row.block_key, row.variant): (row.impressions, row.clicks, row.visitors, row.clickers)
        for row in BlockFigure.objects.all()
    }


@pytest.mark.parametrize("content_type", ["text/plain;charset=UTF-8", "application/json", ""])
def test_what_was_seen_and_clicked_is_counted_whatever_the_content_type(client, banner, content_type):
    answer = send(client, (banner, "impression"), (banner, "click"), content_type=content_type)

    assert answer.status_code == 204
    assert figures() == {(banner, ""): (1, 1, 1, 1)}


def test_ads_and_both_versions_of_a_banner_are_counted_apart(client, banner):
    ad = f"ad-{CategoryAdFactory().pk}"
    send(client, (banner, "impression", "a"), (ad, "impression"))
    send(client, (banner, "click", "b"), visitor=BEN)

    assert figures() == {(banner, "a"): (1, 0, 1, 0), (banner, "b"): (1, 1, 1, 1), (ad, ""): (1, 0, 1, 0)}


def test_a_repeat_counts_again_only_after_half_an_hour_and_the_visitor_once_a_day(client, banner):
    with time_machine.travel(NOON, tick=False) as traveller:
        send(client, (banner, "impression"), (banner, "impression"), (banner, "click"), (banner, "click"))
        traveller.shift(29 * 60)
        send(client, (banner, "impression"), (banner, "click"))
        assert figures() == {(banner, ""): (1, 1, 1, 1)}
        traveller.shift(60)
        send(client, (banner, "impression"), (banner, "click"))
        assert figures() == {(banner, ""): (2, 2, 1, 1)}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 HeadlessChrome/130.0",
        "Sogou web spider/4.0",
    ],
)
def test_a_bot_is_answered_like_anybody_and_counts_nothing(client, banner, agent):
    assert send(client, (banner, "impression"), agent=agent).status_code == 204
    assert figures() == {}


@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50",
        "Mozilla/5.0 (Linux; U; Android 14; zh-cn) AppleWebKit/537.36 UCBrowser/15.0 Mobile Safari/537.36",
        "MeiduoApp/3.1 (Android 14)",
    ],
)
def test_people_are_no_bots(agent):
    assert not is_bot(agent)


def test_a_flood_hears_nothing_and_counts_no_more_than_the_limit(client, banner, settings):
    settings.BEACONS_PER_MINUTE = 5

    statuses = {send(client, (banner, "impression"), visitor=f"robot-0123456789{n:04}").status_code for n in range(40)}

    assert statuses == {204}
    assert figures() == {(banner, ""): (5, 0, 5, 0)}


def test_another_network_counts_while_one_floods(client, banner, settings):
    settings.BEACONS_PER_MINUTE = 1
    for n in range(5):
        send(client, (banner, "impression"), visitor=f"robot-0123456789{n:04}", REMOTE_ADDR="203.0.113.1")
    send(client, (banner, "impression"), REMOTE_ADDR="203.0.113.2")

    assert figures() == {(banner, ""): (2, 0, 2, 0)}


def test_without_the_limits_store_nothing_is_counted_and_nobody_hears_of_it(client, banner, monkeypatch, caplog):
    def down(*rules):
        raise ConnectionError("no store")

    monkeypatch.setattr(limits, "take", down)

    assert send(client, (banner, "impression")).status_code == 204
    assert figures() == {}
    assert "beacon dropped" in caplog.text


def test_what_nobody_made_is_not_counted(client, banner):
    send(client, ("11111111-2222-3333-4444-555555555555", "impression"), ("ad-999999", "click"), ("x" * 64, "click"))

    assert figures() == {}
    assert not BlockTrace.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"visitor": "short", "items": [{"id": "a", "kind": "click"}]}, "visitor"),
        ({"visitor": ANNA, "items": []}, "items"),
        ({"visitor": ANNA, "items": [{"id": "a", "kind": "click"}] * 51}, "items"),
        ({"visitor": ANNA, "items": [{"id": "<script>", "kind": "click"}]}, "items.0.id"),
        ({"visitor": ANNA, "items": [{"id": "a", "kind": "buy"}]}, "items.0.kind"),
        ({"visitor": ANNA, "items": [{"id": "a", "kind": "click", "variant": "c"}]}, "items.0.variant"),
    ],
)
def test_a_malformed_beacon_is_refused_at_its_field(client, body, field):
    answer = client.post(PATH, body, content_type="application/json", HTTP_USER_AGENT=BROWSER)

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_large_body_is_refused_before_it_is_read(client):
    answer = client.generic("POST", PATH, " " * 17_000, "text/plain", HTTP_USER_AGENT=BROWSER)

    assert answer.status_code == 413


def test_a_beacon_makes_no_statement_on_content(client, banner):
    with CaptureQueriesContext(connection) as taken:
        send(client, *[(banner, "impression")] * 50)

    # The limit is one statement where Redis is not there, and nothing else touches the database.
    assert [one["sql"] for one in taken if "kernel_limits" not in one["sql"] and "SAVEPOINT" not in one["sql"]] == []


def test_nothing_personal_is_kept_and_tomorrow_the_visitor_has_another_name(client, banner):
    with time_machine.travel(NOON, tick=False) as traveller:
        send(client, (banner, "click"), REMOTE_ADDR="203.0.113.77")
        lines = journal.take(JOURNAL, most=10)
        journal.put_back(JOURNAL, lines)
        write_figures()
        today = BlockTrace.objects.get().visitor
        traveller.shift(86_400)
        send(client, (banner, "click"), REMOTE_ADDR="203.0.113.77")
        write_figures()

    assert ANNA not in "".join(lines)
    assert "203.0.113.77" not in "".join(lines)
    names = set(BlockTrace.objects.values_list("visitor", flat=True))
    assert len(names) == 2
    assert today in names
    assert ANNA not in names


def test_traces_are_forgotten_after_two_days_and_figures_stay(client, banner):
    with time_machine.travel(NOON, tick=False) as traveller:
        send(client, (banner, "click"))
        write_figures()
        traveller.shift(86_400)
        forget_old_figures()
        assert BlockTrace.objects.count() == 1
        traveller.shift(86_400)
        forget_old_figures()
        assert BlockTrace.objects.count() == 0
        assert BlockFigure.objects.count() == 1
        traveller.shift(401 * 86_400)
        forget_old_figures()
        assert BlockFigure.objects.count() == 0


def test_a_failure_while_writing_puts_the_lines_back(client, banner, monkeypatch):
    send(client, (banner, "click"))
    with monkeypatch.context() as patch:
        patch.setattr("cms.services.figures._add", lambda counts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_figures()

    assert figures() == {(banner, ""): (1, 1, 1, 1)}


def test_a_broken_line_costs_only_itself(client, banner):
    send(client, (banner, "click"))
    journal.append(JOURNAL, ['{"half', "[]", '{"at": "x", "visitor": 1, "seen": []}', "null"])

    assert figures() == {(banner, ""): (1, 1, 1, 1)}


def test_the_sweep_takes_no_statement_for_each_sighting(client):
    image = MallImageFactory().pk
    home = make_home(make_carousel(*[make_banner(image=image, title=f"横幅 {n}") for n in range(20)]))
    keys = [block.id for block in home.body[0].value["banners"].bound_blocks]

    def taken(visitors):
        for number in range(visitors):
            send(client, *[(key, "impression") for key in keys[:15]], visitor=f"v{visitors:02}-0123456789{number:04}")
        with CaptureQueriesContext(connection) as counted:
            write_figures()
        return len(counted)

    taken(1)
    few, many = taken(2), taken(20)
    assert few <= 12
    # 300 rows of traces instead of 30: SQLite takes some 140 of them in one statement.
    assert many - few <= 2


# -- orders


def order(client, buyer, visitor, key):
    sku = sku_with_stock(9)
    body = {
        "address": buyer.addresses.get().pk,
        "pay_method": 2,
        "items": [{"sku_id": sku.pk, "count": 1}],
    }
    more = {"HTTP_X_VISITOR_ID": visitor} if visitor else {}
    return post(client, "/orders/", body, who=buyer, HTTP_IDEMPOTENCY_KEY=key, **more)


def test_an_order_belongs_to_the_last_thing_clicked_within_a_day(client):
    home = make_home(make_carousel(make_banner(title="一"), make_banner(title="二")))
    first, second = [block.id for block in home.body[0].value["banners"].bound_blocks]
    buyer = buyer_with_address()
    with time_machine.travel("2026-11-21 23:00:00+08:00", tick=False) as traveller:
        send(client, (first, "click"))
        traveller.shift(60)
        send(client, (second, "click", "b"))
        # Past midnight: the visitor's hash is another one.
        traveller.shift(3 * 3600)
        placed = order(client, buyer, ANNA, "k1")
        assert placed.status_code == 201, placed.content
        again = order(client, buyer, "", "k2")
        write_figures()

    assert again.status_code == 201
    figure = BlockFigure.objects.get(orders__gt=0)
    assert (figure.block_key, figure.variant, figure.orders) == (second, "b", 1)
    assert f"{figure.amount:.2f}" == placed.json()["payable"]
    assert AttributedOrder.objects.get().number == placed.json()["order_id"]


def test_a_click_of_yesterday_noon_or_of_somebody_else_earns_no_order(client, banner):
    buyer = buyer_with_address()
    with time_machine.travel(NOON, tick=False) as traveller:
        send(client, (banner, "click"))
        traveller.shift(86_400 + 1)
        send(client, (banner, "click"), visitor=BEN)
        assert order(client, buyer, ANNA, "k").status_code == 201
        write_figures()

    assert not AttributedOrder.objects.exists()


def test_an_order_told_twice_counts_once(client, banner):
    from cms.services.beacons import note_order

    buyer = buyer_with_address()
    send(client, (banner, "click"))
    number = order(client, buyer, ANNA, "k").json()["order_id"]
    note_order(number=number, visitor=ANNA)
    write_figures()
    note_order(number=number, visitor=ANNA)
    note_order(number="0" * 20, visitor=ANNA)
    write_figures()

    assert BlockFigure.objects.get().orders == 1


def test_a_strange_visitor_id_hurts_no_order(client):
    assert order(client, buyer_with_address(), "x\x01'; DROP TABLE", "k").status_code == 201
    assert journal.take(JOURNAL, most=10) == []


def test_a_hash_says_nothing_of_its_visitor():
    from datetime import date

    assert visitor_hash(ANNA, date(2026, 11, 21)) != visitor_hash(ANNA, date(2026, 11, 22))
    assert len(visitor_hash(ANNA, date(2026, 11, 21))) == 32
