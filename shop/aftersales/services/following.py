"""After-sales follow what became of their money."""

import logging

from django.db import DatabaseError, transaction

from kernel.errors import DomainError
from shop.aftersales.models import AfterSale
from shop.aftersales.services.stepping import both_locked, move
from shop.orders.models import OrderEvent
from shop.orders.services import record
from shop.payments.models import Refund

logger = logging.getLogger(__name__)

State = AfterSale.State
ENDED = (Refund.State.SUCCEEDED, Refund.State.FAILED, Refund.State.REFUSED)
#: After-sales looked at in one run of the sweep.
BATCH = 500


@transaction.atomic
def follow_refund(*, refund_id: int) -> None:
    """Let the after-sale of this refund be done, or be decided anew when the money did not go. Safe to run twice.

    On success the order went on with the refund; else it waits, and staff see why in the refund's last error.
    Locks: the order.
    """
    after_sale_id = AfterSale.objects.filter(refund_id=refund_id).values_list("pk", flat=True).first()
    if after_sale_id is None:
        return
    order, after_sale = both_locked(after_sale_id=after_sale_id)
    refund = after_sale.refund
    if after_sale.state != State.REFUNDING or refund is None or refund.pk != refund_id:
        return
    if refund.state == Refund.State.SUCCEEDED:
        to = State.DONE
    elif refund.state in ENDED:
        to = State.RETURNING if after_sale.kind == AfterSale.Kind.RETURN else State.APPLIED
    else:
        return
    move(after_sale, to)
    kind = "after_sale_done" if to == State.DONE else "after_sale_reopened"
    record(order, kind=kind, actor=OrderEvent.Actor.SYSTEM, data={"after_sale": after_sale.number})


def follow_ended_refunds() -> int:
    """Follow every refund whose event was lost, and say how many. Safe to run twice."""
    behind = AfterSale.objects.filter(state=State.REFUNDING, refund__state__in=ENDED).order_by("pk")
    followed = 0
    for refund_id in list(behind.values_list("refund_id", flat=True)[:BATCH]):
        try:
            follow_refund(refund_id=refund_id)
            followed += 1
        except (DomainError, DatabaseError):
            logger.exception("refund could not be followed", extra={"refund_id": refund_id})
    return followed
