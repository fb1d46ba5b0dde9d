"""Everything that may happen to an after-sale."""

from shop.aftersales.services.applying import Asked, Kind, apply_after_sale, send_back, withdraw_after_sale
from shop.aftersales.services.deciding import accept_after_sale, receive_return, refuse_after_sale
from shop.aftersales.services.erasing import erase_after_sales
from shop.aftersales.services.following import follow_ended_refunds, follow_refund
from shop.aftersales.services.withdrawing import withdraw_overdue_returns

__all__ = [
    "Asked",
    "Kind",
    "accept_after_sale",
    "apply_after_sale",
    "erase_after_sales",
    "follow_ended_refunds",
    "follow_refund",
    "receive_return",
    "refuse_after_sale",
    "send_back",
    "withdraw_after_sale",
    "withdraw_overdue_returns",
]
