"""Money that no order wants goes back by itself."""

import logging

from django.db import transaction

from kernel import clock
from kernel.events import emit_on_commit
from shop.orders.models import OrderEvent
from shop.orders.services import record
from shop.payments.events import RefundQueued
from shop.payments.models import PaymentAttempt, Refund

logger = logging.getLogger(__name__)

_WHY = {
    Refund.Cause.LATE_PAYMENT: "订单已关闭或已改价，款项原路退回",
    Refund.Cause.DOUBLE_PAYMENT: "重复付款，款项原路退回",
}


@transaction.atomic
def return_stray_money(*, attempt: PaymentAttempt, cause: Refund.Cause) -> Refund:
    """Queue the whole sum of a payment that pays nothing to go back. Once per payment; safe to run twice.

    Call it in the transaction that books the payment, with the order locked: money is never here without its refund.
    Units: yuan. Emits: RefundQueued, after commit.
    """
    refund, made = Refund.objects.get_or_create(
        out_request_no=f"{attempt.out_trade_no}S",
        defaults={
            "payment": attempt,
            "order_id": attempt.order_id,
            "amount": attempt.amount,
            "cause": cause,
            "reason": _WHY.get(cause, ""),
            "next_try_at": clock.now(),
        },
    )
    if made:
        data = {"amount": str(attempt.amount), "cause": cause.value, "payment": attempt.out_trade_no}
        record(attempt.order, kind="stray_payment", actor=OrderEvent.Actor.GATEWAY, data=data)
        logger.warning("stray money goes back", extra={"payment": attempt.out_trade_no, "cause": cause.value})
        emit_on_commit(RefundQueued(refund_id=refund.pk))
    return refund
