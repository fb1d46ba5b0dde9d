"""What was read, put together with its rows into what buyers see. What points to nothing is left out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cms.blocks.products import WhenGone
from cms.selectors.reading import Part
from cms.selectors.rich_text import as_html
from cms.selectors.rows import Rows
from cms.selectors.shapes import Block, Item, Split, Spot, Tab
from shop.catalog.selectors import SkuCard

Value = Mapping[str, Any]


def item(part: Part, rows: Rows, *, needs_link: bool = True) -> Item | None:
    """A banner, notice, ad, entry or text link; None when its picture is gone or it leads nowhere."""
    value: Value = part.value
    pictures = None
    if "image" in value:
        pictures = rows.pictures.get(value["image"] or 0)
        if pictures is None:
            return None
    link = rows.link(value["link"])
    if link is None and needs_link:
        return None
    return Item(
        id=part.id,
        title=value["title"],
        image_url=pictures["large"] if pictures else None,
        images=pictures,
        url=link["url"] if link else None,
        text=value.get("text") or "",
        target=value["target"] or "_self",
        link=link,
        split=_split(part, rows),
    )


def _split(part: Part, rows: Rows) -> Split | None:
    """The other version; one without a picture or a target is no version, and the first is shown to all."""
    for variant in part.value.get("variants") or ():
        value: Value = variant.value
        pictures = rows.pictures.get(value["image"] or 0)
        link = rows.link(value["link"])
        if pictures is not None and link is not None:
            return Split(
                key=part.id,
                share=min(max(value["share"] or 50, 0), 100),
                title=value["title"],
                image_url=pictures["large"],
                images=pictures,
                url=link["url"],
                text=value["text"],
                link=link,
            )
    return None


def items(parts: list[Part], rows: Rows, *, need_link: bool = True) -> list[Item]:
    """Those that are shown."""
    return [shown for part in parts if (shown := item(part, rows, needs_link=need_link))]


def products(value: Value, rows: Rows) -> list[SkuCard]:
    """The cards of a product block."""
    hide = value["when_gone"] != WhenGone.SHOW
    return rows.cards(value["source"], count=value["count"] or 0, hide_gone=hide)


def _carousel(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    banners = items(value["banners"], rows)
    return {"seconds": value["seconds"] or 5, "banners": banners} if banners else None


def _notices(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    # News without a target is still news.
    notices = items(value["notices"], rows, need_link=False)
    return {"title": value["title"], "notices": notices} if notices else None


def _entries(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    entries = items(value["entries"], rows)
    return {"entries": entries} if entries else None


def _ads(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    ads = items(value["ads"], rows)
    return {"title": value["title"], "slot": value["slot"], "ads": ads} if ads else None


def _tab(part: Part, rows: Rows) -> Tab:
    return Tab(
        id=part.id, title=part.value["title"], slot=part.value["slot"] or "", products=products(part.value, rows)
    )


def _floor(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    category = rows.categories.get(value["category"] or 0)
    tabs = [tab for part in value["tabs"] if (tab := _tab(part, rows))["products"]]
    floor = {
        "title": value["title"],
        "slot": value["slot"] or "",
        "category": category,
        "logo": _logo(part, rows),
        "channels": items(value["channels"], rows),
        "tags": items(value["tags"], rows),
        "ads": items(value["ads"], rows),
        "tabs": tabs,
    }
    return floor if tabs or floor["ads"] or floor["channels"] else None


def _logo(part: Part, rows: Rows) -> Item | None:
    value: Value = part.value
    pictures = rows.pictures.get(value["logo"] or 0)
    if pictures is None:
        return None
    category = rows.categories.get(value["category"] or 0)
    return Item(
        id=f"{part.id}-logo",
        title=value["title"],
        image_url=pictures["large"],
        images=pictures,
        url=category["url"] if category else None,
        text="",
        target="_self",
        link={"type": "category", "id": category["id"], "url": category["url"], "title": category["name"]}
        if category
        else None,
        split=None,
    )


def _products(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    cards = products(value, rows)
    return {"title": value["title"], "more": rows.link(value["more"]), "products": cards} if cards else None


def _recommended(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    cards = products(value, rows)
    return {"title": value["title"], "products": cards} if cards else None


def _countdown(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    ends_at = value["ends_at"]
    if ends_at is None or (ends_at <= now and value["hide_when_over"]):
        return None
    return {
        "title": value["title"],
        "ends_at": ends_at,
        "images": rows.pictures.get(value["image"] or 0),
        "link": rows.link(value["link"]),
        "products": products(value, rows),
    }


def _rich_text(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    html = as_html(value["text"], pages=rows.pages, documents=rows.documents)
    return {"html": html} if html else None


def _spot(part: Part, rows: Rows) -> Spot | None:
    value: Value = part.value
    link = rows.link(value["link"])
    if link is None:
        return None
    return Spot(
        id=part.id,
        title=value["title"],
        x=float(value["x"] or 0),
        y=float(value["y"] or 0),
        width=float(value["width"] or 0),
        height=float(value["height"] or 0),
        url=link["url"],
        target=value["target"] or "_self",
        link=link,
    )


def _hotspots(part: Part, rows: Rows, now: datetime) -> Block | None:
    value: Value = part.value
    pictures = rows.pictures.get(value["image"] or 0)
    spots = [spot for part in value["spots"] if (spot := _spot(part, rows))]
    if pictures is None:
        return None
    return {"title": value["title"], "image_url": pictures["large"], "images": pictures, "spots": spots}


_KINDS: Mapping[str, Callable[[Part, Rows, datetime], Block | None]] = {
    "carousel": _carousel,
    "notices": _notices,
    "entries": _entries,
    "ads": _ads,
    "floor": _floor,
    "products": _products,
    "recommended": _recommended,
    "countdown": _countdown,
    "rich_text": _rich_text,
    "hotspots": _hotspots,
}


def block(part: Part, rows: Rows, now: datetime) -> Block | None:
    """One block as buyers see it, or None when nothing of it is left."""
    shown = _KINDS[part.type](part, rows, now)
    if shown is None:
        return None
    placed = {"id": part.id, "type": part.type, "position": part.place, "audience": part.value["audience"]["who"]}
    return {**placed, **shown}
