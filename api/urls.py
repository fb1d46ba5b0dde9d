"""Addresses of the APIs. What no route fits is a problem+json 404, and never a redirect."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from api.api import v1
from api.mxshop.api import mxshop
from api.mxshop.mxshop_api import told_as_fields
from api.problem_pages import problem_list
from api.problems import of_domain_error
from kernel.errors import NotFound


# A POST to an address that does not exist must hear that, not that its CSRF token is missing.
@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """No route has this address; a missing slash at its end counts as another address."""
    return of_domain_error(NotFound())


urlpatterns = [
    path("v1/", v1.urls),
    path("mxshop/", mxshop.urls),
    path("problems/", problem_list, name="problems"),
    re_path(r"^mxshop/", told_as_fields(nothing_here)),
    # Being a route itself, it keeps CommonMiddleware from redirecting an address without its slash.
    re_path(r"^", nothing_here),
]
