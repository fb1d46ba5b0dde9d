"""Provinces, cities and districts, for pickers."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from accounts.addressing.errors import AreaNotFound
from accounts.selectors.areas import area_tree, area_with_children, provinces
from api.hot import hot
from api.problems import problems
from api.schemas.areas import AreaOut, AreaTreeOut, AreaWithSubsOut
from api.schemas.base import RowId
from kernel.regions import AREAS

router = Router(tags=["areas"])


@router.get("/", operation_id="list_provinces", response={200: list[AreaOut], **problems()})
@hot(list[AreaOut], region=AREAS)
def list_provinces(request: HttpRequest) -> Any:
    """The provinces."""
    return provinces()


@router.get("/tree/", operation_id="get_area_tree", response={200: list[AreaTreeOut], **problems()})
@hot(list[AreaTreeOut], region=AREAS)
def get_tree(request: HttpRequest) -> Any:
    """All three levels at once, some 200 kB; keep it and ask with its ETag."""
    return area_tree()


@router.get("/{int:area_id}/", operation_id="get_area", response={200: AreaWithSubsOut, **problems(AreaNotFound)})
@hot(AreaWithSubsOut, region=AREAS)
def get_area(request: HttpRequest, area_id: RowId) -> Any:
    """An area and what lies right below it."""
    return area_with_children(area_id=area_id)
