"""Row 31: the mail server and the SMS vendor are away or hang. Orders are placed and paid; messages leave once."""

import email
import socket
import threading
import uuid
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from accounts.models import MailMessage, SmsMessage
from shop.audit.selectors import drifts
from shop.orders.models import Order
from shop.orders.states import OrderState
from tests.factories.trade import buyers_with_addresses, flat_freight, sku_with_stock
from tests.fakes.alipay import running
from tests.fakes.sms_vendors import FakeYunpian, serving
from tests.faults.consumers import eventually
from tests.faults.private_postgres import free_port
from tests.faults.private_redis import private_redis
from tests.faults.stand import database_url, gateway_of, stand, tell

pytestmark = [pytest.mark.fault, pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

State = SmsMessage.State
ADDRESS = "buyer@example.com"


class Mailbox(Message):
    """Keeps what it is handed; with ``silent`` it takes a mail and never says so."""

    def __init__(self, *, silent=None):
        super().__init__()
        self.mails = []
        self.silent = silent

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if self.silent is not None:
            # The connection breaks before the answer, as when a machine dies.
            server.transport.abort()
        return answer

    def prepare_message(self, session, envelope):
        return email.message_from_bytes(envelope.content, policy=email.policy.default)

    def handle_message(self, message):
        self.mails.append(message)


@contextmanager
def mail_server(port, *, silent=None):
    box = Mailbox(silent=silent)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def hanging(*ports):
    """Whoever connects to these is let in, and hears nothing."""
    listeners = [socket.create_server(("127.0.0.1", port)) for port in ports]
    heard = []
    over = threading.Event()

    def listen(listener):
        listener.settimeout(0.2)
        while not over.is_set():
            try:
                heard.append(listener.accept()[0])
            except TimeoutError:
                continue

    threads = [threading.Thread(target=listen, args=(one,)) for one in listeners]
    for one in threads:
        one.start()
    try:
        yield heard
    finally:
        over.set()
        for one in threads:
            one.join()
        for one in (*heard, *listeners):
            one.close()


@contextmanager
def away():
    """Whoever connects is refused: nobody listens."""
    yield []


@pytest.fixture
def alipay():
    with running() as one:
        yield one


@pytest.fixture
def ports():
    return {"sms": free_port(), "mail": free_port()}


@pytest.fixture
def shop(tmp_path, alipay, ports):
    flat_freight()
    with private_redis(tmp_path) as server:
        given = {
            "database_url": database_url(),
            "redis_url": server.url,
            "queue_url": server.queue_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{ports['mail']}",
            "SMS_VENDORS": "yunpian",
            "YUNPIAN_URL": f"http://127.0.0.1:{ports['sms']}",
            "YUNPIAN_APIKEY": FakeYunpian.apikey,
            "YUNPIAN_SIGN": FakeYunpian.sign,
        }
        with stand(tmp_path, **given, **gateway_of(alipay)) as one:
            one.web()
            one.worker()
            yield one


def paid_order(shop, alipay):
    """A buyer with a verified address orders and pays over HTTP; the slowest request's seconds."""
    (buyer,) = buyers_with_addresses(1)
    buyer.email, buyer.email_active = ADDRESS, True
    buyer.save()
    client = shop.client(buyer)
    body = {
        "address": buyer.addresses.get().pk,
        "pay_method": 2,
        "items": [{"sku_id": sku_with_stock(5).pk, "count": 1}],
    }
    placed = client.order(body, key=str(uuid.uuid4()))
    assert placed.status == 201, placed
    assert client.pay(placed.answer["order_id"], alipay) == "success"
    assert Order.objects.get().state == OrderState.TO_SHIP
    assert list(drifts()) == []
    return max(one.seconds for one in client.asked)


@pytest.mark.parametrize("how", ["away", "hanging"])
def test_vendor_down_an_order_is_placed_and_paid_and_its_messages_leave_once_when_vendors_are_back(
    how, shop, alipay, ports
):
    with away() if how == "away" else hanging(*ports.values()) as heard:
        slowest = paid_order(shop, alipay)
        sms, mail = SmsMessage.objects.get(), MailMessage.objects.get()
        eventually(lambda: _told(mail) == (State.QUEUED, True), why=_worker(shop))
        if how == "away":
            eventually(lambda: _told(sms) == (State.QUEUED, True), why=_worker(shop))
        else:
            # It had the message and said nothing: it may have left, so it is for a person, and never sent again.
            eventually(lambda: _told(sms)[0] == State.UNKNOWN, why=_worker(shop))
            assert heard
    tell(f"\n{how}: the slowest request took {slowest:.2f} s")
    # It was the worker that waited for the vendors, and no request.
    for trouble in ("mail server failed", "sms vendor failed" if how == "away" else "sms outcome unknown"):
        assert trouble in shop.log("worker")
        assert trouble not in shop.log("web")

    vendor = FakeYunpian()
    with serving(vendor, port=ports["sms"]), mail_server(ports["mail"]) as box:
        eventually(lambda: _told(mail)[0] == State.SENT, within=240, why=_worker(shop))
        if how == "away":
            eventually(lambda: _told(sms)[0] == State.SENT, within=240, why=_worker(shop))
        # The sweep and late tasks come once more; nothing leaves twice.
        _another_minute(shop)
        assert [mobile for mobile, _text in vendor.delivered] == ([sms.mobile] if how == "away" else [])
        assert [str(one["To"]) for one in box.mails] == [ADDRESS]
    assert mail.attempts > 1


def test_vendor_down_a_mail_whose_answer_never_came_is_not_sent_again(shop, alipay, ports):
    with serving(FakeYunpian(), port=ports["sms"]):
        with mail_server(ports["mail"], silent=True) as box:
            paid_order(shop, alipay)
            mail = MailMessage.objects.get()
            eventually(lambda: _told(mail)[0] == State.UNKNOWN, why=_worker(shop))
            assert len(box.mails) == 1
        with mail_server(ports["mail"]) as later:
            _another_minute(shop)
            assert later.mails == []
    assert _told(mail)[0] == State.UNKNOWN


def _told(message):
    """Where it is, and whether it was tried at all."""
    message.refresh_from_db()
    return message.state, message.attempts > 0


def _another_minute(shop):
    """Every sweep of a minute has run once more."""
    swept = len(shop.lines("swept"))
    eventually(lambda: len(shop.lines("swept")) > swept, within=200, why=_worker(shop))


def _worker(shop):
    return shop.log("worker")[-3000:]
