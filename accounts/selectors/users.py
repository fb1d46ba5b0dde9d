"""Reads of users: is a name taken, who is meant, who is asking."""

import re
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from kernel.prepared import Prepared

_MOBILE = re.compile(r"1[3-9]\d{9}")
#: What the columns hold.
_MOST_ID, _MOST_VERSION = 2**63 - 1, 2**31 - 1


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
    # A prepared statement hands on what no column holds, where the ORM would know that nothing can be found.
    if not (0 < user_id <= _MOST_ID and 0 <= version <= _MOST_VERSION):
        return None
    if family_id is None:
        return next(iter(_by_token(user_id=user_id, version=version)), None)
    return next(iter(_by_login(user_id=user_id, version=version, family_id=family_id)), None)


def _active(*, user_id: int, version: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id, is_active=True, token_version=version).order_by()


def _active_in_login(*, user_id: int, version: int, family_id: UUID) -> QuerySet[User]:
    return _active(user_id=user_id, version=version).filter(
        refresh_families__pk=family_id, refresh_families__revoked_at__isnull=True
    )


# Asked for every request of a buyer.
_by_token = Prepared(_active, user_id=2_000_000_101, version=2_000_000_102)
_by_login = Prepared(_active_in_login, user_id=2_000_000_101, version=2_000_000_102, family_id=UUID(int=103))
