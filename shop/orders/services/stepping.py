"""The one way in which an order's state changes: a guarded UPDATE and a row of its timeline."""

from typing import Any

from accounts.models import User
from shop.orders.errors import OrderNotFound, OrderStateConflict
from shop.orders.models import Order, OrderEvent
from shop.orders.states import OrderState

Actor = OrderEvent.Actor


def order_locked(*, order_id: int | None = None, number: str | None = None, owner: User | None = None) -> Order:
    """The order, its row locked until the transaction ends.

    Raises: OrderNotFound, also for someone else's order when an owner is given.
    """
    orders = Order.objects.select_for_update(no_key=True)
    found = orders.filter(pk=order_id) if order_id is not None else orders.filter(number=number)
    order = (found.filter(user=owner) if owner is not None else found).first()
    if order is None:
        raise OrderNotFound
    return order


def step(
    order: Order, to: OrderState, *, kind: str, actor: str, by: User | None = None, note: str = "", **columns: Any
) -> None:
    """Move the order along the transition table, together with these columns.

    The UPDATE names the state it starts from, so of two that race one wins and the other is refused.
    Raises: OrderStateConflict.
    """
    came_from = OrderState(order.state)
    if not came_from.may_become(to):
        raise OrderStateConflict(state=came_from.value)
    if not Order.objects.filter(pk=order.pk, state=came_from).update(state=to, **columns):
        raise OrderStateConflict(state=came_from.value)
    order.state = to
    for name, value in columns.items():
        setattr(order, name, value)
    record(order, kind=kind, actor=actor, by=by, note=note, from_state=came_from, to_state=to)


def record(
    order: Order,
    *,
    kind: str,
    actor: str,
    by: User | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
    from_state: OrderState | None = None,
    to_state: OrderState | None = None,
) -> OrderEvent:
    """Add a row to the order's timeline."""
    return OrderEvent.objects.create(
        order=order,
        kind=kind,
        actor=actor,
        by=by,
        note=note[:300],
        data=data or {},
        from_state=from_state,
        to_state=to_state,
    )
