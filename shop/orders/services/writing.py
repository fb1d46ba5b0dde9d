"""Writing a new order down: its rows, its pieces and its cart lines.

One statement on PostgreSQL, where each trip to the database costs more than its work; the same steps one by
one elsewhere. Both leave the same rows, and one test suite runs both ways.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from shop.cart.services import REMOVE_CART_LINES, remove_ordered
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.stock.models import StockMovement
from shop.stock.services import (
    BOOK_TAKEN,
    TAKE_WANTED,
    book_values,
    check_taken,
    mark_values,
    take_locked_pieces,
    tell_taken,
)

ORDERED = StockMovement.Cause.ORDERED


def write_order(*, order: Order, lines: Sequence[OrderLine], event: OrderEvent, cart_line_ids: Sequence[int]) -> bool:
    """Insert the order with its lines and first event, take its pieces, and empty the cart lines it uses up.

    The caller has locked the SKUs, in whose id order the lines are, and is inside a transaction. False, with
    nothing written, when the order's number is taken already.
    Raises: StockShort, after which the transaction must not go on.
    Emits: SkusChanged for SKUs that buyers now see differently, after commit.
    """
    write = in_one_statement if connection.vendor == "postgresql" else step_by_step
    return write(order=order, lines=lines, event=event, cart_line_ids=cart_line_ids)


def step_by_step(*, order: Order, lines: Sequence[OrderLine], event: OrderEvent, cart_line_ids: Sequence[int]) -> bool:
    """``write_order`` with a statement for each table."""
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        if Order.objects.filter(number=order.number).exists():
            return False
        raise
    take_locked_pieces(pieces={line.sku_id: line.count for line in lines}, cause=ORDERED, reference=order.number)
    event.order = order
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    event.save(force_insert=True)
    if cart_line_ids:
        remove_ordered(line_ids=cart_line_ids)
    return True


def in_one_statement(
    *, order: Order, lines: Sequence[OrderLine], event: OrderEvent, cart_line_ids: Sequence[int]
) -> bool:
    """``write_order`` as one statement of PostgreSQL.

    Every part hangs on ``placed``: where the number is taken it has no row, and nothing is written.
    Plan on PostgreSQL 15: inserts of ready rows (Result, Values Scan); shop_sku by primary key in a nested
    loop over the wanted pieces; cart lines by primary key. No table is read whole.
    """
    pieces = {line.sku_id: line.count for line in lines}
    wanted = [value for pair in pieces.items() for value in pair]
    values = [
        *_values(order),
        *wanted,
        *mark_values(),
        *book_values(cause=ORDERED, reference=order.number),
        *(value for line in lines for value in _values(line)),
        *_values(event),
        list(cart_line_ids),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(lines)), values)
        found = cursor.fetchall()
    if not found:
        return False
    order.pk = found[0][0]
    order._state.adding = False
    order._state.db = connection.alias
    left: Mapping[int, int] = {sku_id: stock for _order_id, sku_id, stock in found if sku_id is not None}
    check_taken(pieces=pieces, left=left)
    tell_taken(pieces=pieces, left=left)
    return True


@cache
def _statement(lines: int) -> str:
    """The text for an order of so many lines; values come as parameters, in the order of the parts."""
    pairs = ", ".join(["(%s, %s)"] * lines)
    # PostgreSQL takes the types of a VALUES list from its rows: the first one says them.
    typed = ", ".join(f"%s::{field.db_type(connection)}" for field in _fields(OrderLine))
    goods = ", ".join([f"({typed})", *[f"({_placeholders(OrderLine)})"] * (lines - 1)])
    return f"""
        WITH placed AS (
            INSERT INTO shop_order ({_names(Order)}) VALUES ({_placeholders(Order)})
            ON CONFLICT (number) DO NOTHING RETURNING id
        ), wanted (sku_id, pieces) AS (
            SELECT goods.sku_id, goods.pieces FROM placed, (VALUES {pairs}) AS goods (sku_id, pieces)
        ), taken AS ({TAKE_WANTED}), booked AS ({BOOK_TAKEN}), lines AS (
            INSERT INTO shop_orderline (order_id, {_names(OrderLine)})
            SELECT placed.id, goods.* FROM placed, (VALUES {goods}) AS goods
        ), told AS (
            INSERT INTO shop_orderevent (order_id, {_names(OrderEvent)})
            SELECT placed.id, {_placeholders(OrderEvent)} FROM placed
        ), emptied AS ({REMOVE_CART_LINES} AND EXISTS (SELECT FROM placed))
        SELECT placed.id, taken.id, taken.stock FROM placed LEFT JOIN taken ON TRUE
    """  # noqa: S608  # names of tables and columns come from the models; every value is a parameter


@cache
def _fields(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """What a new row is given: everything but its own id, and the order's, which the statement knows."""
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key and field.name != "order")


@cache
def _names(model: type[models.Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in _fields(model))


@cache
def _placeholders(model: type[models.Model]) -> str:
    return ", ".join(["%s"] * len(_fields(model)))


def _values(row: models.Model) -> list[Any]:
    """The row as the ORM would insert it."""
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in _fields(type(row))]
