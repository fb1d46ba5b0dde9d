"""Row 59: PostgreSQL restarts under load. A cluster of the test's own; web and consumer recover by themselves."""

import itertools
import time
import uuid

import psycopg2
import pytest
from django.db import connection

from kernel import clock
from shop.audit.selectors import drifts
from shop.idempotency.models import IdempotencyKey
from shop.orders.models import Order, OrderLine
from shop.stock.models import StockMovement
from tasks.models import FailedTask, RunningTask, Sweep
from tests.factories.trade import buyers_with_addresses, flat_freight, sku_with_stock
from tests.faults.consumers import eventually
from tests.faults.private_postgres import here, private_postgres
from tests.faults.private_redis import private_redis
from tests.faults.stand import going_on, stand, tell

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

#: Seconds after PostgreSQL answers in which everything must work again.
PROMISED = 10.0
BUYERS = 3
STOCK = 100_000


class Orders:
    """A buyer who orders again and again; what got no answer is sent again under the same key until there is one."""

    def __init__(self, client, body):
        self.client, self.body = client, body
        self.placed: dict[str, str] = {}
        self.key = ""
        self.retried: set[str] = set()

    def go_on(self):
        self.key = self.key or str(uuid.uuid4())
        answer = self.client.order(self.body, key=self.key)
        if answer.status == 201:
            self.placed[self.key] = answer.answer["order_id"]
            self.key = ""
        else:
            # The storage is away, its row is busy, or nothing came at all: each says "send the same again".
            assert (answer.status, answer.code) in {(507, "storage.trouble"), (409, "idempotency.in_flight")} or (
                answer.status == 0 or answer.code.startswith(("rows.", "idempotency."))
            ), answer
            self.retried.add(self.key)


@pytest.fixture(scope="module")
def cluster(django_db_setup, django_db_blocker):
    with private_postgres() as one, django_db_blocker.unblock(), here(one):
        yield one


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_pg_restart_under_load_web_and_worker_recover_and_no_order_is_half(mode, cluster, tmp_path):
    with (
        private_redis(tmp_path) as server,
        stand(tmp_path, database_url=cluster.url, redis_url=server.url, queue_url=server.queue_url) as shop,
    ):
        flat_freight()
        sku = sku_with_stock(STOCK)
        before = Order.objects.count()
        buyers = buyers_with_addresses(BUYERS)
        shop.web()
        shop.worker()
        shopping = [
            Orders(
                shop.client(buyer),
                {
                    "address": buyer.addresses.get().pk,
                    "pay_method": 2,
                    "items": [{"sku_id": sku.pk, "count": 1}],
                },
            )
            for buyer in buyers
        ]
        looking = shop.client()
        paths = itertools.cycle([f"/skus/{sku.pk}/", "/categories/", "/home/", "/areas/"])
        numbers = itertools.count()
        put = []

        def look():
            answer = looking.ask("GET", next(paths))
            assert answer.status in (200, 404, 507, 0), answer

        def work():
            put.append(shop.put("ask_the_database", str(next(numbers)), retries=8))
            time.sleep(0.2)

        # What a session held when it went: the sweep stays inside, with its lock.
        (shop.folder / "stay").touch()
        with going_on(*(one.go_on for one in shopping), look, work):
            eventually(lambda: all(len(one.placed) >= 5 for one in shopping), why=shop.log()[-3000:])
            eventually(lambda: shop.lines("asked"), why=shop.log("worker")[-3000:])
            eventually(lambda: shop.lines("swept"), why=shop.log("worker")[-3000:])

            cluster.restart(mode)
            answers_at = _answers_since(cluster)
            (shop.folder / "leave").touch()
            (shop.folder / "stay").unlink()

            back = {
                "orders": lambda: all(_later(one.client, answers_at, 201) for one in shopping),
                "looks": lambda: _later(looking, answers_at, 200),
                "worker": lambda: any(float(line.split()[1]) > answers_at for line in shop.lines("asked")),
            }
            for name, is_back in back.items():
                eventually(is_back, why=f"{name}: {shop.log()[-3000:]}")
            # Still well a while later: a connection that broke is not met again.
            well = time.monotonic()
            eventually(lambda: all(_later(one.client, well, 201) for one in shopping))
        # What each buyer was still asking when the load ended.
        for one in shopping:
            while one.key:
                one.go_on()

        took = {
            "orders": max(_first(one.client, answers_at, 201) for one in shopping) - answers_at,
            "looks": _first(looking, answers_at, 200) - answers_at,
            "worker": min(float(line.split()[1]) for line in shop.lines("asked") if float(line.split()[1]) > answers_at)
            - answers_at,
        }
        placed = [order for one in shopping for order in one.placed.values()]
        retried = sum(len(one.retried) for one in shopping)
        failed = sum(answer.status != 201 for one in shopping for answer in one.client.asked)
        tell(f"\n{mode}: back after {took}; {len(placed)} orders, {failed} requests failed, {retried} keys sent again")
        assert max(took.values()) <= PROMISED
        # The load did meet the restart.
        assert retried

        # One order for each key, whole, and nothing beside.
        connection.close()
        assert len(set(placed)) == len(placed) == Order.objects.count() - before
        assert OrderLine.objects.filter(sku=sku).count() == len(placed)
        assert IdempotencyKey.objects.filter(user__in=buyers).count() == len(placed)
        sku.refresh_from_db()
        assert sku.stock == STOCK - len(placed)
        assert StockMovement.objects.filter(sku=sku, cause=StockMovement.Cause.ORDERED).count() == len(placed)
        assert list(drifts()) == []

        # No task was lost or stands as running for ever, and the sweep whose session broke runs again.
        eventually(lambda: len({line.split()[0] for line in shop.lines("asked")}) == len(put), why=_worker(shop))
        eventually(lambda: not RunningTask.objects.exclude(name__endswith="swept").exists(), why=_worker(shop))
        assert not FailedTask.objects.filter(state=FailedTask.State.DEAD).exists()
        runs = Sweep.objects.get(name="probe.sweep").runs
        eventually(lambda: Sweep.objects.get(name="probe.sweep").runs > runs, within=200, why=_worker(shop))
        assert Sweep.objects.get(name="probe.sweep").next_due > clock.now()


def _answers_since(cluster):
    """The first moment at which a client of its own gets an answer."""

    def answers():
        try:
            with cluster.session() as cursor:
                cursor.execute("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    eventually(answers, within=60)
    return time.monotonic()


def _later(client, since, status):
    return any(one.at > since and one.status == status for one in list(client.asked))


def _first(client, since, status):
    """When the first good answer came to a question that was asked after this moment."""
    return min(one.at + one.seconds for one in list(client.asked) if one.at > since and one.status == status)


def _worker(shop):
    return shop.log("worker")[-4000:]
