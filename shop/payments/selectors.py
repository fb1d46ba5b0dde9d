"""Reads of payments and of what the gateway's bills say otherwise."""

from datetime import timedelta

from django.db.models import QuerySet

from kernel import clock
from shop.payments.models import BillDifference, PaymentAttempt

State = PaymentAttempt.State


def payments_of(*, order_id: int) -> QuerySet[PaymentAttempt]:
    """The order's payments, newest first; one query."""
    return PaymentAttempt.objects.filter(order_id=order_id)


def payments_needing_a_person() -> QuerySet[PaymentAttempt]:
    """Payments whose gateway told what cannot be booked, or has not answered for hours; newest first, with orders."""
    marked = PaymentAttempt.objects.select_related("order").exclude(last_error="")
    lately = clock.now() - timedelta(hours=2)
    silent = marked.filter(last_error__startswith="payment.unknown", state=State.PENDING, created_at__lt=lately)
    return marked.exclude(last_error__startswith="payment.unknown") | silent


def open_differences() -> QuerySet[BillDifference]:
    """Differences between bills and books that nobody has settled, newest bill first."""
    return BillDifference.objects.filter(settled_at=None)
