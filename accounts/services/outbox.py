"""The life of an outgoing message, the same for SMS and mail. Every change of state is one guarded update.

    queued → sending → sent | failed | unknown
             sending → queued      only when it certainly did not leave

Whoever claims a row sends it; everybody else finds nothing to claim. A worker that dies leaves
``sending`` behind, which the sweep turns into ``unknown``: it may have left, so it is not sent again.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import F, Q

from accounts.models.messages import OutgoingMessage
from kernel import clock

State = OutgoingMessage.State
Message = TypeVar("Message", bound=OutgoingMessage)

#: Seconds after which a message that is still ``sending`` was left by a dead worker.
ABANDONED = 120
#: Seconds of rest for what had its event a moment ago, before the sweep sends it once more.
GRACE = 20
#: Seconds before the second, third … try.
WAITS = (5, 20, 60, 300, 900, 3600)
#: No try is ever further off: one that is was set by a clock that was wrong, and is due.
LONGEST_WAIT = timedelta(seconds=WAITS[-1] + 60)


def claim(model: type[Message], message_id: int) -> Message | None:
    """Take this message for sending, if it is due and nobody else has it."""
    now = clock.now()
    claimed = model._default_manager.filter(_due(now), pk=message_id, state=State.QUEUED, expires_at__gt=now).update(
        state=State.SENDING, attempts=F("attempts") + 1, changed_at=now
    )
    return model._default_manager.get(pk=message_id) if claimed else None


def settle(message: OutgoingMessage, state: OutgoingMessage.State, **fields: Any) -> None:
    """Note how it ended, and erase what it said. A late answer still corrects ``unknown``."""
    type(message)._default_manager.filter(
        pk=message.pk, attempts=message.attempts, state__in=[State.SENDING, State.UNKNOWN]
    ).update(state=state, sealed="", changed_at=clock.now(), **fields)


def try_later(message: OutgoingMessage, *, error: str, most: int) -> int | None:
    """Queue it once more, as it certainly did not leave, and return the seconds to wait.

    After ``most`` tries, or when it would be too old by then, it has failed: None.
    """
    wait = WAITS[min(message.attempts, len(WAITS)) - 1]
    now = clock.now()
    if message.attempts >= most or now + timedelta(seconds=wait) >= message.expires_at:
        settle(message, State.FAILED, error=error[:200])
        return None
    type(message)._default_manager.filter(pk=message.pk, attempts=message.attempts, state=State.SENDING).update(
        state=State.QUEUED, next_try_at=now + timedelta(seconds=wait), error=error[:200], changed_at=now
    )
    return wait


def tidy(model: type[OutgoingMessage]) -> None:
    """End what is too old to send, and what a dead worker left. Safe to run twice."""
    now = clock.now()
    rows = model._default_manager
    rows.filter(state=State.QUEUED, expires_at__lte=now).update(
        state=State.FAILED, error="expired", sealed="", changed_at=now
    )
    rows.filter(state=State.SENDING, changed_at__lte=now - timedelta(seconds=ABANDONED)).update(
        state=State.UNKNOWN, error="abandoned", sealed="", changed_at=now
    )


def forget_old(model: type[OutgoingMessage], *, at_once: int = 1000) -> int:
    """Delete what was done with more than MESSAGES_KEPT_DAYS ago, in batches; how many. Safe to run twice.

    Whom a shop wrote to is personal, and nobody reads it after so long. What has not ended yet stays.
    """
    before = clock.now() - timedelta(days=settings.MESSAGES_KEPT_DAYS)
    open_states = {State.QUEUED, State.SENDING}
    gone, last = 0, 0
    while True:
        # The first rows are the oldest: so this ends at the first batch with one that is young, however many there are.
        rows = model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", "state", "created_at")
        oldest = list(rows[:at_once])
        old = [pk for pk, state, made in oldest if made < before and state not in open_states]
        gone += model._default_manager.filter(pk__in=old).delete()[0]
        if len(oldest) < at_once or oldest[-1][2] >= before:
            return gone
        last = oldest[-1][0]


def waiting(model: type[OutgoingMessage], *, most: int = 200) -> list[int]:
    """Ids of messages that are due and whose event or task seems lost, oldest first."""
    now = clock.now()
    due = _due(now, rest=timedelta(seconds=GRACE))
    rows = model._default_manager.filter(due, state=State.QUEUED, expires_at__gt=now)
    return list(rows.order_by("next_try_at").values_list("pk", flat=True)[:most])


def _due(now: datetime, *, rest: timedelta = timedelta()) -> Q:
    return Q(next_try_at__lte=now - rest) | Q(next_try_at__gt=now + LONGEST_WAIT)
