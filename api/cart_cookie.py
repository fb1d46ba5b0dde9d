"""The guest's cart in its cookie: signed JSON, never a pickle."""

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from api.session import follow_logins
from shop.cart.guest import GuestCart
from shop.cart.services import merge_guest_cart

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

COOKIE = "cart"
SALT = "guest-cart"
MAX_AGE = 365 * 24 * 3600


def read_cart(request: HttpRequest) -> GuestCart:
    """The cart of this browser; an empty one for a cookie that is not ours, too old, or of another shape."""
    raw = request.COOKIES.get(COOKIE, "")
    if not raw:
        return GuestCart()
    try:
        return GuestCart.from_values(signing.loads(raw, salt=SALT, max_age=MAX_AGE))
    except (signing.BadSignature, ValueError):
        logger.info("cart cookie refused")
        return GuestCart()


def write_cart(response: HttpResponse, cart: GuestCart) -> None:
    """Let the browser keep this cart; an empty one is forgotten."""
    if not cart.lines:
        forget_cart(response)
        return
    response.set_cookie(
        COOKIE,
        signing.dumps(cart.as_values(), salt=SALT, compress=True),
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget_cart(response: HttpResponse) -> None:
    """Make the browser forget its cart."""
    response.delete_cookie(COOKIE, samesite="Lax")


@follow_logins
def move_cart_in(request: HttpRequest, response: HttpResponse, user: "User") -> None:
    """At any login the guest's lines replace the buyer's own of the same SKUs, and the cookie goes."""
    if COOKIE in request.COOKIES:
        merge_guest_cart(user=user, cart=read_cart(request))
        forget_cart(response)
