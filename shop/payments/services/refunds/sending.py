"""Sending refunds to their gateways, and asking what became of them: never twice, never forgotten."""

import logging
from datetime import timedelta

from django.db.models import F

from kernel import clock, money
from shop.orders.models import OrderEvent
from shop.payments.errors import GatewayUnknown
from shop.payments.models import Refund
from shop.payments.port import PaymentGateway, RefundAnswer, RefundOutcome
from shop.payments.refunds import due_refunds
from shop.payments.registry import gateway
from shop.payments.services.refunds.ending import fail, succeed

logger = logging.getLogger(__name__)

State = Refund.State

#: Seconds until a refund whose result is unknown is asked for again; the last one counts for ever.
BACK_OFF = (3, 3, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
#: Seconds that nobody else asks for a refund that somebody is asking for: the longest call, and some.
CLAIMED = 60
#: Refunds looked at in one run of the sweep; each may cost a time-out of the gateway.
BATCH = 50


def send_refund(*, refund_id: int) -> int | None:
    """Make this refund's money go back, and say in how many seconds to call again; None when it ended or is not due.

    The row says "unknown" before the request leaves, so whoever dies on the way leaves a refund that is asked
    for by its own number, and sent again only where the gateway never heard of it. No transaction is open
    while the gateway is called. Safe to run twice and side by side: one caller claims it, for a while.
    Raises: GatewayMissing; nothing was sent then.
    Emits: RefundEnded, after commit.
    """
    refund = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if refund is None or refund.next_try_at is None:
        return None
    at = gateway(refund.payment.gateway)
    if not _claim(refund):
        return None
    try:
        answer = _asked(at, refund)
    except GatewayUnknown as unknown:
        return _unknown(refund, str(unknown))
    if answer.outcome is RefundOutcome.REFUSED:
        fail(refund, why=answer.detail)
        return None
    if answer.amount is not None and money.yuan(answer.amount) != refund.amount:
        # Another sum than ours went back: nothing can be booked, a person must look at both sides.
        logger.error(
            "refund of another sum",
            extra={"refund": refund.out_request_no, "ours": str(refund.amount), "theirs": str(answer.amount)},
        )
        return _unknown(refund, f"gateway says {money.text(answer.amount)}")
    succeed(refund, actor=OrderEvent.Actor.GATEWAY)
    return None


def send_due_refunds() -> int:
    """Send what lost its task, ask again for what is unknown; returns how many need no further asking here.

    Safe to run twice and side by side.
    """
    ended = 0
    for refund_id in list(due_refunds(clock.now()).values_list("pk", flat=True)[:BATCH]):
        try:
            ended += send_refund(refund_id=refund_id) is None
        except Exception:
            # One that cannot be sent or booked must not keep the money of all others; its time comes again.
            logger.exception("refund could not be sent", extra={"refund_id": refund_id})
    return ended


def _claim(refund: Refund) -> bool:
    """Take the refund for longer than its answer may take; False when it is not due, or another has it."""
    now = clock.now()
    due = Refund.objects.filter(
        pk=refund.pk, state__in=(State.QUEUED, State.UNKNOWN), attempts=refund.attempts, next_try_at__lte=now
    )
    until = now + timedelta(seconds=CLAIMED)
    if not due.update(state=State.UNKNOWN, attempts=F("attempts") + 1, next_try_at=until):
        return False
    refund.state, refund.attempts = State.UNKNOWN, refund.attempts + 1
    return True


def _asked(at: PaymentGateway, refund: Refund) -> RefundAnswer:
    """The gateway's last word on this refund: DONE or REFUSED. Raises: GatewayUnknown.

    What was tried before is asked for first. A refusal of a second request does not undo a first one that the
    gateway took without our hearing of it: so it counts only when the gateway then knows of no refund.
    """
    names = {"out_trade_no": refund.payment.out_trade_no, "out_request_no": refund.out_request_no}
    again = refund.attempts > 1
    if again:
        known = at.query_refund(**names)
        if known.outcome is not RefundOutcome.ABSENT:
            return known
    answer = at.refund(**names, amount=refund.amount, reason=refund.reason)
    if answer.outcome is RefundOutcome.ABSENT:
        raise GatewayUnknown
    if answer.outcome is RefundOutcome.REFUSED and again:
        known = at.query_refund(**names)
        return known if known.outcome is RefundOutcome.DONE else answer
    return answer


def _unknown(refund: Refund, why: str) -> int:
    """The refund is asked for again after a while that grows; returns its seconds."""
    wait = BACK_OFF[min(refund.attempts, len(BACK_OFF)) - 1]
    mine = Refund.objects.filter(pk=refund.pk, state=State.UNKNOWN, attempts=refund.attempts)
    mine.update(last_error=why[:300], next_try_at=clock.now() + timedelta(seconds=wait))
    logger.warning("refund unknown", extra={"refund": refund.out_request_no, "attempts": refund.attempts})
    return wait
