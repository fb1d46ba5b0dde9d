"""Who is at the other end, as far as our own proxies vouch for it."""

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The address of the last hop that a proxy of ours saw.

    With ``TRUSTED_PROXIES`` = n, each of n proxies appends the address it was called from to
    ``X-Forwarded-For``; the n-th from the right is the client. Whatever stands left of it was
    written by the client and is ignored, and so is the whole header when n is 0 or it is too short.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    if proxies < 1:
        return peer
    hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    return hops[-proxies] if len(hops) >= proxies else peer
