"""What ``gateway.do`` answers: Alipay's methods, its codes and its signed JSON."""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from shop.payments.gateways.fake.keys import SELLER_ID, Keys, holds, sign, signed_text
from shop.payments.gateways.fake.notices import Messenger, notice_fields
from shop.payments.gateways.fake.store import Store, TradeRow, now

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?")
_DONE: dict[str, Any] = {"code": "10000", "msg": "Success"}

PAGES = {"alipay.trade.page.pay": False, "alipay.trade.wap.pay": True}


class Refused(Exception):
    """Alipay's way to say no: ``code``, ``sub_code``, ``sub_msg``."""

    def __init__(self, code: str, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_code)
        self.said = {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sub_msg}


@dataclass
class Moods:
    """How the stand-in misbehaves, by method: ``alipay.trade.refund`` → one of the names below; "" is for all.

    ``hang``: no answer until ``let_go``. ``hang_after``: it does what was asked, then hangs. ``down``: 503.
    ``system_error``: code 20000, nothing done. ``done_then_error``: done, and then ACQ.SYSTEM_ERROR.
    ``refuse``: a business refusal. ``unsigned``, ``wrong_key``, ``garbage``: answers that prove nothing.
    """

    by_method: dict[str, str] = field(default_factory=dict)
    let_go: threading.Event = field(default_factory=threading.Event)
    #: Set once somebody hangs.
    hanging: threading.Event = field(default_factory=threading.Event)

    def of(self, method: str) -> str:
        return self.by_method.get(method) or self.by_method.get("", "")


