"""What became of payments that nobody told us about."""

from huey.contrib.djhuey import db_task

from shop.payments.services import query_due_payments, query_payments_of
from tasks.periodic import sweep
from tasks.priorities import LOW, NORMAL
from tasks.rhythm import minutely


@sweep("payments.queries", minutely(), priority=NORMAL)
def query_payments() -> None:
    """Lost notices are made good, and payments that nobody wants are closed at their gateway. Safe to run twice."""
    query_due_payments()


@db_task(retries=3, retry_delay=10, retry_backoff=3, priority=LOW)
def close_other_payments(order_id: int) -> None:
    """A paid order's other open payments are closed at their gateway. Safe to run twice."""
    query_payments_of(order_id=order_id)
