"""Content and landing pages."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from api.hot import hot
from api.moments import at_any_moment
from api.pagination import Page, PageNotFound, envelope
from api.problems import problems
from api.routers.home import Build
from api.schemas.pages import PageHeadOut, PageOut, PagesIn, page_out
from cms.errors import ContentNotFound
from cms.selectors import PageDetails, next_pages_switch, page_by_slug, pages_now
from kernel.regions import PAGES

router = Router()
_page: Build[PageDetails] = Build("page")


@router.get(
    "/",
    response={200: Page[PageHeadOut], **problems(PageNotFound)},
    operation_id="list_pages",
    summary="Content and landing pages",
)
@at_any_moment
@hot(Page[PageHeadOut], region=PAGES, until=next_pages_switch)
def list_pages(request: HttpRequest, query: Query[PagesIn]) -> Any:
    """Every page that anybody may see now, parents before children, in the editors' order."""
    heads = [
        head
        for head in pages_now()
        if query.parent in (None, head.parent) and query.type in (None, head.type) and query.kind in (None, head.kind)
    ]
    start = (query.page - 1) * query.page_size
    if start >= len(heads) and query.page > 1:
        raise PageNotFound(page=query.page)
    return envelope(request, wanted=query, count=len(heads), results=heads[start : start + query.page_size])


@router.get(
    "/{slug}/",
    response={200: PageOut, **problems(ContentNotFound)},
    operation_id="get_page",
    summary="One page",
)
@at_any_moment
def get_page(request: HttpRequest, slug: Path[str]) -> Any:
    """A page by its path name: content as HTML and in blocks, SEO and share fields."""
    return _page.of(partial(_get_page, request, slug=slug), partial(page_by_slug, slug))


@hot(PageOut, region=PAGES, until=_page.until)
def _get_page(request: HttpRequest, slug: str) -> Any:
    return page_out(_page.value())
