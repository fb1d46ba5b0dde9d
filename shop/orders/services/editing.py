"""What staff may change of a placed order."""

from decimal import Decimal

from django.db import transaction

from accounts.models import User
from kernel import money
from shop.orders.errors import OrderNotRepriceable, PayableNegative
from shop.orders.models import Order, OrderLine
from shop.orders.services.paying import settle_free_order
from shop.orders.services.stepping import Actor, order_locked, record
from shop.orders.states import OrderState


@transaction.atomic
def reprice(*, order_id: int, by: User, adjustment: Decimal, freight: Decimal, note: str) -> Order:
    """Change an unpaid order's price: ``adjustment`` on its goods (less than zero takes off), and its freight.

    The payable is counted anew, and the lines' shares with it, to the cent. A payment that was started with
    the old sum no longer fits: the caller closes it. An order with nothing left to pay is paid.
    Units: yuan. Locks: the order.
    Raises: OrderNotFound, OrderNotRepriceable, PayableNegative.
    """
    order = order_locked(order_id=order_id)
    if order.state != OrderState.UNPAID:
        raise OrderNotRepriceable(state=order.state)
    lines = list(order.lines.all())
    goods = money.yuan(order.goods_amount - order.discount + money.yuan(adjustment))
    fee = money.yuan(freight)
    if goods < 0:
        raise PayableNegative
    if fee < 0:
        raise PayableNegative(field="freight")
    before = order.payable
    order.adjustment, order.freight, order.payable = money.yuan(adjustment), fee, money.yuan(goods + fee)
    order.save(update_fields=["adjustment", "freight", "payable"])
    for line, share in zip(lines, money.split(goods, [line.price * line.count for line in lines]), strict=True):
        line.amount = share
    OrderLine.objects.bulk_update(lines, ["amount"])
    data = {"before": money.text(before), "after": money.text(order.payable)}
    record(order, kind="repriced", actor=Actor.STAFF, by=by, note=note, data=data)
    if order.payable == 0:
        settle_free_order(order)
    return order


@transaction.atomic
def note_order(*, order_id: int, by: User, note: str) -> Order:
    """Keep an internal note with the order; buyers never see it. Raises: OrderNotFound."""
    order = order_locked(order_id=order_id)
    order.staff_note = note
    order.save(update_fields=["staff_note"])
    record(order, kind="noted", actor=Actor.STAFF, by=by, note=note)
    return order
