"""Reads of outgoing messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, QuerySet, Sum

from accounts.models import MailMessage, SmsMessage
from accounts.models.messages import OutgoingMessage
from kernel import clock, limits
from kernel.masking import masked


def sms_outcomes(*, since: timedelta) -> dict[str, int]:
    """How many text messages of this time are in which state."""
    rows = SmsMessage.objects.filter(created_at__gte=clock.now() - since).order_by()
    return dict(rows.values_list("state").annotate(count=Count("pk")))


@dataclass(frozen=True, slots=True)
class Outbox:
    """What has not left yet: how many messages, and the seconds that the oldest waits."""

    depth: int
    age: float


def outboxes() -> dict[str, Outbox]:
    """What waits in each outbox now; one query each, by the index of open messages."""
    kinds: dict[str, type[OutgoingMessage]] = {"sms": SmsMessage, "mail": MailMessage}
    found = {}
    for name, kind in kinds.items():
        rows = kind._default_manager.filter(state__in=[OutgoingMessage.State.QUEUED, OutgoingMessage.State.SENDING])
        sums = rows.aggregate(depth=Count("pk"), oldest=Min("created_at"))
        age = (clock.now() - sums["oldest"]).total_seconds() if sums["oldest"] else 0.0
        found[name] = Outbox(sums["depth"], max(age, 0.0))
    return found


def sms_budget_left() -> int:
    """How many codes the whole shop may still send in its present day."""
    return max(0, int(settings.SMS_DAILY_BUDGET) - limits.counted("sms.shop.day"))


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as an operator may see it: to whom is masked, what it says is not here at all."""

    created_at: datetime
    template: str
    to: str
    state: str
    vendor: str
    attempts: int
    pieces: int | None
    cost: Decimal | None
    error: str


MESSAGE_STATES = OutgoingMessage.State.choices
_KINDS: dict[str, type[OutgoingMessage]] = {"sms": SmsMessage, "mail": MailMessage}


def messages_sent(*, kind: str, state: str = "") -> QuerySet[Any, Any]:
    """Messages of this kind (``sms`` or ``mail``), newest first, without what they say; for ``shown_message``."""
    rows = _KINDS[kind]._default_manager.defer("sealed").order_by("-pk")
    return rows.filter(state=state) if state else rows


def shown_message(row: OutgoingMessage) -> Sent:
    """The row with its receiver masked."""
    if isinstance(row, SmsMessage):
        to, pieces, cost = masked(row.mobile), row.pieces, row.cost
    else:
        name, _at, host = str(getattr(row, "to", "")).partition("@")
        to, pieces, cost = f"{name[:1]}***@{host}", None, None
    return Sent(
        created_at=row.created_at,
        template=row.template,
        to=to,
        state=str(row.get_state_display()),
        vendor=row.vendor,
        attempts=row.attempts,
        pieces=pieces,
        cost=cost,
        error=masked(row.error),
    )


@dataclass(frozen=True, slots=True)
class MessageSums:
    """What became of the messages of some days, and what they cost in yuan."""

    by_state: tuple[tuple[str, int], ...]
    pieces: int
    cost: Decimal


def message_sums(*, kind: str, days: int) -> MessageSums:
    """Sums of the last days; two queries for SMS, one for mail."""
    rows = _KINDS[kind]._default_manager.filter(created_at__gte=clock.now() - timedelta(days=days)).order_by()
    counts = dict(rows.values_list("state").annotate(count=Count("pk")))
    by_state = tuple((str(label), counts.get(value, 0)) for value, label in MESSAGE_STATES)
    if kind != "sms":
        return MessageSums(by_state, 0, Decimal(0))
    sums = rows.aggregate(pieces=Sum("pieces"), cost=Sum("cost"))
    return MessageSums(by_state, sums["pieces"] or 0, sums["cost"] or Decimal(0))
