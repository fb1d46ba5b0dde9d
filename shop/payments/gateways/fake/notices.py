"""Signed notices, sent again and again until the shop says ``success``."""

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from shop.payments.gateways.fake.keys import SELLER_ID, Keys, sign, signed_text
from shop.payments.gateways.fake.store import NoticeRow, Store, TradeRow, now

#: Alipay's habit: eight sends within some 25 hours; seconds between them.
ALIPAYS_GAPS = (240, 600, 600, 3600, 7200, 21600, 54000)
#: The same, for people who watch.
SHORT_GAPS = (3, 5, 10, 20, 30, 60, 60)

_UNSIGNED = frozenset({"sign", "sign_type"})

#: Posts this form to this address, and returns the answer's text. Raises OSError when nobody is there.
Post = Callable[[str, str], str]


def post_form(url: str, body: str) -> str:
    """POST as Alipay does: no cookies, no redirects, a few seconds of patience."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    asked = kind(parts.hostname or "", parts.port, timeout=10)
    try:
        path = parts.path or "/"
        asked.request(
            "POST",
            f"{path}?{parts.query}" if parts.query else path,
            body.encode(),
            {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "Mozilla/4.0"},
        )
        answer = asked.getresponse()
        text = answer.read(200).decode("utf-8", "replace")
        # An error page that says "success" is none.
        return text if answer.status == 200 else f"HTTP {answer.status}: {text}"
    except http.client.HTTPException as broken:
        raise OSError(type(broken).__name__) from broken
    finally:
        asked.close()


def notice_fields(trade: TradeRow, keys: Keys, *, status: str, refund: bool = False, **changed: str) -> dict[str, str]:
    """The fields of a notice, signed with the gateway's key. ``changed`` replaces fields before they are signed."""
    fields = {
        "notify_time": now(),
        "notify_type": "trade_status_sync",
        "notify_id": secrets.token_hex(17),
        "charset": "utf-8",
        "version": "1.0",
        "app_id": trade.app_id,
        "auth_app_id": trade.app_id,
        "seller_id": SELLER_ID,
        "trade_no": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "trade_status": status,
        "total_amount": trade.amount,
        "subject": trade.subject,
        "gmt_create": trade.created_at,
        "buyer_id": "2088000000000099",
    }
    if status in {"TRADE_SUCCESS", "TRADE_FINISHED"} or refund:
        fields |= {
            "gmt_payment": trade.paid_at or now(),
            "receipt_amount": trade.amount,
            "buyer_pay_amount": trade.amount,
            "invoice_amount": trade.amount,
            "point_amount": "0.00",
            "fund_bill_list": f'[{{"amount":"{trade.amount}","fundChannel":"ALIPAYACCOUNT"}}]',
        }
    if refund:
        fields |= {"refund_fee": trade.refunded, "gmt_refund": f"{now()}.000"}
    if status == "TRADE_CLOSED":
        fields["gmt_close"] = trade.closed_at or now()
    fields |= changed
    signature = sign(signed_text(fields, without=_UNSIGNED), keys.gateway_private)
    return fields | {"sign": signature, "sign_type": "RSA2"}


class Messenger:
    """Sends what is due, and remembers what was answered."""

    def __init__(self, store: Store, *, post: Post = post_form, gaps: Sequence[float] = SHORT_GAPS) -> None:
        self._store = store
        self._post = post
        self._gaps = tuple(gaps)
        self._sending = threading.Lock()

    def queue(self, url: str, fields: dict[str, str], *, copies: int = 1) -> None:
        """Keep this notice to be sent at the next ``deliver``."""
        for _copy in range(copies if url else 0):
            self._store.add_notice(fields["out_trade_no"], url, urlencode(fields), due_at=time.time())

    def deliver(self, *, all_of: str = "") -> list[str]:
        """Send every notice that is due (or all of one trade that wait), and say what the shop answered."""
        with self._sending:
            if all_of:
                due = [notice for notice in self._store.notices_of(all_of) if notice.due_at is not None]
            else:
                due = self._store.due_notices(time.time())
            return [self._send(notice) for notice in due]

    def _send(self, notice: NoticeRow) -> str:
        try:
            answer = self._post(notice.url, notice.body).strip()
        except OSError as trouble:
            answer = type(trouble).__name__
        ended = answer == "success" or notice.sends >= len(self._gaps)
        due_at = None if ended else time.time() + self._gaps[notice.sends]
        self._store.note_send(notice.id, answer=answer, due_at=due_at)
        return answer


def fields_of(notice: NoticeRow) -> dict[str, str]:
    """The form of a notice as it was sent."""
    return dict(parse_qsl(notice.body, keep_blank_values=True))
