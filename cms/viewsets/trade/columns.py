"""What several lists of the trade desk show."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from wagtail.admin.ui.tables import Column, StatusTagColumn

from accounts.selectors.customers import masked_mobile
from shop.orders.models import Order
from shop.orders.states import OrderState

SEE_IN_FULL = "accounts.view_full_mobile"

#: Kinds of goods that a row of the list names.
MOST_SHOWN = 2

#: States in which somebody has to do something.
WAITING = {OrderState.TO_SHIP, OrderState.REFUNDING}


class OrderStateColumn(StatusTagColumn):
    """The state as a tag that stands out where work waits."""

    def __init__(self, name: str = "state", **kwargs: Any) -> None:
        super().__init__(
            name,
            accessor="get_state_display",
            primary=lambda row: row.state in WAITING,
            sort_key="state",
            **kwargs,
        )


class ReceiverColumn(Column):
    """Name and number of whoever gets the parcel; the number's middle hidden from staff who may not see it."""

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        order = self.get_value(instance)
        in_full = parent_context["request"].user.has_perm(SEE_IN_FULL)
        context["value"] = f"{order.receiver} {receiver_mobile(order, in_full=in_full)}"
        return context


class LinkColumn(Column):
    """A text that leads somewhere; plain text where it leads nowhere."""

    cell_template_name = "cms/trade/link_cell.html"

    def __init__(self, name: str, *, link: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.link = link

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["link"] = self.link(instance)
        return context


def receiver_mobile(order: Order, *, in_full: bool) -> str:
    """The receiver's number, masked unless it may be seen."""
    return order.receiver_mobile if in_full else masked_mobile(order.receiver_mobile)


def goods(order: Order) -> str:
    """Everything that was ordered, in one text; the order's lines are fetched along."""
    return "；".join(f"{line.name} ×{line.count}" for line in order.lines.all())


def goods_in_short(order: Order) -> str:
    """The first things that were ordered, and how many kinds there are."""
    lines = list(order.lines.all())
    shown = "；".join(f"{line.name} ×{line.count}" for line in lines[:MOST_SHOWN])
    return (
        shown
        if len(lines) <= MOST_SHOWN
        else gettext("%(goods)s 等 %(kinds)s 种") % {"goods": shown, "kinds": len(lines)}
    )
