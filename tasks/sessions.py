"""Forgetting what no longer counts: expired logins, counters, one-use secrets."""

from accounts.services.sessions import forget_old_sessions
from kernel import limits, oneuse
from tasks.periodic import sweep
from tasks.priorities import LOW
from tasks.rhythm import hourly


@sweep("sessions.expired", hourly(7), priority=LOW)
def forget_expired() -> None:
    """Rows that no longer count are gone. Safe to run twice."""
    forget_old_sessions()
    limits.forget_expired()
    oneuse.forget_expired()
