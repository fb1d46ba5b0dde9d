"""Forgetting what no longer counts: expired logins, counters, one-use secrets, messages of long ago."""

from accounts.models import MailMessage, SmsMessage
from accounts.services.outbox import forget_old
from accounts.services.sessions import forget_old_sessions
from kernel import limits, oneuse
from tasks.periodic import sweep
from tasks.priorities import LOW
from tasks.rhythm import daily, hourly


@sweep("sessions.expired", hourly(7), priority=LOW)
def forget_expired() -> None:
    """Rows that no longer count are gone. Safe to run twice."""
    forget_old_sessions()
    limits.forget_expired()
    oneuse.forget_expired()


@sweep("messages.old", daily(4, 17), priority=LOW)
def forget_old_messages() -> None:
    """SMS and mails that ended long ago are gone. Safe to run twice."""
    for kind in (SmsMessage, MailMessage):
        forget_old(kind)
