"""The one route of ``bare.py``."""

from django.urls import path
from ninja import NinjaAPI

api = NinjaAPI()


@api.get("/bare/")
def bare(request):
    """The least that a route can do."""
    return {"status": "ok"}


urlpatterns = [path("", api.urls)]
