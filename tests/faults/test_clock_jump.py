"""The clock jumps under running processes: forward, and back. Nothing stops, nothing storms, nothing is done twice."""

import time
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import SmsMessage
from accounts.sealing import seal
from accounts.services.login import log_in
from kernel import clock
from shop.audit.selectors import drifts
from shop.orders.models import Order
from shop.orders.states import OrderState
from tasks.models import Consumer, FailedTask, RunningTask, Sweep
from tests.factories.people import PASSWORD
from tests.factories.trade import buyers_with_addresses, flat_freight, sku_with_stock
from tests.faults.consumers import eventually
from tests.faults.faked_clock import FakedClock
from tests.faults.private_redis import private_redis
from tests.faults.stand import database_url, stand, tell

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

#: Minutes until an unpaid order closes, as the shop runs here.
PAY_MINUTES = 30


@pytest.fixture
def faked(tmp_path):
    return FakedClock(tmp_path)


@pytest.fixture
def shop(tmp_path, faked):
    flat_freight()
    with private_redis(tmp_path) as server:
        urls = {"database_url": database_url(), "redis_url": server.url, "queue_url": server.queue_url}
        more = {"ORDER_PAY_MINUTES": str(PAY_MINUTES), **faked.surroundings}
        with stand(tmp_path, **urls, **more) as one:
            one.web()
            yield one


def two_workers_at_work(shop):
    """Two consumers, each of which sweeps; one task each is being held."""
    shop.worker()
    shop.worker()
    eventually(lambda: Consumer.objects.count() == 2, why=shop.log("worker")[-3000:])
    for word in ("one", "two"):
        shop.put("hold", word)
    eventually(lambda: len(shop.lines("begun")) == 2, why=shop.log("worker")[-3000:])
    eventually(lambda: Sweep.objects.filter(name="probe.sweep", runs__gte=1).exists(), why=shop.log("worker")[-3000:])


def placed(shop, buyer, sku):
    client = shop.client(buyer)
    body = {"address": buyer.addresses.get().pk, "pay_method": 2, "items": [{"sku_id": sku.pk, "count": 2}]}
    answer = client.order(body, key=str(uuid.uuid4()))
    assert answer.status == 201, answer
    return client, Order.objects.get(number=answer.answer["order_id"])


def sweeps_go_on(shop, *, times=2):
    """Within some minutes by our own clock they run so many times more, and no more often than the minutes allow."""
    before, began = len(shop.lines("swept")), time.monotonic()
    eventually(lambda: len(shop.lines("swept")) >= before + times, within=90 * times, why=shop.log("worker")[-3000:])
    minutes = (time.monotonic() - began) / 60
    ran = len(shop.lines("swept")) - before
    tell(f"swept {ran} times in {minutes:.1f} minutes")
    # One more may be owed to the jump, and one to where in a minute we began.
    assert ran <= minutes + 2


def nobody_was_buried(shop):
    """Both consumers live on, and what they held was done once."""
    assert Consumer.objects.count() == 2
    assert RunningTask.objects.filter(name__endswith=".hold").count() == 2
    (shop.folder / "go").touch()
    eventually(lambda: len(shop.lines("ended")) == 2, why=shop.log("worker")[-3000:])
    eventually(lambda: not RunningTask.objects.filter(name__endswith=".hold").exists())
    assert sorted(shop.lines("begun")) == sorted(shop.lines("ended")) == ["one", "two"]
    assert not FailedTask.objects.exists()


def test_clock_jump_forward_closes_what_is_due_and_only_that_and_runs_nothing_twice(shop, faked):
    sku = sku_with_stock(10)
    (buyer,) = buyers_with_addresses(1)
    session = log_in(account=buyer.username, password=PASSWORD, address="127.0.0.1")
    two_workers_at_work(shop)
    client, order = placed(shop, buyer, sku)

    faked.jump(PAY_MINUTES - 10)
    sweeps_go_on(shop)
    assert _state(order) == OrderState.UNPAID

    faked.jump(PAY_MINUTES + 5)
    eventually(lambda: _state(order) == OrderState.CANCELLED, within=200, why=shop.log("worker")[-3000:])
    sweeps_go_on(shop)

    sku.refresh_from_db()
    assert sku.stock == 10
    assert list(drifts()) == []
    # Half an hour is longer than an access token lives, and shorter than a login.
    assert client.ask("GET", "/orders/").status == 401
    fresh = client.ask("POST", "/authorizations/refresh/", {"refresh": session.refresh})
    assert fresh.status == 200
    nobody_was_buried(shop)


def test_clock_jump_back_stops_no_sweep_no_message_and_no_buyer(shop, faked):
    sku = sku_with_stock(10)
    (buyer,) = buyers_with_addresses(1)
    # As the running shop hashes; the tests' own is a cheap one.
    buyer.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    buyer.save()
    two_workers_at_work(shop)
    client, order = placed(shop, buyer, sku)
    assert client.ask("GET", f"/sms_codes/{buyer.mobile}/?purpose=login").status == 200
    assert client.ask("GET", f"/sms_codes/{buyer.mobile}/?purpose=login").code == "sms.too_soon"

    faked.jump(-180)
    # Queued, by its row, three hours from now.
    message = SmsMessage.objects.create(
        mobile="13100000001",
        template="order_paid",
        sealed=seal("sms", {"number": "1", "amount": "1.00"}),
        next_try_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=9),
    )
    sweeps_go_on(shop)

    eventually(lambda: _state(message) == SmsMessage.State.SENT, within=200, why=shop.log("worker")[-3000:])
    # It keeps the time that its buyer was told, and is closed no sooner.
    assert _state(order) == OrderState.UNPAID
    # More than the minute of the first code has passed, by any clock but the one that was wrong.
    assert client.ask("GET", f"/sms_codes/{buyer.mobile}/?purpose=login").status == 200
    # Signed in what is the future now, and good again when that has come; whoever logs in need not wait for it.
    assert client.ask("GET", "/orders/").status == 401
    login = client.ask("POST", "/authorizations/", {"username": buyer.username, "password": PASSWORD})
    assert login.status == 200, login
    assert client.ask("GET", "/orders/", authorization=f"Bearer {login.answer['token']}").answer["count"] == 1
    assert list(drifts()) == []
    nobody_was_buried(shop)


def _state(row):
    row.refresh_from_db()
    return row.state
