"""Pages of ``{count, next, previous, results}``; 10 rows by default, 100 at the most."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import Field

from api.schemas.base import QueryIn
from kernel.errors import NotFound

DEFAULT = settings.NINJA_PAGINATION_PER_PAGE
MOST = settings.NINJA_PAGINATION_MAX_LIMIT
#: Deeper than this nobody reads, and the database would still have to count its way there.
DEEPEST = 10_000

Row = TypeVar("Row")


class PageNotFound(NotFound):
    code = "page.not_found"
    text = _("没有这一页")
    field = "page"


class PageIn(QueryIn):
    """Which page. Mix into the route's one query schema, so that ``next`` carries its filters along."""

    page: int = Field(1, ge=1, le=DEEPEST, description="from 1")
    page_size: int = Field(DEFAULT, ge=1, le=MOST, description=f"at most {MOST}")


class Page(Schema, Generic[Row]):
    """One page of a list."""

    count: int = Field(description="rows on all pages together")
    next: str | None = Field(description="address of the next page")
    previous: str | None = Field(description="address of the page before")
    results: list[Row]


class Sliceable(Protocol):
    """A queryset, or a list: it can be counted and cut."""

    def count(self) -> int: ...

    def __getitem__(self, item: slice, /) -> Any: ...


def _address(request: HttpRequest, wanted: PageIn, number: int) -> str:
    # From the parsed values: an unknown name in the query must not come back, least of all in kept bytes.
    return f"{settings.PUBLIC_URL}{quote(request.path)}?{wanted.as_query(page=number)}"


def envelope(request: HttpRequest, *, wanted: PageIn, count: int, results: Sequence[Any]) -> dict[str, Any]:
    """The page's answer around rows that were already cut."""
    last = max(1, -(-count // wanted.page_size))
    return {
        "count": count,
        "next": _address(request, wanted, wanted.page + 1) if wanted.page < last else None,
        "previous": _address(request, wanted, min(wanted.page - 1, last)) if wanted.page > 1 else None,
        "results": results,
    }


def paged(
    request: HttpRequest, rows: Sliceable, wanted: PageIn, *, shape: Callable[[Any], Sequence[Any]] = list
) -> dict[str, Any]:
    """Cut one page: one query to count, one to read. ``shape`` makes of its rows what the schema wants.

    Raises: PageNotFound past the end (the first page of an empty list is an empty page).
    """
    count = rows.count()
    start = (wanted.page - 1) * wanted.page_size
    if start >= count and wanted.page > 1:
        raise PageNotFound(page=wanted.page)
    return envelope(request, wanted=wanted, count=count, results=shape(rows[start : start + wanted.page_size]))
