"""Reads of refunds: what may still go back of an order, and what waits for staff."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Prefetch, Q, QuerySet

from kernel import money
from shop.orders.models import Order, OrderLine
from shop.payments.models import Refund, RefundLine

State = Refund.State

#: A refund in these states is not decided: its money may go, or may have gone.
OPEN = (State.AWAITING_APPROVAL, State.QUEUED, State.UNKNOWN)
#: A refund in these states takes nothing of the order's money.
VOID = (State.FAILED, State.REFUSED)
#: The gateway of cash that a carrier took at the door: a person gives it back, and says so.
CASH = "cash"


def proposed_amount(line: OrderLine, count: int) -> Decimal:
    """What goes back for so many more pieces of this line.

    Refunded piece by piece or together, the sums are the same, and the last piece takes the last cent.
    Units: yuan; whole pieces. Raises: ValueError for more pieces than are left.
    """
    left = line.count - line.refunded_count
    if not 0 <= count <= left:
        raise ValueError("more pieces than are left")
    if not count:
        return money.ZERO
    return sum(money.split(line.amount - line.refunded_amount, [1] * left)[:count], money.ZERO)


def freight_left(order: Order) -> Decimal:
    """What of the order's freight did not go back yet. Units: yuan. One query."""
    gone = Refund.objects.filter(order=order, payment__counts=True).exclude(state__in=VOID)
    return order.freight - sum(gone.values_list("freight_amount", flat=True), money.ZERO)


def takes_all_unsent(lines: Iterable[OrderLine], counts: dict[int, int]) -> bool:
    """Whether nothing was sent of these lines, and nothing is left to send without so many pieces by line id."""
    return all(not line.shipped_count and line.refunded_count + counts.get(line.pk, 0) == line.count for line in lines)


def needs_approval(order: Order, amount: Decimal) -> bool:
    """Whether a second person looks at this refund: it, with what nobody looked at before, reaches the limit.

    So a large sum does not pass in small ones. Units: yuan. One query.
    """
    alone = Refund.objects.filter(order=order, payment__counts=True, approved_by=None).exclude(state__in=VOID)
    before = sum(alone.values_list("amount", flat=True), money.ZERO)
    return bool(before + amount >= settings.REFUND_APPROVAL_FROM)


def refunds_of(order: Order) -> QuerySet[Refund]:
    """The order's refunds, newest first, with their lines and people; two queries."""
    return _shown(Refund.objects.filter(order=order))


def refunds_awaiting_approval() -> QuerySet[Refund]:
    """What waits for a second person, oldest first; two queries for a page of any size."""
    return _shown(Refund.objects.filter(state=State.AWAITING_APPROVAL)).order_by("pk")


def unknown_refunds() -> QuerySet[Refund]:
    """What the gateway has not answered for yet, most often asked first."""
    return _shown(Refund.objects.filter(state=State.UNKNOWN)).order_by("-attempts", "pk")


def failed_refunds() -> QuerySet[Refund]:
    """What the gateway refused, newest first: the money is still here."""
    return _shown(Refund.objects.filter(state=State.FAILED))


def cash_refunds() -> QuerySet[Refund]:
    """What a person must give back by hand, oldest first."""
    return _shown(Refund.objects.filter(state=State.QUEUED, payment__gateway=CASH)).order_by("pk")


def due_refunds(now: object) -> QuerySet[Refund]:
    """What is to be sent, or asked for again, at this moment."""
    return Refund.objects.filter(Q(state=State.QUEUED) | Q(state=State.UNKNOWN), next_try_at__lte=now).order_by(
        F("next_try_at"), "pk"
    )


def _shown(refunds: QuerySet[Refund]) -> QuerySet[Refund]:
    return refunds.select_related("order__user", "payment", "requested_by", "approved_by").prefetch_related(
        Prefetch("lines", RefundLine.objects.select_related("order_line").order_by("pk"))
    )
