"""Access tokens: signed and read by ninja-jwt, bound to the user's token version.

A change of the version (password changed, disabled, logged out everywhere) ends every token at once.
"""

from typing import Any, cast

from ninja_jwt.exceptions import TokenError
from ninja_jwt.tokens import AccessToken

from accounts.models import User


def access_token_for(user: User) -> str:
    """A fresh access token of this user."""
    # Typed by hand: ninja-jwt's decorators hide its classes from mypy.
    token: Any = cast(Any, AccessToken).for_user(user)
    token["ver"] = user.token_version
    return str(token)


def user_of_access_token(raw: str) -> User | None:
    """The active user that this access token speaks for, or None for any token that does not count."""
    try:
        token: Any = cast(Any, AccessToken)(raw)
        user_id = int(token["user_id"])
    except (TokenError, KeyError, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or token.get("ver") != user.token_version:
        return None
    return user
