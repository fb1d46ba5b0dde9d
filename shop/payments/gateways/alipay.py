"""支付宝, through python-alipay-sdk 3.4: page and WAP pay, RSA2 only, with public keys or with certificates.

The SDK signs and verifies; the call itself is ours, because its time-out counts anew with every packet.
"""

import logging
import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alipay import AliPay, DCAliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig
from django.core.exceptions import ImproperlyConfigured

from kernel import clock, money
from shop.payments.errors import GatewayUnknown, NoticeForged
from shop.payments.gateways.alipay_keys import certificate_text, key_text, public_key_of, root_serials, serial_of
from shop.payments.gateways.alipay_wire import ask
from shop.payments.port import Channel, RefundAnswer, RefundOutcome, Trade, TradeState

logger = logging.getLogger(__name__)
# Importing the SDK gives its logger a console of its own; a request's parameters have no business there.
logging.getLogger("python-alipay-sdk").handlers.clear()

SHANGHAI = ZoneInfo("Asia/Shanghai")
REAL = "https://openapi.alipay.com/gateway.do"
SANDBOX = "https://openapi-sandbox.dl.alipaydev.com/gateway.do"
#: Seconds for one call of this port, whatever it asks on the way: the pages that wait for it answer within five.
PATIENCE = 4.5
#: The gateway's page ends so much sooner than our order, so that no buyer pays what has just been closed.
MARGIN = timedelta(seconds=60)

_STATES = {
    "WAIT_BUYER_PAY": TradeState.WAITING,
    "TRADE_SUCCESS": TradeState.PAID,
    "TRADE_FINISHED": TradeState.PAID,
    "TRADE_CLOSED": TradeState.CLOSED,
}
_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_NOT_EXIST = "ACQ.TRADE_NOT_EXIST"


class _OurWire:
    """What both modes of the SDK do otherwise here: the clock, and how a question is asked."""

    _gateway: str
    _config: Any

    def build_body(self, method: str, biz_content: Any = None, **kwargs: Any) -> dict[str, Any]:
        # The SDK writes the process's local time, whatever its time zone is.
        kwargs.setdefault("timestamp", f"{clock.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}")
        body: dict[str, Any] = super().build_body(method, biz_content, **kwargs)  # type: ignore[misc]
        return body

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> Any:
        signed: str = self.sign_data(data)  # type: ignore[attr-defined]
        raw = ask(self._gateway, signed, seconds=self._config.timeout)
        return self._verify_and_return_sync_response(raw, response_type)  # type: ignore[attr-defined]


class _Keys(_OurWire, AliPay):
    """The mode of public keys."""


class _Certificates(_OurWire, DCAliPay):
    """The mode of certificates. The SDK reads them with what pyOpenSSL gives up; ``cryptography`` reads them here."""

    def load_alipay_public_key_string(self) -> str:
        return public_key_of(self._alipay_public_key_cert_string)


