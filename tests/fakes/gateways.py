"""A payment gateway in memory, with the faults that a test asks for, one after the other."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import connection

from shop.payments.errors import GatewayUnknown
from shop.payments.port import Channel, RefundAnswer, RefundOutcome, Trade, TradeState


@dataclass
class Books:
    """What the gateway knows, and what went wrong on its wire."""

    #: What was paid, by out_trade_no.
    paid: dict[str, Decimal] = field(default_factory=dict)
    #: What went back, by out_request_no.
    refunds: dict[str, Decimal] = field(default_factory=dict)
    #: Which trade each of them belongs to.
    trades: dict[str, str] = field(default_factory=dict)
    #: The coming calls' faults: "lost" (never arrives), "unheard" (done, the answer is lost), "refused",
    #: "other sum", "forgotten"; "" is none. When it is empty nothing fails.
    faults: deque[str] = field(default_factory=deque)
    calls: list[tuple[str, str]] = field(default_factory=list)
    in_transaction: list[bool] = field(default_factory=list)


class MemoryGateway:
    """Implements ``shop.payments.port.PaymentGateway`` as far as refunds need it."""

    books: ClassVar[Books] = Books()

    def __init__(self, *, name: str) -> None:
        self.name = name

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
        return f"https://pay.example/{out_trade_no}"

    def parse_notice(self, fields: Mapping[str, str]) -> Trade:
        raise NotImplementedError

    def parse_return(self, fields: Mapping[str, str]) -> Trade:
        raise NotImplementedError

    def query(self, *, out_trade_no: str) -> Trade:
        paid = self.books.paid.get(out_trade_no)
        return Trade(out_trade_no, TradeState.ABSENT if paid is None else TradeState.PAID, amount=paid)

    def close(self, *, out_trade_no: str) -> Trade:
        return Trade(out_trade_no, TradeState.ABSENT)

    def refund(self, *, out_trade_no: str, out_request_no: str, amount: Decimal, reason: str) -> RefundAnswer:
        fault = self._called("refund", out_request_no)
        if fault == "lost":
            raise GatewayUnknown("timeout")
        if fault == "forgotten":
            return RefundAnswer(RefundOutcome.ABSENT)
        if fault == "refused":
            return RefundAnswer(RefundOutcome.REFUSED, detail="ACQ.SELLER_BALANCE_NOT_ENOUGH")
        known = self.books.refunds
        if out_request_no not in known:
            before = sum(known[number] for number, trade in self.books.trades.items() if trade == out_trade_no)
            if before + amount > self.books.paid.get(out_trade_no, Decimal(0)):
                return RefundAnswer(RefundOutcome.REFUSED, detail="ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
            known[out_request_no] = amount
            self.books.trades[out_request_no] = out_trade_no
        if fault == "unheard":
            raise GatewayUnknown("timeout")
        shown = known[out_request_no] + (Decimal("0.01") if fault == "other sum" else 0)
        return RefundAnswer(RefundOutcome.DONE, amount=shown)

    def query_refund(self, *, out_trade_no: str, out_request_no: str) -> RefundAnswer:
        fault = self._called("query", out_request_no)
        if fault:
            raise GatewayUnknown("timeout")
        amount = self.books.refunds.get(out_request_no)
        return RefundAnswer(RefundOutcome.ABSENT if amount is None else RefundOutcome.DONE, amount=amount)

    def _called(self, what: str, number: str) -> str:
        self.books.calls.append((what, number))
        self.books.in_transaction.append(connection.in_atomic_block)
        return self.books.faults.popleft() if self.books.faults else ""


def memory_gateway(settings: object) -> Books:
    """The shop is paid through ``memory`` from now on; returns its empty books."""
    entry = {"class": "tests.fakes.gateways.MemoryGateway", "options": {}}
    settings.PAY_GATEWAYS = {**getattr(settings, "PAY_GATEWAYS", {}), "memory": entry}  # type: ignore[attr-defined]
    MemoryGateway.books = Books()
    return MemoryGateway.books
