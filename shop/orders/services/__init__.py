"""Everything that may happen to an order."""

from shop.orders.services.cancelling import CancelReason, cancel_order, close_expired
from shop.orders.services.editing import note_order, reprice
from shop.orders.services.paying import mark_paid
from shop.orders.services.placing import place_order
from shop.orders.services.receiving import confirm_overdue_receipts, confirm_receipt, mark_reviewed, mark_shipped
from shop.orders.services.refunding import RefundedPieces, book_refund, end_refunding, start_refunding
from shop.orders.services.stepping import order_locked, record

__all__ = [
    "CancelReason",
    "RefundedPieces",
    "book_refund",
    "cancel_order",
    "close_expired",
    "confirm_overdue_receipts",
    "confirm_receipt",
    "end_refunding",
    "mark_paid",
    "mark_reviewed",
    "mark_shipped",
    "note_order",
    "order_locked",
    "place_order",
    "record",
    "reprice",
    "start_refunding",
]
