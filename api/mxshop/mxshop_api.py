"""A ShopAPI that refuses in lists of texts by field."""

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from api.mxshop.errors import as_field_errors
from api.shop_api import ShopAPI, View

PREFIX = "/api/mxshop/"


class MxShopAPI(ShopAPI):
    """The same edge as the shop API's, with another shape of failures."""

    failure_type = "application/json"

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = told_as_fields(pattern.callback)
        return patterns, app_name, namespace


def told_as_fields(view: View) -> View:
    """The view, with every problem that it answers as a list of texts by field."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not response.get("Content-Type", "").startswith("application/problem+json"):
            return response
        turned = as_field_errors(response, area=request.path.removeprefix(PREFIX).partition("/")[0])
        if request.method == "HEAD":
            turned.content = b""
        return turned

    # No cookie says who asks, so there is nothing that a foreign form could misuse.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer
