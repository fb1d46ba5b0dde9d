"""Who wrote how far: a visitor reads from a replica only what is at least as new as the visitor's own last write.

A visitor is a user with a token, a browser that wrote something (a signed cookie with a random number, as long as
REPLICA_PIN), or both. Each has a mark in Redis: the place in the primary's log after the last write. A mark that is
not there says nothing, and never that nothing was written: it was evicted or lost, or somebody is writing just now.
Then the primary answers, and a mark of this moment is made. Without Redis known visitors stay at the primary.
"""

import logging
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.tokens import claims_of_access_token
from api.auth import bearer_token
from kernel.shared_store import on_redis, redis, redis_key
from meiduo.replicas import PRIMARY, positions

logger = logging.getLogger(__name__)

COOKIE = "wrote"
_SALT = "replicas.wrote"
#: Seconds that a mark is kept; one that is gone costs its visitor a question to the primary.
KEPT = 3600
#: Further than any replica is.
NOWHERE = float("inf")

#: Two answers of one visitor may be ready in any order; the mark only grows.
_RAISE = """
local old = redis.call('GET', KEYS[1])
if not old or tonumber(old) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
"""


def of_user(user_id: int) -> str:
    """The name of this user's mark."""
    return f"wrote:user:{user_id}"


def _of_browser(number: str) -> str:
    return f"wrote:browser:{number}"


def number_of_browser(request: HttpRequest) -> str:
    """The number in the cookie, or nothing: for one that is not ours or has ended, too."""
    raw = request.COOKIES.get(COOKIE, "")
    if not raw:
        return ""
    try:
        return str(signing.loads(raw, salt=_SALT, max_age=settings.REPLICA_PIN))
    except signing.BadSignature:
        return ""


def marks_of(request: HttpRequest) -> tuple[str, ...]:
    """The names of the marks that count for this request; none for somebody who never wrote."""
    names = []
    claims = claims_of_access_token(bearer_token(request))
    if claims is not None:
        names.append(of_user(claims.user_id))
    if number := number_of_browser(request):
        names.append(_of_browser(number))
    return tuple(names)


def needed(names: tuple[str, ...]) -> float:
    """The place that a replica must show before this visitor may read there.

    Raises: nothing of the cache. One that fails, or that we have not got, sends the visitor to the primary.
    """
    if not names:
        return 0
    if not on_redis():
        return NOWHERE
    try:
        known = cache.get_many(names)
        missing = [name for name in names if name not in known]
        if missing:
            here = positions.inserted(connections[PRIMARY])
            for name in missing:
                # Only if there is still none: one that a write made meanwhile may lie further.
                cache.add(name, here, KEPT)
            return NOWHERE
        return max(int(place) for place in known.values())
    except Exception:
        logger.warning("marks of writes cannot be read", exc_info=True)
        return NOWHERE


def begin_write(names: tuple[str, ...]) -> None:
    """A write may come: until its mark is made, the visitor has none, which sends reads to the primary."""
    if not names or not on_redis():
        return
    try:
        cache.delete_many(names)
    except Exception:
        logger.warning("marks of writes cannot be taken away", exc_info=True)


def end_write(request: HttpRequest, response: HttpResponseBase, names: set[str]) -> None:
    """The request wrote: its visitor's mark is at least here, and a browser gets its cookie.

    An answer that shared caches may repeat gets none: it has nothing of one visitor in it.
    """
    if "public" not in response.headers.get("Cache-Control", ""):
        number = number_of_browser(request) or secrets.token_hex(8)
        response.set_cookie(
            COOKIE,
            signing.dumps(number, salt=_SALT),
            max_age=settings.REPLICA_PIN,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        names = {*names, _of_browser(number)}
    if not on_redis() or not names:
        return
    try:
        place = positions.inserted(connections[PRIMARY])
        store: Any = redis()
        for name in names:
            store.eval(_RAISE, 1, redis_key(name), place, KEPT)
    except Exception:
        # Those that were there were taken away before the write.
        logger.warning("marks of writes cannot be made", exc_info=True)
