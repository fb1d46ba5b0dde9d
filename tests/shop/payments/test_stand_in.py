"""The stand-in itself: its pages, its notices, its own process; and that it knows nothing of us."""

import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import httpx
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured

from kernel import clock
from shop.payments.gateways.fake.keys import Keys
from shop.payments.gateways.fake.notices import ALIPAYS_GAPS, Messenger, fields_of
from shop.payments.gateways.fake.store import Store
from shop.payments.port import Channel, TradeState
from shop.payments.registry import gateway
from tests.factories.payment import started_payment
from tests.factories.trade import unpaid_order
from tests.fakes.alipay import NOTIFY_PATH, running


@pytest.fixture
def alipay():
    with running() as stand_in:
        yield stand_in


def start(alipay, number="T1", **given):
    values = {"amount": Decimal("19.90"), "subject": "<b>手机</b>", "channel": Channel.PAGE, "expires_at": None}
    return alipay.adapter().start(out_trade_no=number, order_number="2611", **values | given)


def look(alipay, trade):
    with httpx.Client(trust_env=False) as browser:
        return browser.get(f"{alipay.url}/pay/{trade.token}/")


def test_the_page_shows_what_is_to_pay_and_a_button_for_everything(alipay):
    page = look(alipay, alipay.open(start(alipay)))

    assert page.status_code == 200
    assert "19.90" in page.text
    assert "&lt;b&gt;手机&lt; b&gt;" in page.text
    assert re.findall(r'value="(\w+)"', page.text) == ["pay", "close", "late", "twice", "lost", "forge", "amount"]


@pytest.mark.parametrize(("action", "sent"), [("pay", 1), ("twice", 2), ("lost", 0)])
def test_paying_sends_so_many_notices_and_leads_back_to_the_order(alipay, action, sent):
    trade = alipay.open(start(alipay))

    page = alipay.press(trade, action)

    assert page.status_code == 303
    assert page.headers["Location"].startswith("http://shop.example/pay/2611/result/?")
    assert len(alipay.gateway.store.notices_of("T1")) == sent
    assert alipay.adapter().query(out_trade_no="T1").state is TradeState.PAID
    assert alipay.press(trade, action).status_code == 200


def test_closing_tells_the_shop_on_the_phones_page_only(alipay):
    for number, channel, told in (("T1", Channel.PAGE, 0), ("T2", Channel.WAP, 1)):
        trade = alipay.open(start(alipay, number, channel=channel))
        assert "交易已关闭" in alipay.press(trade, "close").text
        assert len(alipay.gateway.store.notices_of(number)) == told
    assert alipay.adapter().query(out_trade_no="T1").state is TradeState.CLOSED


def test_late_money_comes_after_the_pages_end_which_no_button_passes(alipay):
    began = clock.now()
    trade = alipay.open(start(alipay, expires_at=began + timedelta(minutes=30)))

    assert "到账" in alipay.press(trade, "late").text
    with time_machine.travel(began + timedelta(minutes=30), tick=True):
        assert alipay.gateway.pay_the_late() == 0
        assert "不能再付款" in alipay.press(trade, "pay").text
    with time_machine.travel(began + timedelta(minutes=33), tick=True):
        assert alipay.gateway.pay_the_late() == 1
    assert alipay.adapter().query(out_trade_no="T1").state is TradeState.PAID


def test_a_page_opened_too_late_or_over_another_sum_is_refused(alipay):
    late = start(alipay, expires_at=clock.now() + timedelta(seconds=1))
    alipay.open(start(alipay, "T2"))
    other = start(alipay, "T2", amount=Decimal("1.00"))
    with httpx.Client(trust_env=False) as browser:
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
            refused = browser.get(late)
        changed = browser.get(other)
        forged = browser.get(other.replace("app_id=2021", "app_id=2022"))

    assert [answer.status_code for answer in (refused, changed, forged)] == [400, 400, 400]
    assert "ACQ.CONTEXT_INCONSISTENT" in changed.text
    assert "isv.invalid-app-id" in forged.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/pay/nobody-has-this-token/", "/bill.csv?date=yesterday"])
def test_other_addresses_answer_politely(alipay, path):
    with httpx.Client(trust_env=False) as browser:
        assert browser.get(f"{alipay.url}{path}").status_code == (200 if path == "/" else 404 if "n" in path else 400)


