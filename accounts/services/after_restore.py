"""What must not be believed of a database that was put back to an earlier moment."""

from django.db import transaction
from django.db.models import F

from accounts.models import MailMessage, RefreshFamily, SmsMessage, User
from accounts.models.messages import OutgoingMessage
from kernel import clock

#: Token versions go on so much later: no token of the lost time, ended or not, fits a version to come.
VERSIONS = 1000
_LATEST_VERSION = 2**31 - 1 - VERSIONS


@transaction.atomic
def close_every_session() -> int:
    """Every login of everybody is over, those begun in the lost time included; returns how many were open."""
    User.objects.filter(token_version__lte=_LATEST_VERSION).update(token_version=F("token_version") + VERSIONS)
    return RefreshFamily.objects.filter(revoked_at__isnull=True).update(revoked_at=clock.now())


@transaction.atomic
def hold_open_messages() -> int:
    """What waited to be sent at the moment of the backup may have left since, so it never will; returns how many."""
    held = 0
    for kind in (SmsMessage, MailMessage):
        waiting = kind._default_manager.filter(state__in=[OutgoingMessage.State.QUEUED, OutgoingMessage.State.SENDING])
        held += waiting.update(state=OutgoingMessage.State.UNKNOWN, error="restored", sealed="", changed_at=clock.now())
    return held
