"""The homepage in one call, its parts alone, ads by slot, the site's own details."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from api.auth import VisitorRequest, buyer_or_guest
from api.hot import hot
from api.moments import at_any_moment
from api.problems import problems
from api.schemas.home import AdsIn, BlocksOut, HomeOut, ItemOut, SiteOut, home_out, personal_out
from cms.errors import SlotNotFound
from cms.selectors import (
    AdsNow,
    BlocksNow,
    SiteNow,
    Visitor,
    ads_in_slot,
    home_now,
    personal_blocks,
    site_now,
)
from kernel.regions import HOME, PAGES

router = Router()


class Lasting(Protocol):
    """Something that says until when it holds by itself."""

    @property
    def until(self) -> datetime | None: ...


L = TypeVar("L", bound=Lasting)


class Build(Generic[L]):
    """Lets ``hot`` learn from one build both the answer and its end.

    ``hot`` asks for the end right before it renders, and without the route's arguments; building twice
    would cost every query twice. The route says what is to be built, the first to ask builds it.
    """

    def __init__(self, name: str) -> None:
        self._pending: ContextVar[Callable[[], L] | L] = ContextVar(name)

    def of(self, answer: Callable[[], HttpResponse], make: Callable[[], L]) -> HttpResponse:
        """Answer, building by ``make`` if nothing is kept."""
        token = self._pending.set(make)
        try:
            return answer()
        finally:
            self._pending.reset(token)

    def value(self) -> L:
        """What was built, built now if nobody asked before."""
        pending = self._pending.get()
        if callable(pending):
            pending = pending()
            self._pending.set(pending)
        return pending

    def until(self) -> datetime | None:
        """Until when it holds."""
        return self.value().until


_home: Build[BlocksNow] = Build("home")
_ads: Build[AdsNow] = Build("ads")
_site: Build[SiteNow] = Build("site")


@router.get("/home/", response={200: HomeOut, **problems()}, operation_id="get_home", summary="The homepage")
@at_any_moment
def get_home(request: HttpRequest) -> Any:
    """Everything that the homepage shows now: banners, notices, floors with products, recommended, and the rest.

    `blocks` gives the order of the page; what has a list of its own is only named there.
    """
    return _home.of(partial(_get_home, request), home_now)


@hot(HomeOut, region=HOME, until=_home.until)
def _get_home(request: HttpRequest) -> Any:
    return home_out(_home.value())


@router.get(
    "/home/personal/",
    auth=buyer_or_guest,
    response={200: BlocksOut, **problems()},
    operation_id="get_personal_home",
    summary="The homepage's blocks for this visitor",
)
def get_personal_home(request: VisitorRequest, response: HttpResponse) -> Any:
    """What the homepage shows to this visitor beside what it shows to all; empty unless `personal` is true there.

    Put the blocks of both answers in the order of `position`.
    """
    response["Cache-Control"] = "private, no-store"
    return personal_out(personal_blocks(Visitor(user_id=request.auth.pk)))


@router.get(
    "/banners/", response={200: list[ItemOut], **problems()}, operation_id="list_banners", summary="Banners alone"
)
@at_any_moment
def list_banners(request: HttpRequest) -> Any:
    """The banners of the homepage that are shown now, in order."""
    return _home.of(partial(_list_banners, request), home_now)


@hot(list[ItemOut], region=HOME, until=_home.until)
def _list_banners(request: HttpRequest) -> Any:
    return _home.value().banners


@router.get(
    "/ads/",
    response={200: list[ItemOut], **problems(SlotNotFound)},
    operation_id="list_ads",
    summary="What one slot shows",
)
@at_any_moment
def list_ads(request: HttpRequest, query: Query[AdsIn]) -> Any:
    """What a named place shows now, in order: the homepage's `index_…` places, or a category's."""
    make = partial(ads_in_slot, query.slot, category_id=query.category)
    return _ads.of(partial(_list_ads, request, slot=query.slot, category=query.category), make)


@hot(list[ItemOut], region=HOME, until=_ads.until)
def _list_ads(request: HttpRequest, slot: str, category: int | None) -> Any:
    return _ads.value().ads


@router.get("/site/", response={200: SiteOut, **problems()}, operation_id="get_site", summary="The site's details")
@at_any_moment
def get_site(request: HttpRequest) -> Any:
    """Name, telephone, licence numbers and footer: what stands around every page."""
    return _site.of(partial(_get_site, request), site_now)


@hot(SiteOut, region=PAGES, until=_site.until)
def _get_site(request: HttpRequest) -> Any:
    return _site.value().details