class AlipayGateway:
    """One merchant's app at Alipay. See ``PaymentGateway`` for what each method promises."""

    def __init__(
        self,
        *,
        name: str,
        app_id: str,
        seller_id: str,
        private_key: str,
        notify_url: str,
        return_url: str,
        public_key: str = "",
        app_certificate: str = "",
        alipay_certificate: str = "",
        root_certificate: str = "",
        url: str = "",
        sandbox: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        if urlsplit(notify_url).query:
            # Alipay signs its own fields only: parameters of ours would break the check.
            raise ImproperlyConfigured("the notify address takes no query string")
        self.name = name
        self.app_id = app_id
        self.seller_id = seller_id
        self.url = url or (SANDBOX if sandbox else REAL)
        self._notify_url = notify_url
        self._return_url = return_url
        self._patience = patience
        common: dict[str, Any] = {
            "appid": app_id,
            "app_notify_url": notify_url,
            "app_private_key_string": key_text(private_key, variable="ALIPAY_PRIVATE_KEY", kind="PRIVATE KEY"),
            "sign_type": "RSA2",
            "debug": sandbox,
        }
        try:
            if app_certificate:
                app = certificate_text(app_certificate, variable="ALIPAY_APP_CERTIFICATE")
                root = certificate_text(root_certificate, variable="ALIPAY_ROOT_CERTIFICATE")
                self._sdk: Any = _Certificates(
                    **common,
                    app_public_key_cert_string=app,
                    alipay_public_key_cert_string=certificate_text(alipay_certificate, variable="ALIPAY_CERTIFICATE"),
                    alipay_root_cert_string=root,
                )
                # Kept where the SDK keeps them once it has worked them out.
                self._sdk._app_cert_sn, self._sdk._alipay_root_cert_sn = serial_of(app), root_serials(root)
            else:
                public = key_text(public_key, variable="ALIPAY_PUBLIC_KEY", kind="PUBLIC KEY")
                self._sdk = _Keys(**common, alipay_public_key_string=public)
        except (ValueError, IndexError, TypeError) as wrong:
            # The libraries' own words may quote what they were given.
            raise ImproperlyConfigured(f"Alipay's keys cannot be read: {type(wrong).__name__}") from None
        self._sdk._gateway = self.url
        # DCAliPay takes no config of its own.
        self._sdk._config = AliPayConfig(timeout=patience)

    def start(
        self,
        *,
        out_trade_no: str,
        amount: Decimal,
        subject: str,
        channel: Channel,
        expires_at: datetime | None,
        order_number: str = "",
    ) -> str:
        pay = self._sdk.api_alipay_trade_wap_pay if channel is Channel.WAP else self._sdk.api_alipay_trade_page_pay
        ends = {} if expires_at is None else {"time_expire": _page_end(expires_at)}
        query = pay(
            # Alipay refuses a subject with these characters.
            subject=re.sub(r"[/=&]", " ", subject)[:256],
            out_trade_no=out_trade_no,
            total_amount=money.text(amount),
            return_url=self._return_url.replace("{order_id}", order_number),
            notify_url=self._notify_url,
            **ends,
        )
        return f"{self.url}?{query}"

    def parse_notice(self, fields: Mapping[str, str]) -> Trade:
        self._verify(fields)
        state = _STATES.get(fields.get("trade_status", ""))
        if state is None:
            # A return is signed with the same key, and is no notice.
            raise NoticeForged("no trade status")
        return self._trade(fields, state, paid_at=_moment(fields.get("gmt_payment")), refunded=fields.get("refund_fee"))

    def parse_return(self, fields: Mapping[str, str]) -> Trade:
        self._verify(fields)
        return self._trade(fields, TradeState.WAITING)

    def query(self, *, out_trade_no: str) -> Trade:
        return self._query(out_trade_no, until=self._deadline())

    def _query(self, out_trade_no: str, *, until: float) -> Trade:
        found = self._ask("alipay.trade.query", {"out_trade_no": out_trade_no}, until=until)
        if found.get("sub_code") == _NOT_EXIST:
            return Trade(out_trade_no=out_trade_no, state=TradeState.ABSENT)
        _must_be_done(found)
        state = _STATES.get(str(found.get("trade_status")))
        amount = _amount(found.get("total_amount"))
        if state is None or found.get("out_trade_no") != out_trade_no or amount is None:
            raise GatewayUnknown("an answer about something else")
        return Trade(
            out_trade_no=out_trade_no,
            state=state,
            trade_no=str(found.get("trade_no", ""))[:64],
            amount=amount,
            paid_at=_moment(found.get("send_pay_date")),
        )

    def close(self, *, out_trade_no: str) -> Trade:
        until = self._deadline()
        found = self._ask("alipay.trade.close", {"out_trade_no": out_trade_no}, until=until)
        if found.get("code") == "10000":
            trade_no = str(found.get("trade_no", ""))[:64]
            return Trade(out_trade_no=out_trade_no, state=TradeState.CLOSED, trade_no=trade_no)
        if found.get("sub_code") == _NOT_EXIST:
            return Trade(out_trade_no=out_trade_no, state=TradeState.ABSENT)
        if found.get("sub_code") == "ACQ.SYSTEM_ERROR" or found.get("code") != "40004":
            _must_be_done(found)
        # It is in no state to be closed: then in which?
        return self._query(out_trade_no, until=until)

    def refund(self, *, out_trade_no: str, out_request_no: str, amount: Decimal, reason: str) -> RefundAnswer:
        content = {
            "out_trade_no": out_trade_no,
            "out_request_no": out_request_no,
            "refund_amount": money.text(amount),
            **({"refund_reason": reason[:256]} if reason else {}),
        }
        until = self._deadline()
        found = self._ask("alipay.trade.refund", content, until=until)
        if found.get("code") == "40004" and found.get("sub_code") != "ACQ.SYSTEM_ERROR":
            return RefundAnswer(RefundOutcome.REFUSED, detail=_detail(found))
        _must_be_done(found)
        if found.get("fund_change") == "Y":
            return RefundAnswer(RefundOutcome.DONE, amount=money.yuan(amount))
        # The same request again, or nothing moved: only a question tells.
        answer = self._query_refund(out_trade_no, out_request_no, until=until)
        if answer.outcome is RefundOutcome.ABSENT:
            raise GatewayUnknown("no money moved, and no refund is known")
        return answer

    def query_refund(self, *, out_trade_no: str, out_request_no: str) -> RefundAnswer:
        return self._query_refund(out_trade_no, out_request_no, until=self._deadline())

    def _query_refund(self, out_trade_no: str, out_request_no: str, *, until: float) -> RefundAnswer:
        content = {"out_trade_no": out_trade_no, "out_request_no": out_request_no}
        found = self._ask("alipay.trade.fastpay.refund.query", content, until=until)
        if found.get("sub_code") == _NOT_EXIST:
            return RefundAnswer(RefundOutcome.ABSENT, detail=_detail(found))
        _must_be_done(found)
        amount = _amount(found.get("refund_amount"))
        if found.get("refund_status") == "REFUND_SUCCESS" and amount is not None:
            if found.get("out_request_no") != out_request_no:
                raise GatewayUnknown("an answer about something else")
            return RefundAnswer(RefundOutcome.DONE, amount=amount)
        return RefundAnswer(RefundOutcome.ABSENT)

    def _deadline(self) -> float:
        return time.monotonic() + self._patience

    def _ask(self, method: str, content: dict[str, str], *, until: float) -> dict[str, Any]:
        """The signed answer, a business refusal too. Raises: GatewayUnknown for everything nobody vouches for."""
        left = until - time.monotonic()
        if left <= 0:
            raise GatewayUnknown("out of time")
        self._sdk._config.timeout = left
        try:
            found = self._sdk.server_api(method, content)
        except AliPayValidationError:
            logger.error("gateway's answer has a wrong signature", extra={"gateway": self.name, "method": method})
            raise GatewayUnknown("wrong signature") from None
        except AliPayException as unsigned:
            # An error without a signature: anybody on the way could have said it.
            detail = _code_of(unsigned)
            logger.warning("gateway refused", extra={"gateway": self.name, "method": method, "said": detail})
            raise GatewayUnknown(detail) from None
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            raise GatewayUnknown("an answer that cannot be read") from None
        if not isinstance(found, dict):
            raise GatewayUnknown("an answer that cannot be read")
        return found

    def _verify(self, fields: Mapping[str, str]) -> None:
        """Raises: NoticeForged."""
        # verify() takes things out of what it is given.
        data = dict(fields)
        sign = data.pop("sign", "")
        if not sign or data.get("sign_type") != "RSA2":
            raise NoticeForged("no sign, or not RSA2")
        try:
            held = self._sdk.verify(data, sign)
        except (AliPayException, ValueError, TypeError, AttributeError) as wrong:
            raise NoticeForged(type(wrong).__name__) from None
        if not held:
            raise NoticeForged("wrong signature")

    @staticmethod
    def _trade(
        fields: Mapping[str, str],
        state: TradeState,
        *,
        paid_at: datetime | None = None,
        refunded: str | None = None,
    ) -> Trade:
        amount = _amount(fields.get("total_amount"))
        if amount is None or not fields.get("out_trade_no"):
            raise NoticeForged("signed, but without a number or an amount")
        back = money.ZERO if refunded is None else _amount(refunded)
        return Trade(
            out_trade_no=fields["out_trade_no"][:64],
            state=state,
            trade_no=fields.get("trade_no", "")[:64],
            amount=amount,
            app_id=fields.get("app_id", ""),
            seller_id=fields.get("seller_id", ""),
            paid_at=paid_at,
            refunded=back,
        )


def _page_end(expires_at: datetime) -> str:
    left = expires_at - clock.now()
    end = expires_at - min(MARGIN, left / 2)
    return f"{end.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _must_be_done(found: dict[str, Any]) -> None:
    """Raises: GatewayUnknown for every answer but success."""
    if found.get("code") != "10000":
        raise GatewayUnknown(_detail(found))


def _detail(found: dict[str, Any]) -> str:
    said = (found.get("code"), found.get("sub_code"), found.get("sub_msg"))
    return " ".join(str(part) for part in said if part)[:200]


def _code_of(error: AliPayException) -> str:
    """The codes of an unsigned error; its text is the gateway's whole answer."""
    text = str(error)
    codes = re.findall(r'"(?:sub_code|code)"\s*:\s*"([\w.\-]{1,60})"', text)
    return " ".join(dict.fromkeys(codes))[:200] or "an error without a code"


def _amount(text: object) -> Decimal | None:
    return money.yuan(text) if isinstance(text, str) and _AMOUNT.fullmatch(text) else None


def _moment(text: object) -> datetime | None:
    """Alipay's clock is Beijing's."""
    try:
        return datetime.strptime(str(text)[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
