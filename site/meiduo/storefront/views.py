"""The HTML in which the storefront starts, with what its first view shows. Without a build: the plain content pages."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pydantic import ValidationError
from wagtail.views import serve

from api import fallbacks
from api.compression import takes_gzip
from api.hot import PREVIEW, REVALIDATE
from kernel import clock
from kernel.errors import DomainError, NotFound
from meiduo.policies import picture_origins
from meiduo.storefront.answers import Answers
from meiduo.storefront.built import PREFIX, Files, Manifest, manifest, own_paths
from meiduo.storefront.heads import Head, category_head, home_head, page_head, sku_head
from meiduo.storefront.memory import PageMemory

#: Parts of the mall that are not the storefront: their 404s stay their own.
NOT_OURS = ("/api/", "/admin/", "/static/", "/media/", "/documents/", "/preview/", "/oauth/fake/", "/payment/")

Context = dict[str, Any]

#: Bytes of rendered pages that one process remembers.
_memory = PageMemory(32 * 1024 * 1024)


def shell(
    request: HttpRequest,
    built: Manifest,
    *,
    page: str | None,
    answers: Answers,
    make: Callable[[], tuple[Head, Context]],
    template: str = "storefront/shell.html",
    status: int = 200,
) -> HttpResponse:
    """One page's HTML: head, first content, the answers that its first view would ask for.

    ``make`` reads nothing but the answers and the address: a page whose answers did not change is not made again.
    """
    files = built.files(page)

    def rendered() -> bytes:
        head, context = make()
        return document(request, files, head, answers, context, template)

    parts = [
        template,
        request.get_full_path(),
        get_language() or "",
        settings.PUBLIC_URL,
        files.script,
        *files.preloads,
    ]
    plain, packed = _memory.page([*parts, *answers.raw, *answers.raw.values()], rendered)
    is_packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(packed if is_packed else plain, status=status)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Content-Security-Policy"] = content_policy()
    response["Cache-Control"] = REVALIDATE if clock.is_real() else PREVIEW
    return response


def document(
    request: HttpRequest, files: Files, head: Head, answers: Answers, context: Context, template: str
) -> bytes:
    """The HTML itself."""
    values = {
        "files": files,
        "icon": f"{settings.STATIC_URL}{PREFIX}icon.svg",
        "head": head,
        "linked": [mark_safe(_in_script(one)) for one in head.linked],  # escaped for a script
        "answers": [(address, mark_safe(body)) for address, body in answers.scripts],  # likewise
        **context,
    }
    return render_to_string(template, values, request).encode()


def _in_script(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def content_policy(*, framed: bool = False) -> str:
    """What a page may load: our own files and pictures, and no script that stands in the page.

    ``framed``: a page of ours may show it in a frame, as editors' previews are; the shop itself stands in none.
    """
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' {' '.join(picture_origins())}".rstrip(),
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'" if framed else "frame-ancestors 'none'",
        ]
    )


def _page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Serve a page of the storefront where it is built, else what Wagtail has at this address."""

    @require_safe
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        built = manifest()
        if built is None or request.path.startswith(NOT_OURS):
            plain: HttpResponseBase = serve(request, request.path.lstrip("/"))
            return plain
        answers = Answers(request)
        try:
            return view(request, built, answers, **arguments)
        except NotFound:
            return _missing(request, built)

    return answer


def _missing(request: HttpRequest, built: Manifest) -> HttpResponse:
    answers = Answers(request)
    site = answers.site()

    def make() -> tuple[Head, Context]:
        return Head(f"{_('没有找到这个页面')} - {site.data['name']}", listed=False), {"site": site.data}

    return shell(
        request, built, page="ContentPage", answers=answers, make=make, template="storefront/missing.html", status=404
    )


@_page
def home(request: HttpRequest, built: Manifest, answers: Answers) -> HttpResponse:
    """The homepage."""
    found, categories = answers.home(), answers.categories()

    def make() -> tuple[Head, Context]:
        context = {"site": found.data["site"], "home": found.data, "categories": categories.data}
        return home_head(found.data), context

    return shell(request, built, page="HomePage", answers=answers, make=make, template="storefront/home.html")


@_page
def category(request: HttpRequest, built: Manifest, answers: Answers, category_id: int) -> HttpResponse:
    """A category with the first page of its products."""
    found, site, ads = answers.category(category_id), answers.site(), answers.ads(category_id)
    # A filtered list is the visitor's own: it is fetched when the page is there.
    listing = None if request.GET else answers.listing(category=category_id)

    def make() -> tuple[Head, Context]:
        rows = listing.data["results"] if listing else []
        context = {"site": site.data, "category": found.data, "ad": next(iter(ads.data), None), "rows": rows}
        return category_head(found.data, site.data), context

    return shell(request, built, page="CategoryPage", answers=answers, make=make, template="storefront/category.html")


@_page
def sku(request: HttpRequest, built: Manifest, answers: Answers, sku_id: int) -> HttpResponse:
    """A product."""
    found, site = answers.sku(sku_id), answers.site()

    def make() -> tuple[Head, Context]:
        return sku_head(found.data, site.data), {"site": site.data, "sku": found.data}

    return shell(request, built, page="SkuPage", answers=answers, make=make, template="storefront/sku.html")


@_page
def search(request: HttpRequest, built: Manifest, answers: Answers) -> HttpResponse:
    """What is found for a text; nothing that search engines should keep."""
    site = answers.site()
    text = request.GET.get("text", "").strip()
    found = None
    if text and set(request.GET) == {"text"}:
        # What is wrong with the question, the page will hear and tell itself.
        with suppress(DomainError, ValidationError):
            found = answers.listing(text=text)

    def make() -> tuple[Head, Context]:
        title = _("“%(text)s”的搜索结果") % {"text": text} if text else _("搜索")
        rows = found.data["results"] if found else []
        head = Head(f"{title} - {site.data['name']}", listed=False)
        return head, {"site": site.data, "title": title, "text": text, "rows": rows}

    return shell(request, built, page="SearchPage", answers=answers, make=make, template="storefront/search.html")


@_page
def other(request: HttpRequest, built: Manifest, answers: Answers, path: str = "") -> HttpResponse:
    """A page of the application alone (cart, login, …), else what editors published here, else 404."""
    if any(own.match(request.path) for own in own_paths()):
        return _application(request, built, answers)
    slug = path.rstrip("/").rpartition("/")[2]
    found = answers.page(slug)
    if found.data["url"] != quote(request.path):
        raise NotFound
    site = answers.site()

    def make() -> tuple[Head, Context]:
        return page_head(found.data, site.data), {"site": site.data, "page": found.data}

    return shell(request, built, page="ContentPage", answers=answers, make=make, template="storefront/page.html")


def _application(request: HttpRequest, built: Manifest, answers: Answers) -> HttpResponse:
    site = answers.site()

    def make() -> tuple[Head, Context]:
        return Head(site.data["name"], listed=request.path == "/categories/"), {"site": site.data}

    return shell(request, built, page=_page_name(request.path), answers=answers, make=make)


def _page_name(path: str) -> str | None:
    """The file of an application's page that stands right below the root."""
    name = re.fullmatch(r"/(\w+)/", path)
    return f"{name[1].capitalize()}Page" if name else None


def no_such_file(request: HttpRequest) -> HttpResponse:
    """Static files are answered before Django is asked: what comes here is not there."""
    raise Http404


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The storefront's own page for an address that is nobody's; a problem for the API, Django's page elsewhere."""
    built = manifest()
    if built is None or request.path.startswith(NOT_OURS):
        return fallbacks.page_not_found(request, exception)
    return _missing(request, built)
