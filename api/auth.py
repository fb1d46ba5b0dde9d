"""Who is asking. ``Bearer`` and ``JWT`` are both taken as the prefix."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja.security.http import HttpAuthBase

from accounts.tokens import user_of_access_token
from kernel.errors import NotAuthenticated

if TYPE_CHECKING:
    from accounts.models import User


def bearer_token(request: HttpRequest) -> str:
    """The token of the Authorization header, or an empty text."""
    prefix, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if prefix.lower() in {"bearer", "jwt"} else ""


class Buyer(HttpAuthBase):
    """Lets only a logged-in, active user through; 401 otherwise. ``request.auth`` is the user."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> "User":
        token = bearer_token(request)
        user = user_of_access_token(token) if token else None
        if user is None:
            raise NotAuthenticated
        return user


class Guest:
    """Stands in ``request.auth`` for a visitor without a login."""

    is_authenticated = False
    pk = None


class BuyerOrGuest:
    """Lets everyone through: a bad, expired or literal ``undefined`` token makes a guest, never 401."""

    def __call__(self, request: HttpRequest) -> "User | Guest":
        token = bearer_token(request)
        return (user_of_access_token(token) if token else None) or Guest()


class BuyerRequest(HttpRequest):
    """A request that passed ``Buyer``."""

    auth: "User"


class VisitorRequest(HttpRequest):
    """A request that passed ``BuyerOrGuest``."""

    auth: Any


buyer = Buyer()
buyer_or_guest = BuyerOrGuest()
