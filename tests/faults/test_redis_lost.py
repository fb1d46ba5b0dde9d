"""Rows 25 and 26: Redis is down, hangs, or is lost with everything in it. A Redis of the test's own, live processes."""

import json
import time
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import SmsMessage
from accounts.sealing import seal
from kernel import clock
from shop.audit.selectors import drifts
from shop.catalog.models import Sku
from shop.orders.models import Order
from shop.orders.states import OrderState
from shop.payments.models import PaymentAttempt
from tasks.models import Sweep
from tests.factories.trade import buyers_with_addresses, flat_freight, sku_with_stock
from tests.fakes.alipay import running
from tests.faults.consumers import eventually
from tests.faults.private_redis import private_redis
from tests.faults.stand import database_url, gateway_of, stand, tell

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

PASSWORD = "lychee-on-ice-7"
#: Seconds that any request may take while Redis hangs: its time-out of two, on a machine that has much else to do.
ONE_TIMEOUT = 15.0
#: Seconds for all 27 requests together; each of them asks Redis, most several times, and would wait two each time.
ALL_TIMEOUTS = 35.0
#: Every public answer has one of these.
PUBLIC = ("/categories/", "/areas/", "/skus/{sku}/", "/categories/{category}/skus/")


@pytest.fixture
def server(tmp_path):
    with private_redis(tmp_path) as one:
        yield one


@pytest.fixture
def alipay():
    with running() as one:
        yield one


@pytest.fixture
def shop(tmp_path, server, alipay):
    flat_freight()
    urls = {"database_url": database_url(), "redis_url": server.url, "queue_url": server.queue_url}
    with stand(tmp_path, **urls, **gateway_of(alipay)) as one:
        yield one


def buyers_with_password(count=1):
    buyers = buyers_with_addresses(count)
    for buyer in buyers:
        # As the running shop hashes; the tests' own is a cheap one.
        buyer.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
        buyer.save()
    return buyers


def public_paths(sku):
    return [path.format(sku=sku.pk, category=sku.spu.category_id) for path in PUBLIC]


def log_in(client, buyer):
    return client.ask("POST", "/authorizations/", {"username": buyer.username, "password": PASSWORD})


def checkout(client, buyer, sku, alipay):
    """From the shelf to the paid order, as a client does it; the order's number."""
    for path in public_paths(sku):
        assert client.ask("GET", path).status == 200
    assert client.ask("POST", "/cart/", {"sku_id": sku.pk, "count": 2}).status == 201
    assert client.ask("GET", "/cart/").answer[0]["count"] == 2
    address = buyer.addresses.get().pk
    assert client.ask("GET", f"/orders/settlement/?address={address}").status == 200
    placed = client.order({"address": address, "pay_method": 2}, key=str(uuid.uuid4()))
    assert placed.status == 201, placed
    number = placed.answer["order_id"]
    assert client.pay(number, alipay) == "success"
    assert client.ask("GET", f"/orders/{number}/").answer["status"] == OrderState.TO_SHIP
    assert client.ask("GET", "/orders/").answer["count"] == 1
    return number


@pytest.mark.parametrize("how", ["kill", "freeze"])
def test_redis_down_checkout_and_browsing_go_on_and_codes_and_logins_are_closed(how, server, shop, alipay):
    sku = sku_with_stock(50)
    (buyer,) = buyers_with_password()
    shop.web()
    shop.worker()
    client, guest = shop.client(buyer), shop.client()
    # Warm: bytes are kept in Redis, and the layer before Django has them in memory.
    for path in public_paths(sku) * 3:
        assert guest.ask("GET", path).status == 200
    # Control: while Redis is there, a login is let in.
    assert log_in(guest, buyer).status == 200
    eventually(lambda: Sweep.objects.filter(name="probe.sweep", runs__gte=1).exists(), why=shop.log()[-2000:])

    getattr(server, how)()
    began = len(client.asked), len(guest.asked)
    number = checkout(client, buyer, sku, alipay)
    for path in public_paths(sku) * 3:
        assert guest.ask("GET", path).status == 200
    closed = [
        log_in(guest, buyer),
        guest.ask("GET", "/sms_codes/13912345678/?purpose=login"),
        guest.ask("GET", f"/image_codes/{uuid.uuid4()}/"),
        guest.ask("POST", "/authorizations/sms/", {"mobile": "13912345678", "sms_code": "123456"}),
    ]

    asked = client.asked[began[0] :] + guest.asked[began[1] :]
    slowest, total = max(one.seconds for one in asked), sum(one.seconds for one in asked)
    tell(f"\n{how}: {len(asked)} requests, slowest {slowest:.2f} s, together {total:.2f} s")
    assert [(one.status, one.code) for one in closed] == [(507, "storage.trouble")] * 4
    assert not SmsMessage.objects.filter(template="code").exists()
    assert slowest < ONE_TIMEOUT
    assert total < ALL_TIMEOUTS
    # The books are whole without any queue: what follows from the order waits in rows.
    assert list(drifts()) == []
    assert Order.objects.get(number=number).state == OrderState.TO_SHIP
    assert PaymentAttempt.objects.get(counts=True).order.number == number
    waiting = SmsMessage.objects.get(template="order_paid")
    assert waiting.state == SmsMessage.State.QUEUED

    # It comes back; nobody restarts anything.
    if how == "kill":
        server.start()
    else:
        server.thaw()
    back = time.monotonic()
    eventually(lambda: log_in(guest, buyer).status == 200, why=shop.log("web")[-3000:])
    tell(f"{how}: logins are let in {time.monotonic() - back:.1f} s after Redis came back")
    assert guest.ask("GET", "/sms_codes/13912345678/?purpose=login").status == 200
    eventually(lambda: _state(waiting) == SmsMessage.State.SENT, within=240, why=shop.log("worker")[-3000:])
    eventually(lambda: not Sku.objects.filter(index_dirty_at__isnull=False).exists(), within=240)
    assert [line["template"] for line in _sent(shop)].count("order_paid") == 1
    # Kept answers are used again: the layer's versions are known again.
    eventually(lambda: any(name.startswith(b"mall-bytes:") for name in _after_a_look(guest, sku, server)))