class Gateway:
    """One stand-in: its keys, its memory, its messenger and its moods."""

    def __init__(
        self, *, keys: Keys, store: Store, messenger: Messenger, app_id: str, certificates: tuple[str, ...] = ()
    ) -> None:
        self.keys = keys
        self.store = store
        self.messenger = messenger
        self.app_id = app_id
        self.moods = Moods()
        #: In certificate mode: the serials of the app's and of the root certificate that a request must carry, and
        #: that of the gateway's own, which the answer carries.
        self.certificates = certificates
        #: Every method asked, in order.
        self.asked: list[str] = []

    # -- what the shop's server asks

    def answer(self, fields: Mapping[str, str]) -> tuple[int, str]:
        """Status and body of one question."""
        method = fields.get("method", "")
        self.asked.append(method)
        mood = self.moods.of(method)
        if mood == "hang":
            self.moods.hanging.set()
            self.moods.let_go.wait(30)
        if mood in {"down", "hang"}:
            return 503, "busy"
        if mood == "garbage":
            return 200, "<html>系统维护中</html>"
        try:
            said = self._said(method, fields, mood)
        except Refused as refused:
            said = refused.said
        if mood == "hang_after":
            self.moods.let_go.wait(30)
        return 200, self._signed(method, said, mood)

    def _said(self, method: str, fields: Mapping[str, str], mood: str) -> dict[str, Any]:
        self.check(fields)
        if mood == "system_error":
            return {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "isp.unknow-error"}
        if mood == "refuse":
            raise Refused("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
        try:
            content = json.loads(fields.get("biz_content", ""))
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise Refused("40002", "isv.invalid-parameter", "biz_content 不是 JSON 对象")
        known = {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
        }
        if method not in known:
            raise Refused("40002", "isv.invalid-method", "不存在的方法名")
        done = known[method]({name: str(value) for name, value in content.items()})
        if mood == "done_then_error":
            raise Refused("40004", "ACQ.SYSTEM_ERROR", "系统错误")
        return _DONE | done

    def check(self, fields: Mapping[str, str]) -> None:
        """Raises: Refused unless the shop that we know signed this, with RSA2."""
        if fields.get("app_id") != self.app_id:
            raise Refused("40002", "isv.invalid-app-id", "无效的AppID参数")
        if fields.get("sign_type") != "RSA2":
            raise Refused("40002", "isv.invalid-signature-type", "无效的签名类型")
        if not holds(signed_text(fields), fields.get("sign", ""), self.keys.app_public):
            raise Refused("40002", "isv.invalid-signature", "验签出错")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", fields.get("timestamp", "")):
            raise Refused("40002", "isv.invalid-timestamp", "非法的时间戳参数")
        if self.certificates and self.certificates[:2] != (
            fields.get("app_cert_sn"),
            fields.get("alipay_root_cert_sn"),
        ):
            raise Refused("40002", "isv.invalid-app-cert-sn", "应用证书序列号不正确")

    def _signed(self, method: str, said: dict[str, Any], mood: str) -> str:
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        name = f"{method.replace('.', '_')}_response"
        if mood == "unsigned":
            return f'{{"{name}":{text}}}'
        key = self.keys.app_private if mood == "wrong_key" else self.keys.gateway_private
        serial = f'"alipay_cert_sn":"{self.certificates[2]}",' if self.certificates else ""
        return f'{{"{name}":{text},{serial}"sign":"{sign(text, key)}"}}'

    def _found(self, content: Mapping[str, str]) -> TradeRow:
        trade = self.store.trade(out_trade_no=content.get("out_trade_no", ""), trade_no=content.get("trade_no", ""))
        if trade is None:
            raise Refused("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        return trade

    def _query(self, content: Mapping[str, str]) -> dict[str, Any]:
        trade = self._found(content)
        paid = {"send_pay_date": trade.paid_at, "receipt_amount": trade.amount} if trade.paid_at else {}
        return {
            "trade_no": trade.trade_no,
            "out_trade_no": trade.out_trade_no,
            "buyer_logon_id": "mei***@example.com",
            "trade_status": trade.state,
            "total_amount": trade.amount,
            **paid,
        }

    def _close(self, content: Mapping[str, str]) -> dict[str, Any]:
        with self.store.changing():
            trade = self._found(content)
            if trade.state != "WAIT_BUYER_PAY":
                raise Refused("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
            self.store.set_state(trade.out_trade_no, "TRADE_CLOSED")
        return {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no}

    def _refund(self, content: Mapping[str, str]) -> dict[str, Any]:
        text, number = content.get("refund_amount", ""), content.get("out_request_no", "")
        if not _AMOUNT.fullmatch(text) or not Decimal(text):
            raise Refused("40004", "ACQ.INVALID_PARAMETER", "参数无效")
        amount = Decimal(text)
        with self.store.changing():
            trade = self._found(content)
            number = number or trade.out_trade_no
            before = self.store.refund(trade.out_trade_no, number)
            if before is not None and Decimal(before.amount) != amount:
                raise Refused("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
            if before is None and not trade.is_paid:
                raise Refused("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
            if before is None and Decimal(trade.refunded) + amount > Decimal(trade.amount):
                raise Refused("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
            total = Decimal(trade.refunded) if before else self.store.add_refund(trade, number, amount)
        if before is None:
            self._tell_of_refund(trade.out_trade_no)
        return {
            "trade_no": trade.trade_no,
            "out_trade_no": trade.out_trade_no,
            "buyer_logon_id": "mei***@example.com",
            "fund_change": "N" if before else "Y",
            "refund_fee": f"{total:.2f}",
            "gmt_refund_pay": now(),
        }

    def _refund_query(self, content: Mapping[str, str]) -> dict[str, Any]:
        trade = self._found(content)
        refund = self.store.refund(trade.out_trade_no, content.get("out_request_no", ""))
        if refund is None:
            return {}
        return {
            "trade_no": trade.trade_no,
            "out_trade_no": trade.out_trade_no,
            "out_request_no": refund.out_request_no,
            "total_amount": trade.amount,
            "refund_amount": refund.amount,
            "refund_status": "REFUND_SUCCESS",
        }

    def _tell_of_refund(self, out_trade_no: str) -> None:
        trade = self.store.trade(out_trade_no=out_trade_no)
        if trade is not None:
            self.tell(trade, trade.state, refund=True)

    # -- what the buyer does on the page

    def open_page(self, fields: Mapping[str, str]) -> TradeRow:
        """The trade of a pay page; opening the page makes it. Raises: Refused."""
        self.check(fields)
        try:
            content = json.loads(fields.get("biz_content", ""))
            amount, number = str(content["total_amount"]), str(content["out_trade_no"])
        except (ValueError, KeyError, TypeError):
            raise Refused("40002", "isv.invalid-parameter", "biz_content 不完整") from None
        if not _AMOUNT.fullmatch(amount) or not Decimal(amount) or not re.fullmatch(r"\w{1,64}", number, re.ASCII):
            raise Refused("40004", "ACQ.INVALID_PARAMETER", "参数无效")
        with self.store.changing():
            trade = self.store.trade(out_trade_no=number)
            if trade is not None:
                if Decimal(trade.amount) != Decimal(amount):
                    raise Refused("40004", "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
                return trade
            expires_at = content.get("time_expire")
            if expires_at and expires_at <= now():
                raise Refused("40004", "ACQ.TRADE_HAS_CLOSE", "订单已超时关闭")
            return self.store.add_trade(
                out_trade_no=number,
                app_id=self.app_id,
                subject=str(content.get("subject", "")),
                amount=f"{Decimal(amount):.2f}",
                wap=PAGES.get(fields.get("method", ""), False),
                notify_url=fields.get("notify_url", ""),
                return_url=fields.get("return_url", ""),
                expires_at=expires_at,
            )

    def pay(self, trade: TradeRow, *, notices: int = 1) -> TradeRow:
        """The buyer's money is here; the shop is told so many times.

        Raises: Refused when the trade is closed or was paid.
        """
        with self.store.changing():
            fresh = self.store.trade(out_trade_no=trade.out_trade_no)
            if fresh is None or fresh.state != "WAIT_BUYER_PAY":
                raise Refused("40004", "ACQ.TRADE_STATUS_ERROR", "交易已支付或已关闭")
            self.store.set_state(trade.out_trade_no, "TRADE_SUCCESS")
            paid = self.store.trade(out_trade_no=trade.out_trade_no) or fresh
        self.tell(paid, "TRADE_SUCCESS", copies=notices)
        return paid

    def close_unpaid(self, trade: TradeRow) -> None:
        """The buyer gave up. Like Alipay, only the WAP page's shop is told."""
        self._close({"out_trade_no": trade.out_trade_no})
        if trade.wap:
            self.tell(trade, "TRADE_CLOSED")

    def tell(self, trade: TradeRow, status: str, *, copies: int = 1, refund: bool = False, **changed: str) -> None:
        """Queue a notice."""
        fields = notice_fields(trade, self.keys, status=status, refund=refund, **changed)
        self.messenger.queue(trade.notify_url, fields, copies=copies)

    def tell_forged(self, trade: TradeRow) -> None:
        """Queue a notice that somebody signed who is not the gateway."""
        stranger = Keys(self.keys.app_private, self.keys.app_public, self.keys.app_private, self.keys.app_public)
        self.messenger.queue(trade.notify_url, notice_fields(trade, stranger, status="TRADE_SUCCESS"))

    def tell_other_amount(self, trade: TradeRow) -> None:
        """Queue a notice, signed well, over one cent less."""
        less = Decimal(trade.amount) - Decimal("0.01")
        self.tell(trade, "TRADE_SUCCESS", total_amount=f"{less:.2f}")

    def return_address(self, trade: TradeRow) -> str:
        """Where the browser goes after paying, with what it brings along, signed."""
        if not trade.return_url:
            return ""
        fields = {
            "charset": "utf-8",
            "out_trade_no": trade.out_trade_no,
            "method": "alipay.trade.wap.pay.return" if trade.wap else "alipay.trade.page.pay.return",
            "total_amount": trade.amount,
            "trade_no": trade.trade_no,
            "auth_app_id": trade.app_id,
            "version": "1.0",
            "app_id": trade.app_id,
            "seller_id": SELLER_ID,
            "timestamp": now(),
        }
        signature = sign(signed_text(fields), self.keys.gateway_private)
        glue = "&" if "?" in trade.return_url else "?"
        return f"{trade.return_url}{glue}{urlencode(fields | {'sign': signature, 'sign_type': 'RSA2'})}"

    def pay_the_late(self) -> int:
        """Let the money come that was announced for later; say how many trades it was."""
        late = self.store.late_payers()
        for trade in late:
            self.pay(trade)
        return len(late)
