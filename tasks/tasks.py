"""Huey autoloads this name only; importing a module here registers its tasks with the consumer."""

from tasks import (
    areas,
    bookkeeping,
    content,
    figures,
    heartbeat,
    index,
    mail,
    media,
    orders,
    payments,
    refunds,
    sessions,
    sms,
    sweeps,
)

__all__ = [
    "areas",
    "bookkeeping",
    "content",
    "figures",
    "heartbeat",
    "index",
    "mail",
    "media",
    "orders",
    "payments",
    "refunds",
    "sessions",
    "sms",
    "sweeps",
]
