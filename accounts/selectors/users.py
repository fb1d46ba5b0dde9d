"""Reads of users: is a name taken, who is meant, who is asking."""

import re
from uuid import UUID

from accounts.models import User

_MOBILE = re.compile(r"1[3-9]\d{9}")


def username_count(username: str) -> int:
    """1 when the name is taken, else 0."""
    return int(User.objects.filter(username=username).exists())


def mobile_count(mobile: str) -> int:
    """1 when the mobile has an account, else 0."""
    return int(User.objects.filter(mobile=mobile).exists())


def user_by_account(account: str) -> User | None:
    """Who is meant by a name, a mobile or a verified e-mail address; disabled accounts too. One query.

    The three cannot be mixed up: a name is never all digits and has no ``@``.
    """
    if "@" in account:
        return User.objects.filter(email=account.lower(), email_active=True).first()
    if _MOBILE.fullmatch(account):
        return User.objects.filter(mobile=account).first()
    return User.objects.filter(username=account).first()


def user_by_mobile(mobile: str) -> User | None:
    """Whose mobile this is."""
    return User.objects.filter(mobile=mobile).first()


def user_with_session(*, user_id: int, version: int, family_id: UUID | None) -> User | None:
    """The active user whose token says so, if its version and its login still count. One query."""
    users = User.objects.filter(pk=user_id, is_active=True, token_version=version)
    if family_id is not None:
        users = users.filter(refresh_families__pk=family_id, refresh_families__revoked_at__isnull=True)
    return users.first()
