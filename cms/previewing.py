"""Who shows a draft: the storefront where one is built, else the plain pages.

The storefront stands above this room, so a setting names it by its dotted path.
"""

from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from cms.models.base import MallPage


class Storefront(Protocol):
    """Shows this version of a page, be it a draft, at the moment where the clock stands; None where it cannot."""

    def __call__(self, page: "MallPage", request: HttpRequest) -> HttpResponse | None: ...


def shown_by_storefront(page: "MallPage", request: HttpRequest) -> HttpResponse | None:
    """This version of a page as buyers will see it, or None where only the plain pages can show it."""
    storefront: Storefront = import_string(settings.PREVIEW_STOREFRONT)
    return storefront(page, request)
