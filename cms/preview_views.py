"""What somebody with a preview link sees: the latest draft of one page, on a phone and on a desk.

The link carries its pass behind the hash, where it reaches neither a server nor a log. The entry page hands it over
by a form; from then on it is a cookie for these pages alone, so no address that is logged, or sent as a Referer,
ever holds it.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.models import Page

from cms.models.base import MallPage
from cms.selectors.passes import Pass, pass_from
from kernel import clock

COOKIE = "preview_pass"

View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """Nobody keeps the answer, lists it, or learns from it where the visitor was."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # The entry's form needs its own origin to be believed; it has nothing secret in its address.
        response["Referrer-Policy"] = "same-origin" if request.path == reverse("cms_preview") else "no-referrer"
        return response

    return answer


@require_http_methods(["GET", "POST"])
@unlisted
def enter(request: HttpRequest) -> HttpResponse:
    """Takes the pass out of the link's hash, or pasted by hand, and goes on to the page."""
    if request.method != "POST":
        return render(request, "cms/preview/enter.html")
    raw = request.POST.get("pass", "").strip().rpartition("#")[2]
    found = _page_pass(raw)
    if found is None:
        return render(request, "cms/preview/enter.html", {"refused": True}, status=403)
    response = redirect("cms_preview_page")
    response.set_cookie(
        COOKIE,
        raw,
        expires=found.expires,
        path=reverse("cms_preview"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
@unlisted
def frame(request: HttpRequest) -> HttpResponse:
    """The page in a frame that is as wide as a phone or a desk."""
    opened = _opened(request)
    if opened is None:
        return render(request, "cms/preview/enter.html", {"refused": True}, status=403)
    found, draft = opened
    return render(request, "cms/preview/frame.html", {"draft": draft, "pass": found})


@require_GET
@xframe_options_sameorigin
@unlisted
def shown(request: HttpRequest) -> HttpResponse:
    """The draft itself, rendered as the editor's preview does."""
    opened = _opened(request)
    if opened is None:
        return render(request, "cms/preview/enter.html", {"refused": True}, status=403)
    found, draft = opened
    request.is_preview = True  # type: ignore[attr-defined]
    with clock.seen_at(found.at) if found.at else nullcontext():
        response: Any = draft.serve_preview(request, "")
        return response.render() if hasattr(response, "render") else response


def _page_pass(raw: str) -> Pass | None:
    found = pass_from(raw)
    return found if found is not None and found.kind == "page" else None


def _opened(request: HttpRequest) -> tuple[Pass, MallPage] | None:
    """What the visitor's pass opens, or None: over, ended, or the page is gone."""
    found = _page_pass(request.COOKIES.get(COOKIE, ""))
    page = Page.objects.filter(pk=found.page_id).first() if found else None
    specific = page.specific if page else None
    if found is None or not isinstance(specific, MallPage):
        return None
    draft: MallPage = specific.get_latest_revision_as_object()
    return found, draft
