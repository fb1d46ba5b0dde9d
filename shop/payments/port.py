"""What the shop needs of a payment gateway, in the shop's own words.

An adapter speaks the gateway's protocol, checks its signatures and knows its error codes; it never
touches a row. Every outbound call has a time-out of a few seconds and is made outside transactions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """Which page the buyer pays on."""

    PAGE = "page"
    WAP = "wap"


class TradeState(StrEnum):
    """What the gateway says of a trade."""

    #: The gateway has never heard of it: the buyer did not get as far as its page.
    ABSENT = "absent"
    WAITING = "waiting"
    PAID = "paid"
    #: Closed without payment, or refunded whole; ``Trade.refunded`` tells which.
    CLOSED = "closed"


@dataclass(frozen=True)
class Trade:
    """One trade as the gateway vouches for it, its signature checked. Units: yuan."""

    out_trade_no: str
    state: TradeState
    trade_no: str = ""
    amount: Decimal | None = None
    #: None where the answer does not name it (a query does not).
    app_id: str | None = None
    seller_id: str | None = None
    paid_at: datetime | None = None
    #: What went back of it so far; None where the answer does not say.
    refunded: Decimal | None = None


class RefundOutcome(StrEnum):
    """What became of one refund request."""

    DONE = "done"
    #: The gateway knows no such request: it may be sent (again).
    ABSENT = "absent"
    #: The gateway will not do it, however often it is asked.
    REFUSED = "refused"


@dataclass(frozen=True)
class RefundAnswer:
    """The gateway's word on one refund request. Units: yuan."""

    outcome: RefundOutcome
    amount: Decimal | None = None
    detail: str = ""


class PaymentGateway(Protocol):
    """One way to be paid. Errors: ``GatewayUnknown`` when nobody can say what happened (time-out, 5xx,
    a system error); ``NoticeForged`` when a signature does not hold.
    """

    name: str
    #: Whose money it is over there. What the gateway vouches for must name the same, where it names one.
    app_id: str
    seller_id: str

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
        """The address of the page where the buyer pays; no call is made. It leads back to that order."""
        ...

    def parse_notice(self, fields: Mapping[str, str]) -> Trade:
        """What a notice says. Raises: NoticeForged."""
        ...

    def parse_return(self, fields: Mapping[str, str]) -> Trade:
        """What the browser brought back; signed, but its state is only ever WAITING: a return proves nothing.

        Raises: NoticeForged.
        """
        ...

    def query(self, *, out_trade_no: str) -> Trade:
        """What the gateway says now. Raises: GatewayUnknown."""
        ...

    def close(self, *, out_trade_no: str) -> Trade:
        """Close an unpaid trade; the answer tells whether it is CLOSED, ABSENT, or was PAID meanwhile.

        Raises: GatewayUnknown.
        """
        ...

    def refund(self, *, out_trade_no: str, out_request_no: str, amount: Decimal, reason: str) -> RefundAnswer:
        """Send so much back; the same ``out_request_no`` sent again does nothing twice. Raises: GatewayUnknown."""
        ...

    def query_refund(self, *, out_trade_no: str, out_request_no: str) -> RefundAnswer:
        """What became of that request. Raises: GatewayUnknown."""
        ...
