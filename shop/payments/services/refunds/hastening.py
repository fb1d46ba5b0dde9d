"""Asking for a refund's fate now, because a person wants to know."""

from datetime import timedelta

from kernel import clock
from shop.payments.models import Refund
from shop.payments.refund_errors import RefundNotFound, RefundStateConflict
from shop.payments.services.refunds.sending import CLAIMED, send_refund

State = Refund.State


def ask_refund_now(*, refund_id: int) -> Refund:
    """Send the refund, or ask for it, without waiting for its time; returns it as it is then.

    Somebody who is asking at this moment is left alone: their claim ends within ``CLAIMED`` seconds. Call it
    outside of a transaction: the gateway is called.
    Raises: RefundNotFound; RefundStateConflict for one that waits, has ended, or that a person gives back;
    GatewayMissing.
    """
    now = clock.now()
    refund = Refund.objects.filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    if refund.state not in (State.QUEUED, State.UNKNOWN) or refund.next_try_at is None:
        raise RefundStateConflict(state=refund.state)
    waiting = Refund.objects.filter(pk=refund_id, attempts=refund.attempts)
    waiting.filter(next_try_at__gt=now + timedelta(seconds=CLAIMED)).update(next_try_at=now)
    send_refund(refund_id=refund_id)
    refund.refresh_from_db()
    return refund
