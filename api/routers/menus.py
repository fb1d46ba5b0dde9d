"""What stands around pages: menus, redirects of moved pages, agreements with their versions."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from api.hot import hot
from api.problems import problems
from api.routers.home import Build
from api.schemas.menus import (
    AgreementIn,
    AgreementOut,
    AgreementTextOut,
    MenuOut,
    RedirectIn,
    RedirectOut,
    agreement_out,
)
from cms.errors import ContentNotFound, MenuNotFound, RedirectNotFound
from cms.selectors import next_pages_switch
from cms.selectors.agreements import agreement_text, agreements_now
from cms.selectors.menus import MenuNow, menu_now
from cms.selectors.redirects import redirect_for
from kernel.regions import PAGES

router = Router()
_menu: Build[MenuNow] = Build("menu")


@router.get(
    "/menus/{key}/", response={200: MenuOut, **problems(MenuNotFound)}, operation_id="get_menu", summary="One menu"
)
def get_menu(request: HttpRequest, key: Path[str]) -> Any:
    """A menu by its key (`header`, `footer`); lines that lead nowhere now are left out."""
    return _menu.of(partial(_get_menu, request, key=key), partial(menu_now, key))


@hot(MenuOut, region=PAGES, until=_menu.until)
def _get_menu(request: HttpRequest, key: str) -> Any:
    return _menu.value()


@router.get(
    "/redirects/",
    response={200: RedirectOut, **problems(RedirectNotFound)},
    operation_id="find_redirect",
    summary="Where a path went",
)
def find_redirect(request: HttpRequest, query: Query[RedirectIn]) -> Any:
    """For a storefront that found no page: where it is now, since it was renamed or moved; 404 if it never was."""
    return redirect_for(query.path)


@router.get(
    "/agreements/",
    response={200: list[AgreementOut], **problems()},
    operation_id="list_agreements",
    summary="Agreements in force",
)
@hot(list[AgreementOut], region=PAGES, until=next_pages_switch)
def list_agreements(request: HttpRequest) -> Any:
    """What a buyer accepts when signing up, each with the number of its version."""
    return agreements_now()


@router.get(
    "/agreements/{slug}/",
    response={200: AgreementTextOut, **problems(ContentNotFound)},
    operation_id="get_agreement",
    summary="The text of an agreement",
)
def get_agreement(request: HttpRequest, slug: Path[str], query: Query[AgreementIn]) -> Any:
    """The version in force, or any that was ever public."""
    return agreement_out(agreement_text(slug, version=query.version))
