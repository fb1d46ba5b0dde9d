"""What orders do by themselves when their time has come. The rows say what is due, so no event can be lost."""

from shop.idempotency.services import forget_old_keys
from shop.orders.services import close_expired, confirm_overdue_receipts
from tasks.periodic import sweep
from tasks.priorities import LOW, NORMAL
from tasks.rhythm import hourly, minutely


@sweep("orders.expiry", minutely(), priority=NORMAL)
def close_expired_orders() -> None:
    """Unpaid orders whose time is over are closed, and their pieces are for sale again. Safe to run twice."""
    close_expired()


@sweep("orders.receipts", minutely(), priority=LOW)
def confirm_receipts() -> None:
    """What was sent long enough ago counts as received. Safe to run twice."""
    confirm_overdue_receipts()


@sweep("idempotency.keys", hourly(37), priority=LOW)
def forget_keys() -> None:
    """Answers kept for a day are gone after it. Safe to run twice."""
    forget_old_keys()
