"""What arrives from outside about a payment: the gateway's notice, and the buyer's browser coming back."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from kernel import limits, metrics
from shop.payments import registry
from shop.payments.errors import GatewayUnknown, NoticeForged, TradeMismatch, TradeUnknown
from shop.payments.models import PaymentAttempt
from shop.payments.port import Trade
from shop.payments.services.lost import known_again
from shop.payments.services.querying import query_payment
from shop.payments.services.settling import settle_trade

logger = logging.getLogger(__name__)

#: Questions that returns may cause, per payment: (how many, in how many seconds).
RETURNS = (20, 60)


@dataclass(frozen=True)
class Returned:
    """What a return told: whose payment, and what is known of it by now."""

    order_number: str
    trade_no: str
    #: The gateway has confirmed the money.
    is_paid: bool
    #: The money came, but no order wanted it: it goes back.
    goes_back: bool


def accept_notice(*, gateway: str, fields: Mapping[str, str]) -> None:
    """Make true what a notice says, if the gateway signed it and it is about money of ours. Repeats change nothing.

    Raises: GatewayMissing, NoticeForged, TradeUnknown, TradeMismatch.
    Emits: PaymentConfirmed or RefundQueued, after commit.
    """
    at = registry.gateway(gateway)
    try:
        trade = at.parse_notice(fields)
        settle_trade(attempt=_attempt_of(gateway, trade), trade=trade, at=at)
    except (NoticeForged, TradeUnknown, TradeMismatch) as refused:
        metrics.count("mall_notices_unverified_total", gateway=gateway, why=refused.code)
        if isinstance(refused, NoticeForged):
            # The others have logged what they know already.
            logger.warning("forged notice", extra={"gateway": gateway, "why": str(refused)})
        raise


def accept_return(*, gateway: str, fields: Mapping[str, str]) -> Returned:
    """What is known of the payment that a browser comes back from.

    A return proves nothing, even signed: an open payment is asked for at the gateway, and when that does not
    answer, nobody knows yet. No transaction is open while the gateway is called.
    Raises: GatewayMissing, NoticeForged, TradeUnknown, TradeMismatch; Limited when one return is sent too often.
    Emits: PaymentConfirmed or RefundQueued, after commit.
    """
    at = registry.gateway(gateway)
    trade = at.parse_return(fields)
    attempt = _attempt_of(gateway, trade)
    settle_trade(attempt=attempt, trade=trade, at=at)
    if attempt.state != PaymentAttempt.State.PAID:
        most, seconds = RETURNS
        limits.take(limits.Window(limits.key("pay.return", attempt.out_trade_no), most=most, seconds=seconds))
        try:
            query_payment(attempt_id=attempt.pk)
        except (GatewayUnknown, TradeMismatch) as trouble:
            logger.info("return not confirmed", extra={"payment": attempt.out_trade_no, "why": str(trouble)})
        attempt.refresh_from_db()
    paid = attempt.state == PaymentAttempt.State.PAID
    return Returned(
        order_number=attempt.order.number,
        trade_no=attempt.trade_no or trade.trade_no,
        is_paid=paid and attempt.counts,
        goes_back=paid and not attempt.counts,
    )


def _attempt_of(gateway: str, trade: Trade) -> PaymentAttempt:
    """Raises: TradeUnknown, after a line in the log."""
    known = PaymentAttempt.objects.select_related("order")
    attempt = known.filter(gateway=gateway, out_trade_no=trade.out_trade_no).first()
    if attempt is None:
        attempt = known_again(name=gateway, trade=trade)
    if attempt is None:
        # Signed by the gateway, so the money is real: somebody else's with our keys, or a row that was lost.
        logger.error(
            "payment of an unknown trade",
            extra={"gateway": gateway, "payment": trade.out_trade_no, "state": trade.state.value},
        )
        raise TradeUnknown
    return attempt
