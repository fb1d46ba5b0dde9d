"""Reads of buyers for the back office."""

import re

from django.db.models import Q, QuerySet

from accounts.models import Customer, MailMessage, SmsMessage


def customers() -> QuerySet[Customer]:
    """Every account that is nobody's of the staff, the newest first."""
    return Customer.objects.filter(is_staff=False, is_superuser=False, groups__isnull=True).order_by(
        "-date_joined", "-pk"
    )


def customers_like(rows: QuerySet[Customer], text: str, *, in_full: bool) -> QuerySet[Customer]:
    """Those of these customers whose name, nickname, mobile or e-mail has this text.

    Who may not see a mobile in full (``in_full``) finds it by the whole number only: searching for parts
    would tell it digit by digit. The same goes for e-mails.
    """
    wanted = text.replace("\x00", "").strip()
    if not wanted:
        return rows
    number = re.sub(r"[\s-]", "", wanted)
    named = Q(username__icontains=wanted) | Q(nickname__icontains=wanted)
    if in_full:
        return rows.filter(named | Q(mobile__contains=number) | Q(email__icontains=wanted))
    return rows.filter(named | Q(mobile=number) | Q(email__iexact=wanted))


def masked_mobile(mobile: str | None) -> str:
    """138****0000."""
    return f"{mobile[:3]}****{mobile[-4:]}" if mobile else ""


def masked_email(email: str) -> str:
    """a***@example.com."""
    name, at, host = email.partition("@")
    return f"{name[:1]}***@{host}" if at else ""


def texts_sent_to(mobile: str | None, *, most: int = 20) -> list[SmsMessage]:
    """The newest text messages to this mobile; what they said is never kept."""
    return list(SmsMessage.objects.filter(mobile=mobile).order_by("-pk")[:most]) if mobile else []


def mails_sent_to(user_id: int, *, most: int = 20) -> list[MailMessage]:
    """The newest mails to this user."""
    return list(MailMessage.objects.filter(user_id=user_id).order_by("-pk")[:most])
