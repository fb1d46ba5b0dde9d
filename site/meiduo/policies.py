"""What browsers may load and do with each part of the mall: the Content-Security-Policy and its neighbours.

A view that sends a policy of its own (the storefront, stored files) keeps it. In no part may a script stand in a page.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Directives = dict[str, Any]

#: The consent page that plays QQ for one person on one machine.
STAND_IN = "/oauth/fake/"


def origin_of(url: str) -> str:
    """Scheme and host, empty for an address on our own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else ""


def store_origin() -> str:
    """Where an object store gives its files out; empty without one."""
    options = settings.STORAGES["default"].get("OPTIONS", {})
    if "custom_domain" in options:
        return origin_of(f"{options.get('url_protocol', 'https:')}//{options['custom_domain']}")
    return origin_of(str(options.get("endpoint_url", "")))


def picture_origins() -> list[str]:
    """Every place of ours that pictures come from, besides the page's own."""
    return sorted({origin_of(settings.PUBLIC_URL), origin_of(settings.MEDIA_URL), store_origin()} - {""})


def of_pages() -> Directives:
    """Plain pages, the back office, and the API's description."""
    return {
        "default-src": [SELF],
        "script-src": [SELF],
        # Wagtail's editors set styles on elements; a style runs nothing.
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:", *picture_origins()],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        # Editors' previews are pages of the shop.
        "frame-src": [SELF, origin_of(settings.PUBLIC_URL) or SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }


def of_data() -> Directives:
    """Answers for programs: should a browser show one, it loads nothing."""
    return {"default-src": [NONE], "base-uri": [NONE], "form-action": [NONE], "frame-ancestors": [NONE]}


class PolicyMiddleware(CSPMiddleware):
    """Sends a policy with every answer that has none."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            # It says nothing of what it stands for, and browsers put its headers on the page that they kept.
            return response
        response = super().process_response(request, response)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            parts.config = of_pages() if is_page else of_data()
            if request.path_info.startswith(STAND_IN) and settings.OAUTH_FAKE:
                # Its form leads back to wherever the login came from, as a real platform's does.
                del parts.config["form-action"]
        return parts
