"""``/metrics``: for whoever has the token, the sums of all processes and the figures of now."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from kernel import clock, limits, metrics
from meiduo.watching import exposition, figures
from meiduo.watching.figures import Figure
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.payments.port import Channel
from shop.payments.services import start_payment
from tasks.models import FailedTask, Sweep
from tests.factories.trade import unpaid_order
from tests.fakes.alipay import running, send_notice

TOKEN = "a token of the tests"


@pytest.fixture(autouse=True)
def _from_nothing(settings, monkeypatch):
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(figures, "_looked", float("-inf"))
    metrics.flush()
    metrics.forget()


def read(client: Client) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_without_a_token_in_the_environment_the_address_does_not_exist(client, db, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_nothing_is_told(client, db, given):
    answer = client.get("/metrics", headers={"Authorization": given} if given else {})

    assert answer.status_code == 401
    assert b"mall_" not in answer.content


def test_requests_are_counted_by_route_method_and_status_with_time_and_statements(client, db):
    client.get("/api/v1/areas/110000/")
    client.get("/api/v1/areas/990000/")
    client.get("/api/v1/user/")

    told = read(client)

    area = 'route="api/v1/areas/<int:area_id>/",method="GET"'
    found = {name for name in told if name.startswith("mall_http_requests_total")}
    assert f'mall_http_requests_total{{{area},status="404"}}' in found, found
    assert told['mall_http_requests_total{route="api/v1/user/",method="GET",status="401"}'] == 1
    seconds = [told[f'mall_http_request_seconds_bucket{{{area},le="{end}"}}'] for end in (*metrics.SECONDS, "+Inf")]
    assert seconds == sorted(seconds)
    assert seconds[-1] == told[f"mall_http_request_seconds_count{{{area}}}"] == 2
    assert told[f"mall_http_statements_sum{{{area}}}"] >= 1


def test_the_same_sums_come_from_every_process(client, db):
    metrics.count("mall_task_runs_total", task="of_the_consumer", result="done")
    metrics.flush()
    # Another process has nothing of its own in memory, and tells it all the same.
    assert metrics._sums == {}

    told = read(client)
    told_again = read(client)

    assert told['mall_task_runs_total{task="of_the_consumer",result="done"}'] == 1
    assert told_again['mall_task_runs_total{task="of_the_consumer",result="done"}'] == 1


def test_what_cannot_be_handed_on_is_told_later(monkeypatch):
    def away(added):
        raise ConnectionError

    metrics.count("mall_task_retries_total", task="x")
    with monkeypatch.context() as patch:
        patch.setattr(metrics, "_hand_on", away)
        metrics.flush()
    metrics.flush()

    assert metrics.sums()[("mall_task_retries_total", (("task", "x"),), "")] == 1


def test_a_flood_of_names_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(metrics, "MOST_SERIES", 10)
    for number in range(50):
        metrics.count("mall_task_runs_total", task=str(number))

    assert len(metrics._sums) == 10


@pytest.mark.django_db
def test_the_books_are_told_as_they_stand(client):
    now = clock.now()
    late = unpaid_order()
    Order.objects.filter(pk=late.pk).update(expires_at=now - timedelta(minutes=10))
    Sku.objects.update(index_dirty_at=None)
    Sku.objects.filter(pk=late.lines.get().sku_id).update(index_dirty_at=now - timedelta(minutes=5))
    FailedTask.objects.create(task_id="a", name="x", state=FailedTask.State.DEAD)
    FailedTask.objects.create(task_id="b", name="x", state=FailedTask.State.DISCARDED)
    Sweep.objects.create(name="late", next_due=now - timedelta(minutes=7), failures_in_row=3)
    before = read(client)["mall_sms_budget_left"]
    limits.take(limits.Window("sms.shop.day", 100, 86_400))
    figures._looked = float("-inf")

    told = read(client)

    assert told["mall_orders_last_minute"] == 1
    assert told["mall_orders_unpaid_past_due"] == 1
    assert told["mall_index_waiting"] == 1
    assert 290 < told["mall_index_lag_seconds"] < 330
    assert told["mall_tasks_dead"] == 1
    assert 400 < told['mall_sweep_late_seconds{sweep="late"}'] < 450
    assert told['mall_sweep_failures_in_row{sweep="late"}'] == 3
    assert told['mall_outbox_depth{kind="sms"}'] == 0
    assert told["mall_queue_depth"] == 0
    assert before - told["mall_sms_budget_left"] == 1
    assert told["mall_figures_failing"] == 0


@pytest.mark.django_db
def test_a_part_that_is_down_hides_no_other(client, monkeypatch):
    def broken():
        raise ConnectionError("password=hunter2")
        yield

    monkeypatch.setattr(figures, "SOURCES", (broken, figures._trade))

    told = read(client)

    assert told["mall_figures_failing"] == 1
    assert told["mall_orders_last_minute"] == 0


@pytest.mark.django_db
def test_the_figures_cost_as_many_statements_for_one_order_as_for_thirty(django_assert_num_queries):
    unpaid_order()
    with django_assert_num_queries(3 + 3) as _few:
        list(figures._trade())
    for _number in range(5):
        unpaid_order()
    with django_assert_num_queries(3 + 3):
        list(figures._trade())


def test_labels_cannot_break_a_line():
    page = exposition.text({}, [Figure("x", "says", 1.5, (("name", 'a"b\\c\nd'),))])

    assert page.splitlines()[-1] == r'x{name="a\"b\\c\nd"} 1.5'


def test_every_line_is_as_prometheus_reads_it(client, db):
    read(client)
    page = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    label = r'[a-z_]+="(?:[^"\\\n]|\\.)*"'
    sample = re.compile(rf"^[a-z_]+(?:\{{{label}(?:,{label})*\}})? -?(?:\d+(?:\.\d+)?(?:e-?\d+)?|\+Inf|NaN)$")

    assert [line for line in page.splitlines() if not line.startswith("# ") and not sample.match(line)] == []


def test_notices_that_cannot_be_verified_are_counted_with_the_reason(client, db, settings):
    order = unpaid_order()
    with running() as alipay:
        settings.PAY_GATEWAYS = {
            "alipay": {"class": "shop.payments.gateways.alipay.AlipayGateway", "options": alipay.options}
        }
        trade = alipay.pay(start_payment(number=order.number, owner=order.user, channel=Channel.PAGE), notices=1)
        good = alipay.notice(trade.out_trade_no)

        assert send_notice(good | {"total_amount": "0.01"}).status_code == 400
        assert send_notice({}).status_code == 400
        assert send_notice(good).status_code == 200
    metrics.flush()

    told = {name: value for name, value in read(client).items() if name.startswith("mall_notices_unverified_total")}
    assert told == {'mall_notices_unverified_total{gateway="alipay",why="payment.forged"}': 2}