def test_notices_are_repeated_with_alipays_gaps_until_the_shop_says_success():
    store, answers, sent = Store(), iter(["HTTP 500", "failure", "<html>success</html>", "success"]), []

    def post(url, body):
        sent.append(time.time())
        return next(answers)

    messenger = Messenger(store, post=post, gaps=ALIPAYS_GAPS)
    began = clock.now()
    with time_machine.travel(began, tick=False) as clock_:
        messenger.queue("http://shop.example/", {"out_trade_no": "T1"})
        for minute in range(60):
            clock_.move_to(began + timedelta(minutes=minute))
            messenger.deliver()

    assert [round((moment - sent[0]) / 60) for moment in sent] == [0, 4, 14, 24]
    assert store.notices_of("T1")[0].due_at is None
    assert fields_of(store.notices_of("T1")[0]) == {"out_trade_no": "T1"}
    store.close()


def test_after_eight_sends_alipay_gives_up():
    store, sent = Store(), []

    def nobody_there(url, body):
        sent.append(url)
        raise ConnectionRefusedError

    messenger = Messenger(store, post=nobody_there, gaps=[0] * 7)
    messenger.queue("http://shop.example/", {"out_trade_no": "T1"})
    for _look in range(12):
        messenger.deliver(all_of="T1")

    assert len(sent) == 8
    assert store.notices_of("T1")[0].answer == "ConnectionRefusedError"
    store.close()


def test_keys_are_made_once_for_both_sides_and_are_nobody_elses_to_read(tmp_path):
    first, second = Keys.in_folder(tmp_path / "a"), Keys.in_folder(tmp_path / "a")

    assert first == second
    assert first.app_private != first.gateway_private
    assert (tmp_path / "a" / "keys.pem").stat().st_mode & 0o077 == 0


def test_the_stand_in_knows_no_django_and_none_of_our_tables():
    code = (
        "import sys, shop.payments.gateways.fake.__main__; "
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'meiduo', 'accounts', 'kernel'} "
        "or name.startswith('shop.') and not name.startswith('shop.payments') or name.endswith('.models')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_adapter_of_the_stand_in_refuses_where_it_is_switched_off(settings, tmp_path):
    settings.PAY_GATEWAYS["alipay"]["options"]["folder"] = tmp_path
    assert gateway("alipay").name == "alipay"
    settings.ALIPAY_FAKE = False

    with pytest.raises(ImproperlyConfigured, match="ALIPAY_FAKE"):
        gateway("alipay")


@pytest.mark.django_db(transaction=True)
def test_a_process_of_its_own_takes_the_money_and_tells_the_running_shop(live_server, settings, tmp_path):
    with running() as probe:
        port = urlsplit(probe.url).port
    folder = tmp_path / "alipay-fake"
    options = settings.PAY_GATEWAYS["alipay"]["options"] | {
        "folder": folder,
        "url": f"http://127.0.0.1:{port}/gateway.do",
        "notify_url": f"{live_server.url}{NOTIFY_PATH}",
    }
    settings.PAY_GATEWAYS = {"alipay": settings.PAY_GATEWAYS["alipay"] | {"options": options}}
    Keys.in_folder(folder)
    command = [sys.executable, "-m", "shop.payments.gateways.fake", "--folder", str(folder), "--port", str(port)]
    service = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        with httpx.Client(trust_env=False) as browser:
            _wait_for(lambda: browser.get(f"http://127.0.0.1:{port}/").status_code == 200)
            order = unpaid_order()
            url, _attempt = started_payment(probe, order)
            page = browser.get(url, follow_redirects=True)
            assert browser.post(str(page.url), data={"do": "twice"}).status_code == 303
            forged = browser.post(str(page.url), data={"do": "forge"})
            assert "HTTP 400: failure" in forged.text

            def told():
                order.refresh_from_db()
                return order.paid_amount == order.payable

            _wait_for(told)
    finally:
        service.terminate()
        _out, errors = service.communicate(timeout=10)
    assert (service.returncode, errors) == (0, b"")


def _wait_for(there, *, seconds=15):
    """A process of its own tells nobody when it is ready: ask until it answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            if there():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