@pytest.mark.parametrize("how", ["flushall", "restarted empty"])
def test_redis_wipe_loses_no_order_no_cart_and_no_message_and_lets_no_code_in_twice(how, server, shop, alipay):
    sku = sku_with_stock(50)
    buyer, other = buyers_with_password(2)
    mobile = buyer.mobile
    web, worker = shop.web(), shop.worker()
    client, guest = shop.client(buyer), shop.client()
    eventually(lambda: Sweep.objects.filter(name="probe.sweep", runs__gte=1).exists(), why=shop.log()[-2000:])
    login = log_in(guest, buyer).answer
    number = checkout(client, buyer, sku, alipay)
    assert client.ask("POST", "/cart/", {"sku_id": sku.pk, "count": 3}).status == 201
    unpaid = client.order(
        {"address": buyer.addresses.get().pk, "pay_method": 2, "items": [{"sku_id": sku.pk, "count": 1}]}, key="kept"
    ).answer["order_id"]
    # One code is used, one is still good.
    used = _code(shop, guest, mobile)
    body = {"mobile": mobile, "sms_code": used}
    assert guest.ask("POST", "/authorizations/sms/", body).status == 200
    assert guest.ask("POST", "/authorizations/sms/", body).status == 400
    good = _code(shop, guest, other.mobile)
    # What nobody takes from the queue any more is in it when it is lost.
    shop.queue.pause()
    time.sleep(2)
    lost = SmsMessage.objects.create(
        mobile="13100000001",
        template="order_paid",
        sealed=seal("sms", {"number": "1", "amount": "1.00"}),
        expires_at=clock.now() + timedelta(hours=1),
    )
    shop.put("ask_the_database", "never")
    assert shop.queue.pending_count() >= 1

    if how == "flushall":
        server.wipe()
    else:
        server.kill()
        server.start()

    assert server.client().dbsize() + server.client(server.queue_url).dbsize() < 20
    # Orders, payments, carts and logins are rows.
    eventually(lambda: client.ask("GET", "/cart/").status == 200)
    assert [line["count"] for line in client.ask("GET", "/cart/").answer] == [3]
    assert client.ask("GET", f"/orders/{number}/").answer["status"] == OrderState.TO_SHIP
    again = client.order(
        {"address": buyer.addresses.get().pk, "pay_method": 2, "items": [{"sku_id": sku.pk, "count": 1}]}, key="kept"
    )
    assert (again.status, again.answer["order_id"]) == (201, unpaid)
    refreshed = guest.ask("POST", "/authorizations/refresh/", {"refresh": login["refresh"]})
    assert refreshed.status == 200
    assert guest.ask("POST", "/authorizations/refresh/", {"refresh": login["refresh"]}).status == 401
    # No code comes back to life: neither the used one nor the one that was still good. A fresh one, which the counters
    # that were lost do not delay, works once.
    for whose, dead in ((mobile, used), (other.mobile, good)):
        refused = guest.ask("POST", "/authorizations/sms/", {"mobile": whose, "sms_code": dead})
        assert (refused.status, refused.code) == (400, "sms_code.wrong")
    fresh = {"mobile": mobile, "sms_code": _code(shop, guest, mobile)}
    assert [guest.ask("POST", "/authorizations/sms/", fresh).status for _time in range(2)] == [200, 400]
    # Browsing fills the bytes anew.
    for path in public_paths(sku):
        assert guest.ask("GET", path).status == 200
    # The outbox is filled again by sweeps, and periodic work goes on.
    runs = Sweep.objects.get(name="probe.sweep").runs
    eventually(lambda: _state(lost) == SmsMessage.State.SENT, within=240, why=shop.log("worker")[-3000:])
    eventually(lambda: Sweep.objects.get(name="probe.sweep").runs > runs, within=240, why=shop.log("worker")[-3000:])
    assert [line["mobile"] for line in _sent(shop)].count("13100000001") == 1
    assert [line["template"] for line in _sent(shop)].count("order_paid") == 2
    # The task that was no row's is gone for good, as the queue promises no more.
    assert shop.lines("asked") == []
    assert Order.objects.count() == 2
    assert list(drifts()) == []
    assert web.poll() is None
    assert worker.poll() is None


def _state(message):
    message.refresh_from_db()
    return message.state


def _sent(shop):
    """Every text message that left, oldest first."""
    path = shop.folder / "var" / "outbox" / "sms.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _code(shop, guest, mobile):
    """Ask for a code, and read it where it was sent to."""
    before = len(_sent(shop))
    answer = guest.ask("GET", f"/sms_codes/{mobile}/?purpose=login")
    assert answer.status == 200, answer
    told = eventually(lambda: [one for one in _sent(shop)[before:] if one["mobile"] == mobile])
    return told[-1]["params"]["code"]


def _after_a_look(guest, sku, server):
    for path in public_paths(sku):
        guest.ask("GET", path)
    return list(server.client().scan_iter("mall-bytes:*"))
