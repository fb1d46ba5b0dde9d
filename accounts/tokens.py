"""API tokens: signed and read by ninja-jwt with a key of their own, one algorithm, issuer and audience.

Both kinds carry the user's token version and the login (family) they belong to. A change of the version
(password changed, disabled, logged out everywhere) or the end of the login ends them at once, because
every request asks the database, in the one query that reads the user.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from ninja_jwt.exceptions import TokenError
from ninja_jwt.tokens import AccessToken, RefreshToken

from accounts.models import User
from accounts.selectors.users import user_with_session

#: A token is never longer; more is not worth looking at.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, already verified."""

    user_id: int
    version: int
    family_id: UUID | None
    jti: str


def access_token_for(user: User, *, family_id: UUID | None = None, lifetime: timedelta | None = None) -> str:
    """A fresh access token of this user, of this login if told."""
    return _signed(AccessToken, user, family_id=family_id, lifetime=lifetime)[0]


def refresh_token_for(user: User, *, family_id: UUID) -> tuple[str, str]:
    """A fresh refresh token of this login, and its id."""
    return _signed(RefreshToken, user, family_id=family_id)


def claims_of_refresh_token(raw: str) -> Claims | None:
    """What this refresh token says, or None for anything that is not one of ours."""
    claims = _claims(RefreshToken, raw)
    return claims if claims is not None and claims.family_id is not None else None


def claims_of_access_token(raw: str) -> Claims | None:
    """What this access token says, or None for anything that is not one of ours."""
    return _claims(AccessToken, raw)


def user_of_access_token(raw: str) -> User | None:
    """The active user that this access token speaks for, or None for any token that does not count."""
    claims = _claims(AccessToken, raw)
    if claims is None:
        return None
    return user_with_session(user_id=claims.user_id, version=claims.version, family_id=claims.family_id)


def access_lifetime() -> timedelta:
    """How long an access token lives."""
    return cast(timedelta, cast(Any, AccessToken).lifetime)


def _signed(
    kind: object, user: User, *, family_id: UUID | None = None, lifetime: timedelta | None = None
) -> tuple[str, str]:
    # Typed by hand: ninja-jwt's decorators hide its classes from mypy.
    token: Any = cast(Any, kind).for_user(user)
    token["ver"] = user.token_version
    if family_id is not None:
        token["fam"] = family_id.hex
    if lifetime is not None:
        token.set_exp(lifetime=lifetime)
    return str(token), str(token["jti"])


def _claims(kind: object, raw: str) -> Claims | None:
    if len(raw) > LONGEST:
        return None
    try:
        token: Any = cast(Any, kind)(raw)
        family = token.get("fam")
        return Claims(
            user_id=int(token["user_id"]),
            version=int(token["ver"]),
            family_id=UUID(family) if family is not None else None,
            jti=str(token["jti"]),
        )
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        return None
