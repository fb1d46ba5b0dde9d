"""Logins: opened, carried on by a refresh token that works once, ended here or everywhere."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.errors import RefreshRefused
from accounts.models import RefreshFamily, User
from accounts.tokens import (
    access_lifetime,
    access_token_for,
    claims_of_access_token,
    claims_of_refresh_token,
    refresh_token_for,
)
from kernel import clock


@dataclass(frozen=True, slots=True)
class Session:
    """A user with a fresh pair of tokens; ``expires_in`` seconds are left to the access token."""

    user: User
    token: str
    refresh: str
    expires_in: int


def open_session(*, user: User, lifetime: timedelta | None = None) -> Session:
    """A new login of this user, whose access token lives as long as told. One query."""
    family_id = uuid.uuid4()
    refresh, jti = refresh_token_for(user, family_id=family_id)
    RefreshFamily.objects.create(pk=family_id, user=user, current_jti=jti)
    return _session(user, family_id, refresh, lifetime)


def refresh_session(*, refresh: str) -> Session:
    """The login goes on with a new pair; the token given works no more.

    Locks: the login's row; of several at once one wins.
    Raises: RefreshRefused. A token that was replaced before ends the whole login, except the one just
    replaced for a few seconds (``REFRESH_GRACE``): then it is only refused.
    """
    claims = claims_of_refresh_token(refresh)
    if claims is None or claims.family_id is None:
        raise RefreshRefused
    with transaction.atomic():
        family = (
            RefreshFamily.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=claims.family_id, user_id=claims.user_id, revoked_at__isnull=True)
            .first()
        )
        session = None
        if family is not None and family.user.is_active and family.user.token_version == claims.version:
            session = _carried_on(family, jti=claims.jti)
    # Raised out here: inside, the end of a replayed login would roll back with it.
    if session is None:
        raise RefreshRefused
    return session


def _carried_on(family: RefreshFamily, *, jti: str) -> Session | None:
    now = clock.now()
    if jti != family.current_jti:
        just_replaced = jti == family.previous_jti and now - family.used_at < timedelta(seconds=settings.REFRESH_GRACE)
        if not just_replaced:
            RefreshFamily.objects.filter(pk=family.pk).update(revoked_at=now)
        return None
    refresh, fresh_jti = refresh_token_for(family.user, family_id=family.pk)
    RefreshFamily.objects.filter(pk=family.pk).update(current_jti=fresh_jti, previous_jti=jti, used_at=now)
    return _session(family.user, family.pk, refresh)


def close_session(*, refresh: str = "", access: str = "") -> None:
    """This one login is over, access token included; twice is as good as once. Either token will do.

    Raises: RefreshRefused when neither is one of ours.
    """
    claims = (claims_of_refresh_token(refresh) if refresh else None) or (
        claims_of_access_token(access) if access else None
    )
    if claims is None or claims.family_id is None:
        raise RefreshRefused
    RefreshFamily.objects.filter(pk=claims.family_id, user_id=claims.user_id, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )


@transaction.atomic
def close_all_sessions(*, user_id: int) -> None:
    """Every login of this user is over, on every device, at once."""
    User.objects.filter(pk=user_id).update(token_version=F("token_version") + 1)
    RefreshFamily.objects.filter(user_id=user_id, revoked_at__isnull=True).update(revoked_at=clock.now())


def forget_old_sessions() -> int:
    """Drop logins whose refresh token has expired, and return how many rows went. Safe to run twice."""
    lifetime = cast(timedelta, settings.NINJA_JWT["REFRESH_TOKEN_LIFETIME"])
    gone, _per_model = RefreshFamily.objects.filter(used_at__lt=clock.now() - lifetime).delete()
    return gone


def _session(user: User, family_id: uuid.UUID, refresh: str, lifetime: timedelta | None = None) -> Session:
    return Session(
        user=user,
        token=access_token_for(user, family_id=family_id, lifetime=lifetime),
        refresh=refresh,
        expires_in=int((lifetime or access_lifetime()).total_seconds()),
    )
