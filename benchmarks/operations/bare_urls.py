"""One bare Ninja route."""

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

api = NinjaAPI(urls_namespace="bench", docs_url=None, openapi_url=None)


@api.get("/bare/")
def bare(request: HttpRequest) -> dict[str, bool]:
    """As little as a route can do."""
    return {"ok": True}


urlpatterns = [path("bench/", api.urls)]
