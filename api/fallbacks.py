"""When a request fails before or after its view: for the API a problem, for pages Django's own page."""

import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from api import problems
from kernel.errors import Forbidden, Invalid, NotFound

#: Everything under it answers with problem+json.
PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host name that is not ours, for one."""
    if request.path.startswith(PREFIX):
        return problems.of_domain_error(Invalid())
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PREFIX):
        return problems.of_domain_error(Forbidden())
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PREFIX):
        return problems.of_domain_error(NotFound())
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A middleware failed: 507 when it is the storage, else 500; Django has logged it."""
    if not request.path.startswith(PREFIX):
        return defaults.server_error(request)
    failure = sys.exc_info()[1]
    kind: Callable[[], problems.DomainError] = problems.Unexpected
    if isinstance(failure, problems.STORAGE_FAILURES):
        kind = problems.StorageTrouble
    return problems.of_domain_error(kind())
