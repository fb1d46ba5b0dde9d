"""What a refund means for its order. The money itself moves elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from kernel import clock, money
from shop.catalog.services.sales import count_sales
from shop.orders.errors import OrderStateConflict, RefundTooHigh, RefundTooManyPieces
from shop.orders.models import Order, OrderLine
from shop.orders.services.notices import tell_refunded
from shop.orders.services.receiving import close_if_reviewed, mark_shipped
from shop.orders.services.stepping import order_locked, record, step
from shop.orders.states import OrderState
from shop.stock.models import StockMovement
from shop.stock.services import give_back_pieces


@dataclass(frozen=True)
class RefundedPieces:
    """What a refund gives back of one line. Units: whole pieces (may be none); yuan."""

    line_id: int
    count: int
    amount: Decimal
    restock: bool


@transaction.atomic
def start_refunding(*, order_id: int, actor: str, by: User | None = None, note: str = "") -> Order:
    """Stop the order where it is while its refund is decided and made.

    Raises: OrderNotFound, OrderStateConflict.
    """
    order = order_locked(order_id=order_id)
    before = order.state
    step(order, OrderState.REFUNDING, kind="refunding", actor=actor, by=by, note=note, state_before_refund=before)
    return order


@transaction.atomic
def end_refunding(*, order_id: int, actor: str, by: User | None = None, note: str = "") -> Order:
    """Let the order go on: REFUNDED when all its money or, before anything left, all its pieces went back.

    Else it is back where it was, or one step on where the refund took what that step waited for: the last
    pieces that were to be sent, the last line that was to be reviewed.
    Raises: OrderNotFound, OrderStateConflict.
    """
    order = order_locked(order_id=order_id)
    if order.state != OrderState.REFUNDING or order.state_before_refund is None:
        raise OrderStateConflict(state=order.state)
    lines = list(order.lines.all())
    left_us = any(line.shipped_count for line in lines)
    none_wanted = not left_us and all(line.refunded_count == line.count for line in lines)
    fully = order.paid_amount > 0 and (order.refunded_amount == order.paid_amount or none_wanted)
    to = OrderState.REFUNDED if fully else OrderState(order.state_before_refund)
    columns = {"closed_at": clock.now()} if fully else {}
    kind = "refunded" if fully else "refund_ended"
    step(order, to, kind=kind, actor=actor, by=by, note=note, state_before_refund=None, **columns)
    if to == OrderState.TO_SHIP and left_us and all(_all_sent(line) for line in lines):
        return mark_shipped(order_id=order.pk, by=by)
    if to == OrderState.TO_REVIEW:
        close_if_reviewed(order, actor=actor, by=by)
    return order


def _all_sent(line: OrderLine) -> bool:
    return line.shipped_count + line.refunded_count >= line.count


@transaction.atomic
def book_refund(
    *,
    order_id: int,
    amount: Decimal,
    pieces: Sequence[RefundedPieces],
    actor: str,
    by: User | None = None,
    note: str = "",
) -> Order:
    """Write down that so much of the order's money went back, and put pieces back on the shelf. The buyer is told.

    Call it in the transaction that decides the refund succeeded, so that it happens once.
    Units: yuan; whole pieces. Locks: the order and its lines, then SKUs in id order.
    Raises: OrderNotFound; RefundTooHigh, RefundTooManyPieces when sums would pass what was paid or bought.
    """
    order = order_locked(order_id=order_id)
    refunded = money.yuan(order.refunded_amount + money.yuan(amount))
    if refunded > order.paid_amount:
        raise RefundTooHigh(most=money.text(order.paid_amount - order.refunded_amount))
    lines = {line.pk: line for line in OrderLine.objects.select_for_update().filter(order=order).order_by("pk")}
    back: dict[int, int] = {}
    for part in pieces:
        line = lines.get(part.line_id)
        if line is None or line.refunded_count + part.count > line.count:
            raise RefundTooManyPieces
        line.refunded_amount = money.yuan(line.refunded_amount + part.amount)
        if line.refunded_amount > line.amount:
            raise RefundTooHigh(most=money.text(line.amount - (line.refunded_amount - part.amount)))
        line.refunded_count += part.count
        if part.restock and part.count:
            line.restocked_count += part.count
            back[line.sku_id] = back.get(line.sku_id, 0) + part.count
    OrderLine.objects.bulk_update(lines.values(), ["refunded_amount", "refunded_count", "restocked_count"])
    order.refunded_amount = refunded
    order.save(update_fields=["refunded_amount"])
    if back:
        give_back_pieces(pieces=back, cause=StockMovement.Cause.RESTOCKED, reference=order.number)
    if refunded == order.paid_amount:
        count_sales({line.sku_id: -line.count for line in lines.values()})
    tell_refunded(order, amount=money.yuan(amount))
    record(order, kind="refund_booked", actor=actor, by=by, note=note, data={"amount": money.text(amount)})
    return order
