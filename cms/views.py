"""What crawlers ask for: robots.txt, sitemaps, and pages as plain HTML at addresses of their own."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.html import escape
from django.views.decorators.http import require_safe

from cms.errors import ContentNotFound
from cms.selectors import page_by_slug, pages_now, site_now
from cms.selectors.addresses import category_path, sku_path
from shop.catalog.selectors import categories_shown, skus_on_sale

#: Addresses in one file; the protocol allows 50,000.
PER_FILE = 20_000
#: Seconds that a crawler's proxy may keep an answer.
KEPT = 3600

#: What is nobody's to index: other people's carts, and answers for programs.
CLOSED = ("/admin/", "/api/", "/cart/", "/documents/", "/login/", "/orders/", "/register/", "/search/", "/user/")

Address = tuple[str, datetime | None]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read, and where the list of pages is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), ""]
    lines += [f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}", ""]
    return _kept(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps: pages and categories, and products by the thousands. One query."""
    files = -(-skus_on_sale().count() // PER_FILE)
    paths = [
        reverse("sitemap_pages"),
        *(reverse("sitemap_products", args=[number]) for number in range(1, files + 1)),
    ]
    entries = "".join(f"<sitemap><loc>{escape(settings.PUBLIC_URL + path)}</loc></sitemap>" for path in paths)
    return _xml("sitemapindex", entries)


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """The homepage, every page that anybody may see now, and every category. The same few queries always."""
    addresses: list[Address] = [("/", None)]
    addresses += [(head.url, head.updated_at) for head in pages_now()]
    addresses += [(category_path(pk), None) for pk in categories_shown().values_list("pk", flat=True)]
    return _xml("urlset", _urls(addresses))


@require_safe
def sitemap_products(request: HttpRequest, number: int) -> HttpResponse:
    """One file of products on sale. One query."""
    start = (number - 1) * PER_FILE
    rows = skus_on_sale().order_by("pk").values_list("pk", "updated_at")[start : start + PER_FILE]
    addresses = [(sku_path(pk), updated_at) for pk, updated_at in rows]
    if not addresses:
        raise Http404
    return _xml("urlset", _urls(addresses))


def _urls(addresses: Iterable[Address]) -> str:
    return "".join(
        f"<url><loc>{escape(settings.PUBLIC_URL + path)}</loc>"
        + (f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else "")
        + "</url>"
        for path, changed in addresses
    )


def _xml(kind: str, entries: str) -> HttpResponse:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'
    )
    return _kept(HttpResponse(body, content_type="application/xml; charset=utf-8"))


def _kept(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=KEPT)
    return response


@require_safe
def plain_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page as plain HTML, whatever draws the rest of the site; its canonical address is the storefront's."""
    try:
        details = page_by_slug(slug)
    except ContentNotFound:
        raise Http404 from None
    around = {"details": details, "page": details.head, "site": site_now().details}
    answer = partial(render, request)
    if details.landing is not None:
        return answer("cms/landing_page.html", {**around, "home": details.landing})
    index = details.head.type == "index"
    return answer("cms/content_index_page.html" if index else "cms/content_page.html", around)
