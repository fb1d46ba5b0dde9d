"""The equations between stock, orders and money that hold at every commit, and the rows where they do not.

Sums of money are made in Python: SQLite adds decimals as floats.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Prefetch, Sum
from django.db.models.functions import Coalesce

from kernel import money
from shop.catalog.models import Sku
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.states import OrderState, PayMethod
from shop.payments.models import PaymentAttempt, Refund
from shop.stock.models import StockMovement

#: Orders looked at together.
BATCH = 500

#: The states of a non-COD order whose money must be there.
_PAID_STATES = frozenset(OrderState) - {OrderState.UNPAID, OrderState.CANCELLED}


@dataclass(frozen=True)
class Drift:
    """One row where an equation does not hold: which one, where, and the two sides."""

    equation: str
    row: str
    expected: str
    found: str


def drifts() -> Iterator[Drift]:
    """Every row that differs, all seen at one moment, so that a busy shop shows no differences of its own.

    A constant number of queries per ``BATCH`` orders.
    """
    with _one_moment():
        yield from _stock_drifts()
        orders = Order.objects.order_by("pk").prefetch_related(
            Prefetch("lines", OrderLine.objects.annotate(sent=Coalesce(Sum("parcel_lines__count"), 0)).order_by("pk")),
            Prefetch("events", OrderEvent.objects.order_by("pk")),
            Prefetch("payments", PaymentAttempt.objects.filter(counts=True)),
            Prefetch("refunds", Refund.objects.filter(state=Refund.State.SUCCEEDED).select_related("payment")),
        )
        batch: list[Order] = []
        for order in orders.iterator(chunk_size=BATCH):
            batch.append(order)
            if len(batch) == BATCH:
                yield from _order_drifts(batch)
                batch = []
        yield from _order_drifts(batch)


@contextmanager
def _one_moment() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _stock_drifts() -> Iterator[Drift]:
    """A SKU's stock is the sum of its movements, and never less than zero."""
    skus = Sku.objects.annotate(booked=Coalesce(Sum("movements__delta"), 0)).exclude(stock=F("booked"), stock__gte=0)
    for pk, stock, booked in skus.order_by("pk").values_list("pk", "stock", "booked"):
        yield Drift("stock = sum of movements, not negative", f"sku {pk}", str(booked), str(stock))


def _order_drifts(orders: list[Order]) -> Iterator[Drift]:
    held = _pieces_held(orders)
    for order in orders:
        for equation in _EQUATIONS:
            yield from equation(order)
        yield from _movement_drifts(order, held[order.number])


def _pieces_held(orders: list[Order]) -> defaultdict[str, dict[int, int]]:
    """How many pieces of each SKU the ledger says that each order holds."""
    moved = StockMovement.objects.filter(reference__in=[order.number for order in orders]).order_by()
    held: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for number, sku_id, delta in moved.values_list("reference", "sku_id").annotate(moved=Sum("delta")):
        held[number][sku_id] = -delta
    return held


def _movement_drifts(order: Order, held: Mapping[int, int]) -> Iterator[Drift]:
    """An order holds what its lines bought and did not restock; a cancelled one holds nothing."""
    closed = order.state == OrderState.CANCELLED
    meant = {line.sku_id: 0 if closed else line.count - line.restocked_count for line in order.lines.all()}
    for sku_id in sorted(set(meant) | set(held)):
        if meant.get(sku_id, 0) != held.get(sku_id, 0):
            row = f"order {order.number} sku {sku_id}"
            yield Drift("pieces held = pieces of the lines", row, str(meant.get(sku_id, 0)), str(held.get(sku_id, 0)))


def _sum_drifts(order: Order) -> Iterator[Drift]:
    """The order's sums are those of its lines, and the payable is made of them."""
    lines = list(order.lines.all())
    payable = order.goods_amount + order.freight - order.discount + order.adjustment
    yield from _unequal("payable = goods + freight - discount + adjustment", order, payable, order.payable)
    goods = sum((line.price * line.count for line in lines), money.ZERO)
    yield from _unequal("goods = price × count of the lines", order, goods, order.goods_amount)
    shares = sum((line.amount for line in lines), money.ZERO)
    yield from _unequal("shares of the lines = payable - freight", order, order.payable - order.freight, shares)
    yield from _unequal("pieces = pieces of the lines", order, sum(line.count for line in lines), order.total_count)


def _parcel_drifts(order: Order) -> Iterator[Drift]:
    """A line that travels in parcels sent what they hold. Without any it may have been handed over."""
    for line in order.lines.all():
        sent = getattr(line, "sent", 0)
        if sent and sent != line.shipped_count:
            row = f"order {order.number} line {line.pk}"
            yield Drift("pieces sent = pieces in parcels", row, str(sent), str(line.shipped_count))


def _money_drifts(order: Order) -> Iterator[Drift]:
    """What was paid is what was to pay, once; what went back is no more than that."""
    on_delivery = order.pay_method == PayMethod.CASH_ON_DELIVERY
    came = order.received_at is not None if on_delivery else order.state in _PAID_STATES
    yield from _unequal("paid = payable once paid, else nothing", order, order.payable * came, order.paid_amount)
    payments = list(order.payments.all())
    if len(payments) > 1:
        yield Drift("one counting payment at most", f"order {order.number}", "1", str(len(payments)))
    for payment in payments:
        yield from _unequal("counting payment = paid", order, payment.amount, order.paid_amount)
    if not 0 <= order.refunded_amount <= order.paid_amount:
        paid, back = money.text(order.paid_amount), money.text(order.refunded_amount)
        yield Drift("0 ≤ refunded ≤ paid", f"order {order.number}", f"≤ {paid}", back)
    of_lines = sum((line.refunded_amount for line in order.lines.all()), money.ZERO)
    if of_lines > order.refunded_amount:
        most, found = money.text(order.refunded_amount), money.text(of_lines)
        yield Drift("refunded of lines ≤ refunded", f"order {order.number}", f"≤ {most}", found)
    if payments:
        # What a late or second payment got back never was the order's.
        refunds = [refund.amount for refund in order.refunds.all() if refund.payment.counts]
        yield from _unequal("succeeded refunds = refunded", order, sum(refunds, money.ZERO), order.refunded_amount)


def _state_drifts(order: Order) -> Iterator[Drift]:
    """The timeline begins with the order, takes only steps of the table, and ends where the order is."""
    at: OrderState | None = None
    for event in order.events.all():
        if event.to_state is None:
            continue
        to = OrderState(event.to_state)
        if at is None:
            legal = event.from_state is None and event.kind == "placed"
        else:
            legal = event.from_state == at and at.may_become(to)
        if not legal:
            came = "nothing" if event.from_state is None else OrderState(event.from_state).name
            where = "the placing" if at is None else f"a step from {at.name}"
            yield Drift("steps by the table", f"order {order.number} event {event.pk}", where, f"{came} → {to.name}")
        at = to
    if at != order.state:
        last = "nothing" if at is None else at.name
        yield Drift("state = last step", f"order {order.number}", last, OrderState(order.state).name)


_EQUATIONS: tuple[Callable[[Order], Iterator[Drift]], ...] = (_sum_drifts, _parcel_drifts, _money_drifts, _state_drifts)


def _unequal(equation: str, order: Order, expected: Any, found: Any) -> Iterator[Drift]:
    if expected != found:
        yield Drift(equation, f"order {order.number}", str(expected), str(found))
