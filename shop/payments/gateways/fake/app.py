"""The WSGI application: ``/gateway.do``, the pay page and its buttons, the bill."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from shop.payments.gateways.fake import pages
from shop.payments.gateways.fake.bill import daily_bill
from shop.payments.gateways.fake.gateway import PAGES, Gateway, Refused
from shop.payments.gateways.fake.store import SHANGHAI, TradeRow, now

StartResponse = Callable[..., Any]
#: Status, content type, body, and where to go instead.
Answer = tuple[str, str, bytes, str]

_HTML, _JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"
_MOST_BYTES = 128 * 1024
#: Late money comes so long after the page's own end: the shop's order has closed by then.
LATE = timedelta(seconds=150)


def _html(text: str, status: str = "200 OK") -> Answer:
    return status, _HTML, text.encode(), ""


class App:
    """WSGI in front of a ``Gateway``."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, kind, body, location = self._answer(environ)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, [*headers, ("Location", location)] if location else headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        fields = _form(environ) if method == "POST" else query
        if path == "/gateway.do":
            # A POST's address carries its charset too; what is signed is the form.
            return self._gateway_do(fields)
        if found := re.fullmatch(r"/pay/([\w-]{10,40})/", path):
            trade = self.gateway.store.trade(token=found.group(1))
            if trade is None:
                return _html(pages.refusal_page("没有这笔交易"), "404 Not Found")
            return self._press(trade, fields.get("do", "")) if method == "POST" else self._show(trade)
        if path == "/bill.csv":
            return self._bill(query.get("date", ""))
        if path == "/":
            return _html(pages.front_page())
        return _html(pages.refusal_page("没有这个页面"), "404 Not Found")

    def _gateway_do(self, fields: Mapping[str, str]) -> Answer:
        if fields.get("method") not in PAGES:
            status, body = self.gateway.answer(fields)
            return ("200 OK" if status == 200 else f"{status} Trouble"), _JSON, body.encode(), ""
        try:
            trade = self.gateway.open_page(fields)
        except Refused as refused:
            said = f"{refused.said['sub_msg']}（{refused.said['sub_code']}）"
            return _html(pages.refusal_page(said), "400 Bad Request")
        return "303 See Other", _HTML, b"", f"/pay/{trade.token}/"

    def _show(self, trade: TradeRow, said: str = "") -> Answer:
        fresh = self.gateway.store.trade(token=trade.token) or trade
        notices = self.gateway.store.notices_of(trade.out_trade_no)
        back = self.gateway.return_address(fresh) if fresh.is_paid else ""
        return _html(pages.pay_page(fresh, notices=notices, back=back, said=said))

    def _press(self, trade: TradeRow, action: str) -> Answer:
        gateway = self.gateway
        copies = {"pay": 1, "twice": 2, "lost": 0}
        try:
            if action in copies:
                if trade.expires_at and trade.expires_at <= now():
                    return self._show(trade, "交易已超时，不能再付款。")
                paid = gateway.pay(trade, notices=copies[action])
                back = gateway.return_address(paid)
                return ("303 See Other", _HTML, b"", back) if back else self._show(trade, "已支付。")
            if action == "close":
                gateway.close_unpaid(trade)
                return self._show(trade, "交易已关闭，没有扣款。")
        except Refused as refused:
            return self._show(trade, str(refused.said["sub_msg"]))
        if action == "late":
            end = datetime.strptime(trade.expires_at or now(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
            at = f"{end + LATE:%Y-%m-%d %H:%M:%S}"
            gateway.store.pay_later(trade.out_trade_no, at)
            return self._show(trade, f"钱将在 {at} 到账，那时订单应该已经关闭。")
        if action == "forge":
            gateway.tell_forged(trade)
        elif action == "amount":
            gateway.tell_other_amount(trade)
        else:
            return self._show(trade, "没有这个操作。")
        answers = gateway.messenger.deliver(all_of=trade.out_trade_no)
        return self._show(trade, f"通知已发出，商城的回答：{answers[-1] if answers else '没有通知地址'}")

    def _bill(self, day: str) -> Answer:
        day = day or time.strftime("%Y-%m-%d")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            return _html(pages.refusal_page("date 应为 YYYY-MM-DD"), "400 Bad Request")
        return "200 OK", "text/csv; charset=gbk", daily_bill(self.gateway.store, day), ""


def _form(environ: dict[str, Any]) -> dict[str, str]:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _MOST_BYTES)
    return dict(parse_qsl(environ["wsgi.input"].read(length).decode("utf-8", "replace"), keep_blank_values=True))
