"""Reads of provinces, cities and districts."""

from typing import TypedDict

from accounts.addressing.errors import AreaNotFound
from accounts.models import Area, AreaList


class AreaNode(TypedDict):
    """An area with everything below it."""

    id: int
    name: str
    subs: list["AreaNode"]


def provinces() -> list[Area]:
    """Every province in force, in code order."""
    return list(Area.objects.filter(is_valid=True, level=Area.Level.PROVINCE).order_by("pk"))


def area_with_children(*, area_id: int) -> AreaNode:
    """An area in force with the areas right below it.

    Raises: AreaNotFound, also for a retired one.
    """
    area = Area.objects.filter(pk=area_id, is_valid=True).first()
    if area is None:
        raise AreaNotFound
    children = Area.objects.filter(parent_id=area.pk, is_valid=True).order_by("pk")
    return {
        "id": area.pk,
        "name": area.name,
        "subs": [{"id": one.pk, "name": one.name, "subs": []} for one in children],
    }


def area_tree() -> list[AreaNode]:
    """Everything in force, as a tree; one query."""
    nodes: dict[int, AreaNode] = {}
    top: list[AreaNode] = []
    rows = Area.objects.filter(is_valid=True).order_by("level", "pk").values_list("pk", "parent_id", "name")
    for pk, parent_id, name in rows:
        node: AreaNode = {"id": pk, "name": name, "subs": []}
        nodes[pk] = node
        if parent_id is None:
            top.append(node)
        elif parent_id in nodes:
            nodes[parent_id]["subs"].append(node)
    return top


def area_stamp() -> str:
    """What tells the areas in force from any others; empty when no list was ever loaded."""
    newest = AreaList.objects.order_by("-loaded_at").first()
    return f"{newest.digest}@{newest.loaded_at.isoformat()}" if newest else ""
