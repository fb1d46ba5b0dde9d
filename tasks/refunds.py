"""Money goes back here. The rows say what is due, so no event can be lost."""

from huey.contrib.djhuey import db_task

from shop.aftersales.photos import forget_loose_photos
from shop.aftersales.services import follow_ended_refunds, withdraw_overdue_returns
from shop.aftersales.services import follow_refund as follow
from shop.payments.services import send_due_refunds
from shop.payments.services import send_refund as send
from tasks.periodic import sweep
from tasks.priorities import HIGH, LOW, NORMAL
from tasks.rhythm import daily, hourly, minutely


# What the gateway says stands in the row; these retries are for trouble with our own database.
@db_task(retries=3, retry_delay=5, retry_backoff=3, priority=HIGH)
def send_refund(refund_id: int) -> None:
    """Send this refund, or ask what became of it. Safe to run twice: whoever claims the row asks."""
    wait = send(refund_id=refund_id)
    if wait is not None:
        send_refund.schedule((refund_id,), delay=wait)


@db_task(retries=3, retry_delay=5, retry_backoff=3, priority=NORMAL)
def follow_refund(refund_id: int) -> None:
    """Let the after-sale of an ended refund go on. Safe to run twice."""
    follow(refund_id=refund_id)


@sweep("refunds.due", minutely(), priority=NORMAL)
def send_refunds_due() -> None:
    """Refunds that lost their task are sent or asked for, and after-sales that lost theirs go on. Safe to run twice."""
    send_due_refunds()
    follow_ended_refunds()


@sweep("aftersales.returns", hourly(52), priority=LOW)
def withdraw_returns() -> None:
    """Returns that nobody sent in time are withdrawn, and their orders go on. Safe to run twice."""
    withdraw_overdue_returns()


@sweep("aftersales.photos", daily(4, 47), priority=LOW)
def forget_photos() -> None:
    """Photos that no application took are gone. Safe to run twice."""
    forget_loose_photos()
