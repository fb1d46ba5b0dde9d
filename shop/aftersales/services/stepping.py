"""The one way in which an after-sale's state changes: under its order's lock, by a guarded UPDATE."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from kernel import clock
from shop.aftersales.errors import AfterSaleNotFound, AfterSaleStateConflict
from shop.aftersales.models import AfterSale
from shop.orders.models import Order
from shop.orders.services import order_locked

State = AfterSale.State

#: What may follow what. REFUNDING leads back when the second person or the gateway refused the money.
TRANSITIONS: Mapping[AfterSale.State, frozenset[AfterSale.State]] = {
    State.APPLIED: frozenset({State.REFUSED, State.WITHDRAWN, State.TO_RETURN, State.REFUNDING}),
    State.TO_RETURN: frozenset({State.REFUSED, State.WITHDRAWN, State.RETURNING, State.REFUNDING}),
    State.RETURNING: frozenset({State.REFUSED, State.REFUNDING}),
    State.REFUNDING: frozenset({State.APPLIED, State.RETURNING, State.DONE}),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.DONE: frozenset(),
}


def both_locked(
    *, after_sale_id: int | None = None, number: str | None = None, owner: User | None = None
) -> tuple[Order, AfterSale]:
    """The after-sale as it is now and its order, whose lock guards both until the transaction ends.

    Raises: AfterSaleNotFound, also for someone else's when an owner is given.
    """
    rows = AfterSale.objects.filter(pk=after_sale_id) if after_sale_id is not None else AfterSale.objects
    found = rows.filter(number=number) if number is not None else rows
    owned = found.filter(user=owner) if owner is not None else found
    order_id = owned.values_list("order_id", flat=True).first()
    if order_id is None:
        raise AfterSaleNotFound
    order = order_locked(order_id=order_id)
    return order, owned.get()


def move(after_sale: AfterSale, to: AfterSale.State, **columns: Any) -> None:
    """Move the after-sale along the table, together with these columns. Raises: AfterSaleStateConflict."""
    came_from = State(after_sale.state)
    if to not in TRANSITIONS[came_from]:
        raise AfterSaleStateConflict(state=came_from.value)
    moved = AfterSale.objects.filter(pk=after_sale.pk, state=came_from)
    if not moved.update(state=to, updated_at=clock.now(), **columns):
        raise AfterSaleStateConflict(state=came_from.value)
    after_sale.refresh_from_db()
