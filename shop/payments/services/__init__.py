"""Everything that may happen to money."""

from shop.payments.services.lost import differing_payments, part_from_lost_time, settle_found
from shop.payments.services.notices import Returned, accept_notice, accept_return
from shop.payments.services.querying import query_due_payments, query_payment, query_payments_of
from shop.payments.services.reconciling import Reconciled, reconcile
from shop.payments.services.refunds import (
    approve_refund,
    refuse_refund,
    request_refund,
    send_due_refunds,
    send_refund,
    settle_cash_refund,
)
from shop.payments.services.starting import start_payment
from shop.payments.services.stray import return_stray_money

__all__ = [
    "Reconciled",
    "Returned",
    "accept_notice",
    "accept_return",
    "approve_refund",
    "differing_payments",
    "part_from_lost_time",
    "query_due_payments",
    "query_payment",
    "query_payments_of",
    "reconcile",
    "refuse_refund",
    "request_refund",
    "return_stray_money",
    "send_due_refunds",
    "send_refund",
    "settle_cash_refund",
    "settle_found",
    "start_payment",
]
