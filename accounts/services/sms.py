"""Queueing text messages and handing them to a vendor."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.events import SmsQueued
from accounts.models import SmsMessage
from accounts.sealing import seal, unseal
from accounts.services.outbox import State, claim, settle, tidy, try_later, waiting
from accounts.sms.port import MessageRefused, Sms, Unclear, VendorFailed
from accounts.sms.registry import providers
from kernel import clock
from kernel.events import emit_on_commit

logger = logging.getLogger(__name__)

#: Rounds over all vendors before a message has failed: some twenty minutes. Codes are too old long before.
MOST_ATTEMPTS = 6


@transaction.atomic
def queue_sms(*, mobile: str, template: str, params: Mapping[str, str], lives: int) -> int:
    """A message waits to be sent, for ``lives`` seconds at the longest; returns its id.

    Emits: SmsQueued, after commit.
    """
    now = clock.now()
    message = SmsMessage.objects.create(
        mobile=mobile,
        template=template,
        sealed=seal("sms", dict(params)),
        next_try_at=now,
        expires_at=now + timedelta(seconds=lives),
        created_at=now,
        changed_at=now,
    )
    emit_on_commit(SmsQueued(message_id=message.pk))
    return message.pk


def deliver_sms(*, message_id: int) -> int | None:
    """Hand this message to the first vendor that takes it. Safe to run twice: it leaves once.

    Returns the seconds after which to try again, or None when there is nothing more to do.
    """
    message = claim(SmsMessage, message_id)
    if message is None:
        return None
    params = unseal("sms", message.sealed)
    if params is None:
        # The key changed since: nobody can read it any more.
        settle(message, State.FAILED, error="unreadable")
        return None
    sms = Sms(mobile=message.mobile, template=message.template, params=params, reference=str(message.pk))
    errors: list[str] = []
    for provider in providers():
        try:
            receipt = provider.send(sms)
        except VendorFailed as error:
            errors.append(f"{provider.name}: {error}")
            logger.warning("sms vendor failed", extra={"message_id": message_id, "vendor": provider.name})
            continue
        except MessageRefused as error:
            settle(message, State.FAILED, vendor=provider.name, error=f"{provider.name}: {error}"[:200])
            return None
        except Unclear as error:
            logger.warning("sms outcome unknown", extra={"message_id": message_id, "vendor": provider.name})
            settle(message, State.UNKNOWN, vendor=provider.name, error=f"{provider.name}: {error}"[:200])
            return None
        cost = receipt.cost if receipt.cost is not None else Decimal(settings.SMS_PRICE) * receipt.pieces
        settle(
            message,
            State.SENT,
            vendor=provider.name,
            vendor_id=receipt.vendor_id[:100],
            pieces=receipt.pieces,
            cost=cost,
            error="; ".join(errors)[:200],
        )
        return None
    wait = try_later(message, error="; ".join(errors) or "no vendor: set SMS_VENDORS", most=MOST_ATTEMPTS)
    if wait is None:
        logger.error("sms could not be sent by any vendor", extra={"message_id": message_id})
    return wait


def sms_to_send_again() -> list[int]:
    """End what can no longer be sent, and return the ids of messages whose task was lost."""
    tidy(SmsMessage)
    return waiting(SmsMessage)
