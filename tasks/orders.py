"""What orders do by themselves when their time has come. The rows say what is due, so no event can be lost."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from shop.idempotency.services import forget_old_keys
from shop.orders.services import close_expired, confirm_overdue_receipts
from tasks.exclusive import only_one
from tasks.priorities import LOW, NORMAL


@db_periodic_task(crontab(minute="*"), priority=NORMAL)
@only_one("orders.expiry")
def close_expired_orders() -> None:
    """Unpaid orders whose time is over are closed, and their pieces are for sale again. Safe to run twice."""
    close_expired()


@db_periodic_task(crontab(minute="*"), priority=LOW)
@only_one("orders.receipts")
def confirm_receipts() -> None:
    """What was sent long enough ago counts as received. Safe to run twice."""
    confirm_overdue_receipts()


@db_periodic_task(crontab(minute="37"), priority=LOW)
@only_one("idempotency.keys")
def forget_keys() -> None:
    """Answers kept for a day are gone after it. Safe to run twice."""
    forget_old_keys()
