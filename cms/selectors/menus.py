"""Menus as buyers see them now."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from cms.errors import MenuNotFound
from cms.models import Menu
from cms.selectors.addresses import root_of_site
from cms.selectors.live import PageTimetable
from cms.selectors.reading import Part, Reader
from cms.selectors.rows import Rows, rows_for
from cms.selectors.shapes import Link
from kernel import clock
from shop.catalog.selectors import next_sale_switch


class MenuLine(TypedDict):
    """A line of a menu, with those below it."""

    id: str
    title: str
    url: str
    target: str
    link: Link
    children: list["MenuLine"]


@dataclass(frozen=True, slots=True)
class MenuNow:
    """A menu at one moment, and until when that holds by itself."""

    key: str
    title: str
    items: list[MenuLine]
    until: datetime | None


def menu_now(key: str) -> MenuNow:
    """The menu of this key, without the lines that lead nowhere now. A fixed number of queries.

    Raises: MenuNotFound.
    """
    menu = Menu.objects.filter(key=key).first()
    if menu is None:
        raise MenuNotFound(key=key)
    timetable = PageTimetable(clock.now())
    reader = Reader(timetable.now)
    parts = reader.stream(menu.items)
    rows = rows_for(reader.needs, timetable=timetable, root=root_of_site() if reader.needs.pages else None)
    moments = [
        *reader.needs.switches,
        timetable.next_switch() if reader.needs.pages else None,
        next_sale_switch(timetable.now) if reader.needs.skus else None,
    ]
    return MenuNow(menu.key, menu.title, _lines(parts, rows), min((at for at in moments if at), default=None))


def _lines(parts: list[Part], rows: Rows) -> list[MenuLine]:
    found = []
    for part in parts:
        link = rows.link(part.value["link"])
        title = part.value["title"] or (link["title"] if link else "")
        if link is not None and title:
            below = _lines(part.value.get("children") or [], rows)
            target = part.value["target"] or "_self"
            found.append(MenuLine(id=part.id, title=title, url=link["url"], target=target, link=link, children=below))
    return found
