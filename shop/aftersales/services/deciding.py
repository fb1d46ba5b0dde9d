"""What staff do: accept, refuse, receive what came back."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from kernel import money
from shop.aftersales.errors import AfterSaleStateConflict, NoteNeeded
from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.aftersales.services.stepping import both_locked, move
from shop.orders.models import Order, OrderEvent
from shop.orders.services import RefundedPieces, end_refunding, record
from shop.orders.services.notices import tell_after_sale
from shop.payments.models import Refund
from shop.payments.services.refunds import request_refund

Actor = OrderEvent.Actor
Kind = AfterSale.Kind
State = AfterSale.State

#: How a notice ends; the notices are in the shop's own language.
ACCEPTED, REFUSED = "已通过", "未通过"


@transaction.atomic
def accept_after_sale(
    *,
    after_sale_id: int,
    by: User,
    note: str = "",
    restock: Mapping[int, bool] | None = None,
    freight: Decimal | None = None,
) -> AfterSale:
    """Grant an application: money back at once, or, for a return, once the goods are here.

    ``note`` goes to the buyer; for a return it says where to send the goods and must be there. ``restock`` says
    by order line whether pieces go back on the shelf; else those that never left do. ``freight`` gives more or
    less of it back than the buyer asked for.
    Units: yuan. Locks: the order.
    Raises: AfterSaleNotFound, AfterSaleStateConflict, NoteNeeded; what ``request_refund`` raises.
    Emits: RefundQueued, after commit, when money goes back without a second person.
    """
    order, after_sale = both_locked(after_sale_id=after_sale_id)
    if after_sale.state != State.APPLIED:
        raise AfterSaleStateConflict(state=after_sale.state)
    data = {"after_sale": after_sale.number}
    record(order, kind="after_sale_accepted", actor=Actor.STAFF, by=by, note=note, data=data)
    tell_after_sale(order, answer=ACCEPTED)
    if after_sale.kind == Kind.RETURN:
        if not note.strip():
            raise NoteNeeded
        move(after_sale, State.TO_RETURN, staff_note=note.strip()[:300], handled_by=by)
        return after_sale
    unsent = {line.order_line_id: _is_unsent(order, line) for line in _lines(after_sale)}
    _refund(order, after_sale, by=by, note=note, restock=unsent | dict(restock or {}), freight=freight)
    return after_sale


@transaction.atomic
def receive_return(
    *,
    after_sale_id: int,
    by: User,
    restock: Mapping[int, bool] | None = None,
    note: str = "",
    freight: Decimal | None = None,
) -> AfterSale:
    """Say that the goods are here; their money goes back. Goods may come without a waybill.

    ``restock`` says by order line whether they can be sold again; a line that is not named can.
    Units: yuan. Locks: the order.
    Raises: AfterSaleNotFound, AfterSaleStateConflict; what ``request_refund`` raises.
    Emits: RefundQueued, after commit, when no second person is needed.
    """
    order, after_sale = both_locked(after_sale_id=after_sale_id)
    if after_sale.state not in (State.TO_RETURN, State.RETURNING):
        raise AfterSaleStateConflict(state=after_sale.state)
    data = {"after_sale": after_sale.number}
    record(order, kind="return_received", actor=Actor.STAFF, by=by, note=note, data=data)
    shelved = {line.order_line_id: True for line in _lines(after_sale)} | dict(restock or {})
    _refund(order, after_sale, by=by, note=note, restock=shelved, freight=freight)
    return after_sale


@transaction.atomic
def refuse_after_sale(*, after_sale_id: int, by: User, note: str) -> AfterSale:
    """Turn an application down, also when the goods never came or came broken; the order goes on where it was.

    Locks: the order. Raises: AfterSaleNotFound, AfterSaleStateConflict, NoteNeeded: the buyer must know why.
    """
    order, after_sale = both_locked(after_sale_id=after_sale_id)
    if not note.strip():
        raise NoteNeeded
    move(after_sale, State.REFUSED, staff_note=note.strip()[:300], handled_by=by)
    data = {"after_sale": after_sale.number}
    record(order, kind="after_sale_refused", actor=Actor.STAFF, by=by, note=note, data=data)
    tell_after_sale(order, answer=REFUSED)
    end_refunding(order_id=order.pk, actor=Actor.STAFF, by=by)
    return after_sale


def _is_unsent(order: Order, line: AfterSaleLine) -> bool:
    """Whether all of these pieces can be some that never left."""
    bought = line.order_line
    return order.shipped_at is None and line.count <= bought.count - bought.refunded_count - bought.shipped_count


def _lines(after_sale: AfterSale) -> list[AfterSaleLine]:
    return list(after_sale.lines.select_related("order_line").order_by("pk"))


def _refund(
    order: Order,
    after_sale: AfterSale,
    *,
    by: User,
    note: str,
    restock: Mapping[int, bool],
    freight: Decimal | None,
) -> None:
    lines = _lines(after_sale)
    for line in lines:
        line.restock = restock.get(line.order_line_id, False) and line.count > 0
    AfterSaleLine.objects.bulk_update(lines, ["restock"])
    asked_freight = after_sale.amount - sum((line.amount for line in lines), money.ZERO)
    refund = request_refund(
        order_id=order.pk,
        lines=[
            RefundedPieces(line_id=line.order_line_id, count=line.count, amount=line.amount, restock=bool(line.restock))
            for line in lines
        ],
        freight=asked_freight if freight is None else freight,
        reason=after_sale.number,
        by=by,
        cause=Refund.Cause.AFTER_SALE,
    )
    columns = {"staff_note": note.strip()[:300]} if note.strip() else {}
    move(after_sale, State.REFUNDING, refund=refund, handled_by=by, **columns)
