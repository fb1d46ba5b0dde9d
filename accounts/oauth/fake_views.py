"""The stand-in's pages: where its user agrees, and where the browser comes back when no storefront is there yet."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.oauth.providers.fake import PERSONAS, FakeProvider, give_code, give_code_that_fails
from accounts.oauth.registry import is_fake, provider

LONGEST_NAME = 20
LONGEST_STATE = 500


def _stand_in(name: str) -> FakeProvider:
    """The stand-in of this name. Raises: Http404 when that platform is real here, or not offered."""
    built = provider(name) if is_fake(name) else None
    if not isinstance(built, FakeProvider):
        raise Http404
    return built


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, name: str) -> HttpResponse:
    """Ask who is there and whether they agree; send the browser back with a code or a refusal."""
    platform = _stand_in(name)
    state = request.GET.get("state", "")
    # The rule that real platforms keep: back to the registered address and nowhere else.
    if request.GET.get("redirect_uri") != platform.redirect_uri or not 0 < len(state) <= LONGEST_STATE:
        page = {"title": platform.title, "wrong": _("redirect_uri 或 state 不正确")}
        return render(request, "accounts/oauth_fake/consent.html", page, status=400)
    if request.method == "GET":
        return render(request, "accounts/oauth_fake/consent.html", {"title": platform.title, "personas": PERSONAS})
    return HttpResponseRedirect(f"{platform.redirect_uri}?{urlencode({**_decided(request, name), 'state': state})}")


def _decided(request: HttpRequest, name: str) -> dict[str, str]:
    """What goes back beside the state."""
    decision = request.POST.get("decision")
    persona = (request.POST.get("other", "").strip() or request.POST.get("persona", ""))[:LONGEST_NAME]
    if decision == "down":
        return {"code": give_code_that_fails(provider=name)}
    if decision != "agree" or not persona or not persona.isprintable():
        return {"error": "access_denied"}
    return {"code": give_code(provider=name, persona=persona)}


@never_cache
@require_GET
def callback(request: HttpRequest, name: str) -> HttpResponse:
    """The page that finishes a login through the API, for a mall whose storefront is not built yet."""
    platform = _stand_in(name)
    return render(request, "accounts/oauth_fake/callback.html", {"title": platform.title, "provider": name})
