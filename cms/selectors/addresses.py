"""Paths of the storefront. A link keeps what it means; only here it becomes an address."""

from urllib.parse import quote, urlencode

from wagtail.models import Page

from cms.models import HomePage


def sku_path(sku_id: int) -> str:
    """Where a product's details are shown."""
    return f"/skus/{sku_id}/"


def category_path(category_id: int) -> str:
    """Where a category's products are shown."""
    return f"/categories/{category_id}/"


def search_path(text: str) -> str:
    """Where what is found for a text is shown."""
    return f"/search/?{urlencode({'text': text})}"


def page_path(page: Page, root: Page | None) -> str | None:
    """Where a page is shown, without asking the cache as Wagtail does; None outside of the site."""
    if root is None or not page.url_path.startswith(root.url_path):
        return None
    return quote("/" + page.url_path[len(root.url_path) :])


def root_of_site() -> HomePage | None:
    """The homepage of the default site, without its blocks."""
    return HomePage.objects.filter(sites_rooted_here__is_default_site=True).defer("body").first()
