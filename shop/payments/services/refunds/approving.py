"""The second person's word on a refund."""

from django.db import transaction

from accounts.models import User
from kernel import clock
from kernel.events import emit_on_commit
from shop.orders.models import OrderEvent
from shop.orders.services import order_locked, record
from shop.payments.events import RefundEnded, RefundQueued
from shop.payments.models import Refund
from shop.payments.refund_errors import RefundNotFound, RefundStateConflict, SecondPersonNeeded
from shop.payments.services.refunds.ending import let_go_on
from shop.payments.services.refunds.requesting import first_try

Actor = OrderEvent.Actor


@transaction.atomic
def approve_refund(*, refund_id: int, by: User) -> Refund:
    """Let a refund that waits be sent. Neither who asked for it nor the buyer may.

    Locks: the order.
    Raises: RefundNotFound, RefundStateConflict, SecondPersonNeeded.
    Emits: RefundQueued, after commit.
    """
    refund = _waiting(refund_id)
    order = order_locked(order_id=refund.order_id)
    if by.pk in (refund.requested_by_id, order.user_id):
        raise SecondPersonNeeded
    waiting = Refund.objects.filter(pk=refund.pk, state=Refund.State.AWAITING_APPROVAL).exclude(requested_by=by)
    columns = {"state": Refund.State.QUEUED, "approved_by": by, "next_try_at": first_try(refund.payment)}
    if not waiting.update(**columns):
        raise RefundStateConflict(state=refund.state)
    record(order, kind="refund_approved", actor=Actor.STAFF, by=by, data={"refund": refund.out_request_no})
    refund.refresh_from_db()
    emit_on_commit(RefundQueued(refund_id=refund.pk))
    return refund


@transaction.atomic
def refuse_refund(*, refund_id: int, by: User, note: str) -> Refund:
    """Drop a refund that waits; who asked for it may take it back so. The order goes on, unless an after-sale holds it.

    Locks: the order.
    Raises: RefundNotFound, RefundStateConflict.
    Emits: RefundEnded, after commit.
    """
    refund = _waiting(refund_id)
    order = order_locked(order_id=refund.order_id)
    waiting = Refund.objects.filter(pk=refund.pk, state=Refund.State.AWAITING_APPROVAL)
    columns = {"state": Refund.State.REFUSED, "last_error": note[:300], "done_at": clock.now()}
    if not waiting.update(**columns):
        raise RefundStateConflict(state=refund.state)
    data = {"refund": refund.out_request_no}
    record(order, kind="refund_refused", actor=Actor.STAFF, by=by, note=note, data=data)
    refund.refresh_from_db()
    let_go_on(refund, actor=Actor.STAFF, by=by)
    emit_on_commit(RefundEnded(refund_id=refund.pk))
    return refund


def _waiting(refund_id: int) -> Refund:
    refund = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    if refund.state != Refund.State.AWAITING_APPROVAL:
        raise RefundStateConflict(state=refund.state)
    return refund
