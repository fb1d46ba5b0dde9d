"""Forgetting what no longer counts: expired logins, counters, one-use secrets."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from accounts.services.sessions import forget_old_sessions
from kernel import limits, oneuse
from tasks.priorities import LOW


@db_periodic_task(crontab(minute="7"), priority=LOW)
def forget_expired() -> None:
    """Rows that no longer count are gone. Safe to run twice."""
    forget_old_sessions()
    limits.forget_expired()
    oneuse.forget_expired()
