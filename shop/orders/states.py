"""What an order can be, and what it can become: the one transition table."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.IntegerChoices):
    """Numbered as the clients know them."""

    UNPAID = 1, _("待付款")
    TO_SHIP = 2, _("待发货")
    SHIPPED = 3, _("待收货")
    TO_REVIEW = 4, _("待评价")
    DONE = 5, _("已完成")
    CANCELLED = 6, _("已取消")
    REFUNDING = 7, _("退款中")
    REFUNDED = 8, _("已退款")

    def may_become(self, state: "OrderState") -> bool:
        """Whether the table knows this step."""
        return state in TRANSITIONS[self]


class PayMethod(models.IntegerChoices):
    CASH_ON_DELIVERY = 1, _("货到付款")
    ALIPAY = 2, _("支付宝")


#: REFUNDING leads back to where the order came from when the refund was partial, refused or withdrawn.
TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.UNPAID: frozenset({OrderState.TO_SHIP, OrderState.CANCELLED}),
    # Cancelling here is for cash on delivery only: no money has moved.
    OrderState.TO_SHIP: frozenset({OrderState.SHIPPED, OrderState.REFUNDING, OrderState.CANCELLED}),
    OrderState.SHIPPED: frozenset({OrderState.TO_REVIEW, OrderState.REFUNDING}),
    OrderState.TO_REVIEW: frozenset({OrderState.DONE, OrderState.REFUNDING}),
    OrderState.DONE: frozenset({OrderState.REFUNDING}),
    OrderState.CANCELLED: frozenset(),
    OrderState.REFUNDING: frozenset(
        {OrderState.TO_SHIP, OrderState.SHIPPED, OrderState.TO_REVIEW, OrderState.DONE, OrderState.REFUNDED}
    ),
    OrderState.REFUNDED: frozenset(),
}
