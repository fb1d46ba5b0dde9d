"""Drafts as buyers will see them: the storefront starts with the draft's answers, and asks for nothing else."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from api.hot import PREVIEW
from api.schemas.home import HomeOut, home_out
from api.schemas.pages import PageOut, page_out
from cms.blocks.audience import PUBLIC
from cms.models import HomePage
from cms.models.base import MallPage
from cms.selectors import blocks_of
from cms.selectors.pages import page_details
from kernel import clock
from meiduo.storefront.answers import V1, Answers
from meiduo.storefront.built import manifest
from meiduo.storefront.heads import Head, home_head, page_head
from meiduo.storefront.views import Context, content_policy, document

#: The path name of a page that has none yet.
NAMELESS = "draft"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the storefront is told of a preview: where the page stands, and the moment, if it is not now."""

    path: str
    at: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page made ready: which file shows it, what it is given, where it stands."""

    file: str
    template: str
    head: Head
    path: str
    context: Context


def shown(page: MallPage, request: HttpRequest) -> HttpResponse | None:
    """This version of a page in the storefront, or None without a build. Nothing of it is kept or counted."""
    built = manifest()
    if built is None:
        return None
    answers = Answers(request)
    drawn = _home(page, request, answers) if isinstance(page, HomePage) else _page(page, answers)
    at = "" if clock.is_real() else clock.now().isoformat()
    context = {
        **drawn.context,
        "preview": Preview(drawn.path, at),
        # Wagtail's bar looks for the page under this name.
        "self": page,
    }
    head = replace(drawn.head, listed=False, linked=[])
    response = HttpResponse(document(request, built.files(drawn.file), head, answers, context, drawn.template))
    response["Content-Security-Policy"] = content_policy(framed=True)
    response["Cache-Control"] = PREVIEW
    return response


def _home(page: HomePage, request: HttpRequest, answers: Answers) -> Drawn:
    # Editors see every block, whomever it is for; the shop as of a moment is what everybody sees.
    audience = None if getattr(request, "is_preview", False) else PUBLIC
    home = answers.give(f"{V1}/home/", HomeOut, home_out(blocks_of(page, audience=audience))).data
    context = {"site": home["site"], "home": home, "categories": answers.categories().data}
    return Drawn("HomePage", "storefront/home.html", home_head(home), "/", context)


def _page(page: Any, answers: Answers) -> Drawn:
    told = page_out(page_details(page))
    if not (told["slug"] and told["url"]):
        told["slug"] = told["slug"] or NAMELESS
        told["url"] = f"/{quote(told['slug'])}/"
    found = answers.give(f"{V1}/pages/{quote(told['slug'], safe='')}/", PageOut, told).data
    site = answers.site().data
    # The shop around the page, as of the same moment.
    answers.categories()
    answers.pages()
    context = {"site": site, "page": found}
    return Drawn("ContentPage", "storefront/page.html", page_head(found, site), found["url"], context)
