"""The stand-in for Alipay as tests run it: a real HTTP server on a free port; notices leave when the test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from django.test import Client

from shop.payments.gateways.alipay import AlipayGateway
from shop.payments.gateways.fake.gateway import Gateway
from shop.payments.gateways.fake.keys import SELLER_ID, Keys
from shop.payments.gateways.fake.notices import Messenger, fields_of
from shop.payments.gateways.fake.server import serving
from shop.payments.gateways.fake.store import Store, TradeRow

APP_ID = "2021000000000000"
NOTIFY_PATH = "/api/v1/payment/alipay/notify/"


@cache
def keys() -> Keys:
    """Two pairs of keys, made once for a test run."""
    return Keys.made()


@dataclass
class StandIn:
    """The running service, and what a test does with it."""

    gateway: Gateway
    url: str
    answers: list[tuple[int, str]] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        """What an ``AlipayGateway`` that talks to it is built with."""
        return {
            "app_id": APP_ID,
            "seller_id": SELLER_ID,
            "private_key": keys().app_private,
            "public_key": keys().gateway_public,
            "notify_url": f"http://shop.example{NOTIFY_PATH}",
            "return_url": "http://shop.example/pay/{order_id}/result/",
            "url": f"{self.url}/gateway.do",
        }

    def adapter(self, **changed: Any) -> AlipayGateway:
        return AlipayGateway(**{"name": "alipay", **self.options, **changed})

    def mood(self, method: str, mood: str) -> None:
        """Behave so when this is asked: ``refund``, ``query``, ``close``, ``fastpay.refund.query``, "" for all."""
        self.gateway.moods.by_method[f"alipay.trade.{method}" if method else ""] = mood

    def good_mood(self) -> None:
        self.gateway.moods.by_method.clear()

    def open(self, pay_url: str) -> TradeRow:
        """Let the buyer open the pay page."""
        with httpx.Client(trust_env=False) as browser:
            page = browser.get(pay_url)
        assert page.status_code == 303, page.text
        trade = self.gateway.store.trade(token=page.headers["Location"].split("/")[2])
        assert trade is not None
        return trade

    def press(self, trade: TradeRow, action: str) -> httpx.Response:
        """Let the buyer press a button of the page."""
        with httpx.Client(trust_env=False) as browser:
            return browser.post(f"{self.url}/pay/{trade.token}/", data={"do": action})

    def pay(self, pay_url: str, *, notices: int = 0) -> TradeRow:
        """Let the buyer pay; so many notices wait to be delivered."""
        return self.gateway.pay(self.open(pay_url), notices=notices)

    def trade(self, out_trade_no: str) -> TradeRow:
        found = self.gateway.store.trade(out_trade_no=out_trade_no)
        assert found is not None
        return found

    def notice(self, out_trade_no: str) -> dict[str, str]:
        """The fields of the newest notice about this trade."""
        return fields_of(self.gateway.store.notices_of(out_trade_no)[-1])

    def returned(self, trade: TradeRow) -> dict[str, str]:
        """What the browser brings back after paying."""
        return dict(parse_qsl(urlsplit(self.gateway.return_address(trade)).query))


def send_notice(fields: dict[str, str]) -> Any:
    """POST a notice to the shop as Alipay does, and return the answer."""
    return Client(raise_request_exception=False).post(NOTIFY_PATH, fields)


@contextmanager
def running(*, certificates: tuple[str, ...] = ()) -> Iterator[StandIn]:
    """The stand-in on a free port, for as long as the block lasts. Notices go to the shop's route when delivered."""
    store = Store()

    def post(url: str, body: str) -> str:
        answer = send_notice(dict(parse_qsl(body, keep_blank_values=True)))
        stand_in.answers.append((answer.status_code, answer.content.decode()))
        return answer.content.decode() if answer.status_code == 200 else f"HTTP {answer.status_code}"

    messenger = Messenger(store, post=post)
    gateway = Gateway(keys=keys(), store=store, messenger=messenger, app_id=APP_ID, certificates=certificates)
    stand_in = StandIn(gateway, "")
    with serving(gateway) as port:
        stand_in.url = f"http://127.0.0.1:{port}"
        yield stand_in
    store.close()
