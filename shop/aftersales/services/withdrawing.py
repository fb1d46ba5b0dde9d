"""Returns that never come back withdraw themselves, or their orders would wait for ever."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from kernel import clock
from kernel.errors import DomainError
from shop.aftersales.models import AfterSale
from shop.aftersales.services.stepping import both_locked, move
from shop.orders.models import OrderEvent
from shop.orders.services import end_refunding, record

logger = logging.getLogger(__name__)

State = AfterSale.State
#: Returns looked at in one run of the sweep.
BATCH = 500


def withdraw_overdue_returns() -> int:
    """Withdraw what was to be sent back ``AFTER_SALE_RETURN_DAYS`` ago and was not, and say how many.

    Each in a transaction of its own; the orders go on where they were. Safe to run twice: a waybill that comes
    first wins.
    """
    due = AfterSale.objects.filter(state=State.TO_RETURN, updated_at__lte=_since()).order_by("updated_at")
    withdrawn = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        try:
            withdrawn += _withdraw_if_overdue(pk)
        except (DomainError, DatabaseError):
            # One that is locked must not hold up the others; the next run tries it again.
            logger.exception("overdue return could not be withdrawn", extra={"after_sale_id": pk})
    return withdrawn


@transaction.atomic
def _withdraw_if_overdue(after_sale_id: int) -> bool:
    order, after_sale = both_locked(after_sale_id=after_sale_id)
    if after_sale.state != State.TO_RETURN or after_sale.updated_at > _since():
        return False
    move(after_sale, State.WITHDRAWN)
    system = OrderEvent.Actor.SYSTEM
    record(order, kind="return_overdue", actor=system, data={"after_sale": after_sale.number})
    end_refunding(order_id=order.pk, actor=system)
    return True


def _since() -> datetime:
    return clock.now() - timedelta(days=settings.AFTER_SALE_RETURN_DAYS)
