"""What a buyer does: apply, withdraw, send the goods back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import User
from kernel import clock, money
from shop.aftersales.errors import (
    AfterSaleOpen,
    AfterSaleStateConflict,
    AfterSaleTooLate,
    AmountNeeded,
    NothingAsked,
    NotSentYet,
)
from shop.aftersales.models import AfterSale, AfterSaleLine
from shop.aftersales.photos import names_of
from shop.aftersales.reasons import Reason
from shop.aftersales.services.stepping import both_locked, move
from shop.orders.errors import RefundTooHigh, RefundTooManyPieces
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.numbers import new_number
from shop.orders.services import end_refunding, order_locked, record, start_refunding
from shop.orders.states import OrderState
from shop.payments.models import Refund
from shop.payments.refund_errors import NothingPaid, RefundEmpty, RefundLineUnknown, RestBeforeShipping
from shop.payments.refunds import OPEN, freight_left, proposed_amount, takes_all_unsent

Actor = OrderEvent.Actor
Kind = AfterSale.Kind
State = AfterSale.State

#: Where an order may be when an after-sale begins: whatever goods can still come back from.
SENT = (OrderState.SHIPPED, OrderState.TO_REVIEW, OrderState.DONE)


@dataclass(frozen=True)
class Asked:
    """What a buyer asks of one line, named by its id or its SKU. Units: whole pieces (may be none); yuan.

    Without an amount it is what these pieces cost.
    """

    count: int
    line_id: int | None = None
    sku_id: int | None = None
    amount: Decimal | None = None


@transaction.atomic
def apply_after_sale(
    *,
    number: str,
    owner: User,
    kind: AfterSale.Kind,
    reason: Reason,
    lines: Sequence[Asked] | None = None,
    text: str = "",
    photos: Sequence[str] = (),
) -> AfterSale:
    """Let a buyer ask for money back, for these lines or for all that is left; the order waits for the answer.

    Freight belongs to it when nothing was sent and nothing shall be. ``photos`` are passes of ``keep_photo``.
    Units: yuan; whole pieces. Locks: the order.
    Raises: OrderNotFound, also for someone else's; OrderStateConflict, NothingPaid, AfterSaleOpen,
    AfterSaleTooLate, NotSentYet, NothingAsked, AmountNeeded, RefundEmpty, RefundLineUnknown, RefundTooHigh,
    RefundTooManyPieces, RestBeforeShipping, TooManyPhotos, PhotoUnknown.
    """
    order = order_locked(number=number, owner=owner)
    _check_order(order, kind)
    asked = _lines(order, lines, kind)
    bought = list(order.lines.all())
    whole = takes_all_unsent(bought, {line.pk: count for line, count, _amount in asked})
    amount = sum((one for _line, _count, one in asked), freight_left(order) if whole else money.ZERO)
    if amount <= 0:
        raise RefundEmpty
    rest = order.paid_amount - order.refunded_amount
    if whole and amount < rest:
        raise RestBeforeShipping(rest=money.text(rest))
    names = names_of(user_id=owner.pk, passes=photos)
    start_refunding(order_id=order.pk, actor=Actor.BUYER, by=owner, note=str(reason.label))
    after_sale = AfterSale.objects.create(
        number=new_number(),
        order=order,
        user=owner,
        kind=kind,
        reason=reason,
        text=text,
        photos=names,
        amount=amount,
    )
    AfterSaleLine.objects.bulk_create(
        AfterSaleLine(after_sale=after_sale, order_line=line, count=count, amount=one) for line, count, one in asked
    )
    data = {"after_sale": after_sale.number, "amount": money.text(amount)}
    record(order, kind="after_sale_applied", actor=Actor.BUYER, by=owner, data=data)
    return after_sale


@transaction.atomic
def withdraw_after_sale(*, number: str, by: User) -> AfterSale:
    """Take the application back before the goods are on their way; the order goes on where it was.

    Locks: the order. Raises: AfterSaleNotFound, also for someone else's; AfterSaleStateConflict.
    """
    order, after_sale = both_locked(number=number, owner=by)
    move(after_sale, State.WITHDRAWN)
    record(order, kind="after_sale_withdrawn", actor=Actor.BUYER, by=by, data={"after_sale": after_sale.number})
    end_refunding(order_id=order.pk, actor=Actor.BUYER, by=by)
    return after_sale


@transaction.atomic
def send_back(*, number: str, by: User, carrier: str, waybill: str) -> AfterSale:
    """Say with which parcel the goods come back; sent again before they arrive, it corrects the waybill.

    Locks: the order. Raises: AfterSaleNotFound, also for someone else's; AfterSaleStateConflict.
    """
    order, after_sale = both_locked(number=number, owner=by)
    columns = {"return_carrier": carrier, "return_waybill": waybill}
    if after_sale.state == State.RETURNING:
        # Under the order's lock: nobody receives the goods meanwhile.
        AfterSale.objects.filter(pk=after_sale.pk).update(updated_at=clock.now(), **columns)
        after_sale.refresh_from_db()
    elif after_sale.state == State.TO_RETURN:
        move(after_sale, State.RETURNING, **columns)
    else:
        raise AfterSaleStateConflict(state=after_sale.state)
    data = {"after_sale": after_sale.number, "carrier": carrier, "waybill": waybill}
    record(order, kind="return_sent", actor=Actor.BUYER, by=by, data=data)
    return after_sale


def _check_order(order: Order, kind: AfterSale.Kind) -> None:
    if order.state == OrderState.REFUNDING or _is_busy(order):
        raise AfterSaleOpen
    if order.paid_amount <= order.refunded_amount:
        raise NothingPaid
    if kind == Kind.RETURN and order.state not in SENT:
        raise NotSentYet
    days: int = settings.AFTER_SALE_DAYS
    if order.received_at is not None and clock.now() > order.received_at + timedelta(days=days):
        raise AfterSaleTooLate(days=days)


def _is_busy(order: Order) -> bool:
    return (
        AfterSale.objects.filter(order=order, state__in=AfterSale.OPEN).exists()
        or Refund.objects.filter(order=order, payment__counts=True, state__in=OPEN).exists()
    )


def _lines(order: Order, asked: Sequence[Asked] | None, kind: AfterSale.Kind) -> list[tuple[OrderLine, int, Decimal]]:
    bought = list(order.lines.all())
    if asked is None:
        rest = [(line, line.count - line.refunded_count) for line in bought]
        whole = [(line, count, proposed_amount(line, count)) for line, count in rest if count]
        if not whole:
            raise NothingAsked
        return whole
    by_id, by_sku = {line.pk: line for line in bought}, {line.sku_id: line for line in bought}
    found: list[tuple[OrderLine, int, Decimal]] = []
    for one in asked:
        line = by_id.get(one.line_id or 0) if one.line_id is not None else by_sku.get(one.sku_id or 0)
        if line is None or line in [taken for taken, _count, _amount in found]:
            raise RefundLineUnknown
        found.append((line, one.count, _amount(line, one, kind)))
    if not found:
        raise NothingAsked
    return found


def _amount(line: OrderLine, one: Asked, kind: AfterSale.Kind) -> Decimal:
    left = line.count - line.refunded_count
    if not 0 <= one.count <= left:
        raise RefundTooManyPieces(most=left)
    if not one.count and kind == Kind.RETURN:
        raise NothingAsked
    if one.amount is None and not one.count:
        raise AmountNeeded
    # For no piece: part of what is left of the line, as when a price is made good.
    most = proposed_amount(line, one.count) if one.count else line.amount - line.refunded_amount
    amount = money.yuan(one.amount) if one.amount is not None else most
    if not 0 <= amount <= most:
        raise RefundTooHigh(most=money.text(most))
    return amount
