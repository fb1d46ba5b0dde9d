"""Everything that may happen to a refund."""

from shop.payments.services.refunds.approving import approve_refund, refuse_refund
from shop.payments.services.refunds.ending import settle_cash_refund
from shop.payments.services.refunds.requesting import request_refund
from shop.payments.services.refunds.sending import send_due_refunds, send_refund

__all__ = [
    "approve_refund",
    "refuse_refund",
    "request_refund",
    "send_due_refunds",
    "send_refund",
    "settle_cash_refund",
]
