"""Redirects of moved pages, where pages are."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware

#: The API answers 404 itself; looking up a redirect would cost each of its 404s two queries, and turn it into an
#: error page when the database is away.
NOT_PAGES = ("/api/", "/static/", "/livez", "/readyz")


class PageRedirectMiddleware(RedirectMiddleware):
    """Wagtail's, for pages only."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(NOT_PAGES):
            return response
        redirected: HttpResponseBase = super().process_response(request, response)
        return redirected
