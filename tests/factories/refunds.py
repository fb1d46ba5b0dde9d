"""Orders with the payment that paid them, and refunds of them."""

from decimal import Decimal
from typing import Any

from accounts.models import User
from kernel import clock
from shop.catalog.models import Sku
from shop.fulfilment.services import ParcelIn, ship
from shop.orders.models import Order
from shop.orders.services import RefundedPieces, confirm_receipt, mark_paid
from shop.orders.states import PayMethod
from shop.payments.models import PaymentAttempt, Refund
from shop.payments.refunds import proposed_amount
from shop.payments.services import request_refund
from tests.factories.sending import new_waybill
from tests.factories.trade import unpaid_order
from tests.fakes.gateways import MemoryGateway


def attempt(order: Order, **changed: Any) -> PaymentAttempt:
    """Money for this order that came through the gateway in memory."""
    values: dict[str, Any] = {
        "order": order,
        "gateway": "memory",
        "out_trade_no": f"{order.number}-{order.payments.count() + 1}",
        "amount": order.payable,
        "state": PaymentAttempt.State.PAID,
        "counts": True,
        "paid_at": clock.now(),
    }
    made = PaymentAttempt.objects.create(**values | changed)
    MemoryGateway.books.paid[made.out_trade_no] = made.amount
    return made


def order_with_payment(user: User | None = None, *, items: dict[Sku, int] | None = None, **changed: Any) -> Order:
    """A paid order and the payment behind it."""
    order = unpaid_order(user, items=items, **changed)
    attempt(order)
    assert mark_paid(order_id=order.pk, amount=order.payable, at=clock.now())
    order.refresh_from_db()
    return order


def sent(order: Order, counts: dict[int, int] | None = None) -> Order:
    """The order with every piece of it on its way, or with so many pieces by line id."""
    return ship(order_id=order.pk, parcels=[ParcelIn("SF", new_waybill(), counts)], by=None)


def received(order: Order) -> Order:
    """The order, sent and received."""
    sent(order)
    return confirm_receipt(number=order.number, by=order.user)


def cash_order(user: User | None = None, *, items: dict[Sku, int] | None = None) -> Order:
    """An order whose money the carrier took at the door."""
    return received(unpaid_order(user, items=items, pay_method=PayMethod.CASH_ON_DELIVERY))


def pieces(order: Order, counts: dict[int, int] | None = None, *, restock: bool = True) -> list[RefundedPieces]:
    """So many pieces by line id, or all that are left, for what they cost."""
    lines = list(order.lines.all())
    wanted = counts if counts is not None else {line.pk: line.count - line.refunded_count for line in lines}
    return [
        RefundedPieces(line.pk, wanted[line.pk], proposed_amount(line, wanted[line.pk]), restock)
        for line in lines
        if line.pk in wanted
    ]


def refund(order: Order, by: User | None = None, *, counts: dict[int, int] | None = None, **changed: Any) -> Refund:
    """A refund that staff asked for."""
    values: dict[str, Any] = {
        "order_id": order.pk,
        "lines": pieces(order, counts),
        "freight": Decimal("0.00"),
        "reason": "协商退款",
        "by": by,
    }
    return request_refund(**values | changed)
