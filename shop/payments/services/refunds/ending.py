"""The end of a refund: booked once, or failed for everybody to see."""

import logging

from django.db import transaction

from accounts.models import User
from kernel import clock, money
from kernel.events import emit_on_commit
from shop.orders.models import OrderEvent
from shop.orders.services import RefundedPieces, book_refund, end_refunding, order_locked, record
from shop.payments.events import RefundEnded
from shop.payments.models import Refund
from shop.payments.refund_errors import RefundNotFound, RefundStateConflict
from shop.payments.refunds import CASH

logger = logging.getLogger(__name__)

Actor = OrderEvent.Actor
State = Refund.State


@transaction.atomic
def succeed(refund: Refund, *, actor: str, by: User | None = None) -> bool:
    """Book what went back, exactly once, and let the order go on; False when it was booked before.

    What a late or second payment got back never was the order's: that moves no order, no stock, no book.
    Locks: the order, its lines, then SKUs. Emits: RefundEnded, after commit.
    """
    # The order first, as everywhere; the guarded UPDATE after it decides who books.
    order = order_locked(order_id=refund.order_id)
    ended = Refund.objects.filter(pk=refund.pk, state__in=(State.QUEUED, State.UNKNOWN))
    if not ended.update(state=State.SUCCEEDED, done_at=clock.now(), next_try_at=None, last_error=""):
        return False
    refund.refresh_from_db()
    data = {"refund": refund.out_request_no, "amount": money.text(refund.amount)}
    if refund.payment.counts:
        pieces = [
            RefundedPieces(line_id=part.order_line_id, count=part.count, amount=part.amount, restock=part.restock)
            for part in refund.lines.order_by("order_line_id")
        ]
        book_refund(
            order_id=order.pk, amount=refund.amount, pieces=pieces, actor=actor, by=by, note=refund.out_request_no
        )
        end_refunding(order_id=order.pk, actor=actor, by=by, note=refund.out_request_no)
    else:
        record(order, kind="stray_money_returned", actor=actor, by=by, data=data)
    emit_on_commit(RefundEnded(refund_id=refund.pk))
    logger.info("refund succeeded", extra={"refund": refund.out_request_no, "order": order.number})
    return True


@transaction.atomic
def fail(refund: Refund, *, why: str) -> bool:
    """Write down that the gateway will not do it; False when it ended before.

    The order goes on, unless an after-sale holds it. Emits: RefundEnded, after commit.
    """
    order = order_locked(order_id=refund.order_id)
    ended = Refund.objects.filter(pk=refund.pk, state__in=(State.QUEUED, State.UNKNOWN))
    if not ended.update(state=State.FAILED, done_at=clock.now(), next_try_at=None, last_error=why[:300]):
        return False
    refund.refresh_from_db()
    data = {"refund": refund.out_request_no}
    record(order, kind="refund_failed", actor=Actor.GATEWAY, note=why, data=data)
    let_go_on(refund, actor=Actor.GATEWAY)
    emit_on_commit(RefundEnded(refund_id=refund.pk))
    logger.error("refund failed", extra={"refund": refund.out_request_no, "order": order.number, "why": why[:300]})
    return True


@transaction.atomic
def settle_cash_refund(*, refund_id: int, by: User) -> Refund:
    """Say that the cash of this refund was given back by hand; it is booked like any other.

    Raises: RefundNotFound; RefundStateConflict for one that waits, has ended, or goes through a gateway.
    """
    refund = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    if refund.payment.gateway != CASH or not succeed(refund, actor=Actor.STAFF, by=by):
        raise RefundStateConflict(state=refund.state)
    return refund


def let_go_on(refund: Refund, *, actor: str, by: User | None = None) -> None:
    """Let the order of a refund that came to nothing go on; an after-sale decides for itself what follows."""
    if refund.payment.counts and refund.cause != Refund.Cause.AFTER_SALE:
        end_refunding(order_id=refund.order_id, actor=actor, by=by, note=refund.out_request_no)
