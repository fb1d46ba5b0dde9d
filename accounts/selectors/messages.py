"""Reads of outgoing messages."""

from datetime import timedelta

from django.db.models import Count

from accounts.models import SmsMessage
from kernel import clock


def sms_outcomes(*, since: timedelta) -> dict[str, int]:
    """How many text messages of this time are in which state."""
    rows = SmsMessage.objects.filter(created_at__gte=clock.now() - since).order_by()
    return dict(rows.values_list("state").annotate(count=Count("pk")))
