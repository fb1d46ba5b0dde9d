"""E-mail addresses: given, then proved by a link that works once."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.errors import EmailTaken, EmailTokenRefused, EmailUnfit
from accounts.models import User
from accounts.sealing import seal, unseal
from accounts.services.mail import queue_mail
from kernel import limits
from kernel.limits import Window

#: Seconds that a verification link counts.
LIVES = 86_400
#: Verification mails per user.
PER_HOUR, PER_DAY = 5, 20


def set_email(*, user: User, email: str) -> User:
    """The address is this one and not proved; a mail with a new link is on its way, older links are void.

    An address that this user has already proved stays proved, and no mail goes out.
    Raises: EmailUnfit, EmailTaken, Limited.
    Emits: MailQueued, after commit.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise EmailUnfit from None
    if user.email == address and user.email_active:
        return user
    if User.objects.filter(email=address, email_active=True).exclude(pk=user.pk).exists():
        raise EmailTaken
    limits.take(
        Window(limits.key("mail.user.hour", user.pk), PER_HOUR, 3600),
        Window(limits.key("mail.user.day", user.pk), PER_DAY, 86_400),
    )
    nonce = secrets.token_hex(16)
    token = seal("email", [user.pk, address, nonce])
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(email=address, email_active=False, email_nonce=nonce)
        queue_mail(
            to=address,
            template="verify_email",
            params={
                "name": user.nickname or user.username,
                "link": settings.EMAIL_VERIFICATION_URL.format(token=token),
                "hours": str(LIVES // 3600),
            },
            lives=LIVES,
            user_id=user.pk,
        )
    user.email, user.email_active, user.email_nonce = address, False, nonce
    return user


def verify_email(*, token: str) -> None:
    """The address that the token was mailed to is proved to be its user's. Works once.

    Raises: EmailTokenRefused; EmailTaken when somebody else proved the same address first.
    """
    sealed = unseal("email", token, seconds=LIVES)
    if not isinstance(sealed, list):
        raise EmailTokenRefused
    user_id, address, nonce = sealed
    try:
        # Inside a transaction of its own, so that a refusal by the database leaves the caller's usable.
        with transaction.atomic():
            proved = User.objects.filter(
                pk=user_id, is_active=True, email=address, email_active=False, email_nonce=nonce
            ).update(email_active=True, email_nonce="")
    except IntegrityError:
        raise EmailTaken(field="token") from None
    if not proved:
        raise EmailTokenRefused
