"""Queueing mails and sending them by Django's mail backend, as HTML with a text beside it."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.events import MailQueued
from accounts.models import MailMessage
from accounts.sealing import seal, unseal
from accounts.services.outbox import State, claim, settle, tidy, try_later, waiting
from accounts.smtp import MayHaveLeft
from kernel import clock
from kernel.events import emit_on_commit

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 6


@transaction.atomic
def queue_mail(*, to: str, template: str, params: Mapping[str, str], lives: int, user_id: int | None = None) -> int:
    """A mail waits to be sent, for ``lives`` seconds at the longest; returns its id.

    ``template`` names ``accounts/mail/<template>.{subject.txt,txt,html}``; the language is the active one.
    Emits: MailQueued, after commit.
    """
    now = clock.now()
    message = MailMessage.objects.create(
        user_id=user_id,
        to=to,
        template=template,
        sealed=seal("mail", dict(params)),
        language=translation.get_language() or "zh-hans",
        next_try_at=now,
        expires_at=now + timedelta(seconds=lives),
        created_at=now,
        changed_at=now,
    )
    emit_on_commit(MailQueued(message_id=message.pk))
    return message.pk


def deliver_mail(*, message_id: int) -> int | None:
    """Send this mail. Returns the seconds after which to try again, or None when there is nothing more to do."""
    message = claim(MailMessage, message_id)
    if message is None:
        return None
    params = unseal("mail", message.sealed)
    if params is None:
        settle(message, State.FAILED, error="unreadable")
        return None
    with translation.override(message.language):
        base = f"accounts/mail/{message.template}"
        mail = EmailMultiAlternatives(
            subject=render_to_string(f"{base}.subject.txt", params).strip(),
            body=render_to_string(f"{base}.txt", params),
            to=[message.to],
        )
        mail.attach_alternative(render_to_string(f"{base}.html", params), "text/html")
    try:
        mail.send()
    except MayHaveLeft as error:
        logger.warning("mail outcome unknown", extra={"message_id": message_id, "error": str(error)})
        settle(message, State.UNKNOWN, vendor="smtp", error=f"{type(error).__name__}: {error}"[:200])
        return None
    except OSError as error:
        # SMTPException is an OSError too. A refusal of this very address or content is final (5xx).
        if _is_final(error):
            settle(message, State.FAILED, error=f"{type(error).__name__}"[:200])
            return None
        logger.warning("mail server failed", extra={"message_id": message_id, "error": type(error).__name__})
        return try_later(message, error=type(error).__name__, most=MOST_ATTEMPTS)
    settle(message, State.SENT, vendor="smtp")
    return None


def _is_final(error: OSError) -> bool:
    refused = getattr(error, "recipients", None)
    if isinstance(refused, dict) and refused:
        return all(500 <= code < 600 for code, _text in refused.values())
    code = getattr(error, "smtp_code", 0)
    # 5xx at login is a mistake of ours that a new setting cures, so the mail waits for it.
    return 550 <= code < 560 and type(error).__name__ != "SMTPAuthenticationError"


def mails_to_send_again() -> list[int]:
    """End what can no longer be sent, and return the ids of mails whose task was lost."""
    tidy(MailMessage)
    return waiting(MailMessage)
