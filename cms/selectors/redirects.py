"""Where a page went: for storefronts that draw pages themselves."""

from dataclasses import dataclass

from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect

from cms.errors import RedirectNotFound
from cms.selectors.addresses import page_path, root_of_site
from cms.validators import is_safe_address


@dataclass(frozen=True, slots=True)
class Moved:
    """The new place of a path."""

    url: str
    permanent: bool


def redirect_for(path: str) -> Moved:
    """Where this path leads now; an entry of the default site goes before one of all sites. Three queries.

    Raises: RedirectNotFound, also when the target is gone or not safe.
    """
    root = root_of_site()
    if root is None or "\x00" in path or not path.startswith("/"):
        raise RedirectNotFound(path=path)
    rows = Redirect.objects.filter(
        Q(site__is_default_site=True) | Q(site=None), old_path=Redirect.normalise_path(path)
    ).select_related("redirect_page")
    found = min(rows, key=lambda row: row.site_id is None, default=None)
    if found is None:
        raise RedirectNotFound(path=path)
    if found.redirect_page is not None:
        below = found.redirect_page_route_path or ""
        url = (page_path(found.redirect_page, root) or "").rstrip("/") + (below or "/")
    else:
        url = found.redirect_link
    if not url or not is_safe_address(url):
        raise RedirectNotFound(path=path)
    return Moved(url=url, permanent=bool(found.is_permanent))
