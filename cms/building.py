"""Blocks in the form they are stored in, for the demo shop, imports and tests.

Every function gives plain data; ``cms.services`` checks it as the editor would.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

Raw = dict[str, Any]


def link(
    *,
    sku: int | None = None,
    category: int | None = None,
    page: int | None = None,
    search: str | None = None,
    url: str | None = None,
) -> Raw:
    """A typed target; exactly one is given."""
    given = {"sku": sku, "category": category, "page": page, "search": search, "url": url}
    chosen = [(kind, value) for kind, value in given.items() if value is not None]
    if len(chosen) != 1:
        raise ValueError("a link has exactly one target")
    kind, value = chosen[0]
    return {"type": kind, "value": value}


def schedule(go_live_at: datetime | None = None, expire_at: datetime | None = None) -> Raw:
    """When something is shown."""
    return {
        "go_live_at": go_live_at.isoformat() if go_live_at else None,
        "expire_at": expire_at.isoformat() if expire_at else None,
    }


def _listed(values: Sequence[Raw]) -> list[Raw]:
    return [{"type": "item", "value": value} for value in values]


def _timed(value: Raw, times: Raw | None) -> Raw:
    return {**value, "schedule": times or schedule()}


def shown_to(block: Raw, who: str, *, tag: int | None = None) -> Raw:
    """This block for some only: ``new``, ``signed_in``, ``tag``, ``web`` or ``app``."""
    return {**block, "value": {**block["value"], "audience": {"who": who, "tag": str(tag) if tag else ""}}}


def variant(*, image: int, title: str, to: Raw, text: str = "", share: int = 50) -> Raw:
    """The other version of a banner, seen by so many of a hundred visitors."""
    return {"image": image, "title": title, "text": text, "link": [to], "share": share}


def banner(
    *,
    image: int,
    title: str,
    to: Raw,
    text: str = "",
    target: str = "_self",
    times: Raw | None = None,
    variants: Sequence[Raw] = (),
) -> Raw:
    """A banner of a carousel. An ad (``AdBlock``) has the same form."""
    value = {"image": image, "title": title, "text": text, "link": [to], "target": target}
    return _timed({**value, "variants": _listed(variants)}, times)


ad = banner


def entry(*, image: int, title: str, to: Raw, target: str = "_self", times: Raw | None = None) -> Raw:
    """A button of the quick entries."""
    return _timed({"image": image, "title": title, "link": [to], "target": target}, times)


def notice(*, title: str, to: Raw | None = None, target: str = "_self", times: Raw | None = None) -> Raw:
    """A line of the notice bar."""
    return _timed({"title": title, "link": [to] if to else [], "target": target}, times)


def text_link(*, title: str, to: Raw, target: str = "_self", times: Raw | None = None) -> Raw:
    """A channel or tag of a floor."""
    return _timed({"title": title, "link": [to], "target": target}, times)


def picked(*sku_ids: int) -> Raw:
    """Products picked by hand."""
    return {"type": "picked", "value": [{"type": "item", "value": pk} for pk in sku_ids]}


def rule(
    *,
    order: str = "newest",
    category: int | None = None,
    brand: int | None = None,
    min_price: Decimal | None = None,
    max_price: Decimal | None = None,
    mark: str = "",
) -> Raw:
    """Products by rule: ``order`` is newest, best_selling or cheapest; ``mark`` is_new, is_hot or is_recommended."""
    return {
        "type": "rule",
        "value": {
            "order": order,
            "category": category,
            "brand": brand,
            "min_price": str(min_price) if min_price is not None else None,
            "max_price": str(max_price) if max_price is not None else None,
            "mark": mark,
        },
    }


def tab(
    *,
    title: str,
    source: Sequence[Raw],
    count: int = 8,
    slot: str = "",
    when_gone: str = "hide",
    times: Raw | None = None,
) -> Raw:
    """A tab of a floor."""
    value = {"title": title, "source": list(source), "count": count, "when_gone": when_gone, "slot": slot}
    return _timed(value, times)


def carousel(*, banners: Sequence[Raw], seconds: int = 5, times: Raw | None = None) -> Raw:
    """Banners that take turns."""
    return {"type": "carousel", "value": _timed({"banners": _listed(banners), "seconds": seconds}, times)}


def notices(*, lines: Sequence[Raw], title: str = "快讯", times: Raw | None = None) -> Raw:
    """A notice bar."""
    return {"type": "notices", "value": _timed({"title": title, "notices": _listed(lines)}, times)}


def entries(*, buttons: Sequence[Raw], times: Raw | None = None) -> Raw:
    """Quick entries."""
    return {"type": "entries", "value": _timed({"entries": _listed(buttons)}, times)}


def ads(*, pictures: Sequence[Raw], title: str = "", slot: str = "", times: Raw | None = None) -> Raw:
    """A row of ads; ``slot`` may be ``index_ytgg``."""
    return {"type": "ads", "value": _timed({"title": title, "ads": _listed(pictures), "slot": slot}, times)}


def floor(
    *,
    title: str,
    category: int,
    tabs: Sequence[Raw],
    logo: int | None = None,
    channels: Sequence[Raw] = (),
    tags: Sequence[Raw] = (),
    pictures: Sequence[Raw] = (),
    slot: str = "",
    times: Raw | None = None,
) -> Raw:
    """A category's floor; ``slot`` may be 1f, 2f or 3f, and then its tabs may name theirs."""
    value = {
        "title": title,
        "category": category,
        "logo": logo,
        "channels": _listed(channels),
        "tags": _listed(tags),
        "ads": _listed(pictures),
        "tabs": _listed(tabs),
        "slot": slot,
    }
    return {"type": "floor", "value": _timed(value, times)}


def products(
    *,
    title: str,
    source: Sequence[Raw],
    count: int = 8,
    more: Raw | None = None,
    when_gone: str = "hide",
    times: Raw | None = None,
) -> Raw:
    """A grid of products."""
    value = {
        "title": title,
        "source": list(source),
        "count": count,
        "when_gone": when_gone,
        "more": [more] if more else [],
    }
    return {"type": "products", "value": _timed(value, times)}


def recommended(
    *,
    title: str = "为你推荐",
    source: Sequence[Raw],
    count: int = 20,
    when_gone: str = "hide",
    times: Raw | None = None,
) -> Raw:
    """The products at the foot of the homepage."""
    value = {"title": title, "source": list(source), "count": count, "when_gone": when_gone}
    return {"type": "recommended", "value": _timed(value, times)}


def countdown(
    *,
    title: str,
    ends_at: datetime,
    source: Sequence[Raw] = (),
    count: int = 8,
    image: int | None = None,
    to: Raw | None = None,
    hide_when_over: bool = True,
    when_gone: str = "hide",
    times: Raw | None = None,
) -> Raw:
    """Products under a running clock."""
    value = {
        "title": title,
        "ends_at": ends_at.isoformat(),
        "hide_when_over": hide_when_over,
        "image": image,
        "link": [to] if to else [],
        "source": list(source),
        "count": count,
        "when_gone": when_gone,
    }
    return {"type": "countdown", "value": _timed(value, times)}


def rich_text(html: str, *, times: Raw | None = None) -> Raw:
    """Words with simple markup."""
    return {"type": "rich_text", "value": _timed({"text": html}, times)}


def spot(*, title: str, x: float, y: float, width: float, height: float, to: Raw, target: str = "_self") -> Raw:
    """A part of a picture, in percent."""
    sides = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
    return {"title": title, **sides, "link": [to], "target": target}


def hotspots(*, image: int, title: str, spots: Sequence[Raw], times: Raw | None = None) -> Raw:
    """A picture with several targets."""
    return {"type": "hotspots", "value": _timed({"image": image, "title": title, "spots": _listed(spots)}, times)}


# -- content pages


def heading(text: str, *, level: int = 2) -> Raw:
    """A heading of a content page."""
    return {"type": "heading", "value": {"text": text, "level": str(level)}}


def text(html: str) -> Raw:
    """Rich text of a content page."""
    return {"type": "text", "value": html}


def quote(words: str, *, source: str = "") -> Raw:
    """Somebody's words."""
    return {"type": "quote", "value": {"text": words, "source": source}}


def question(asked: str, answer: str) -> Raw:
    """A question with its answer in rich text."""
    return {"type": "question", "value": {"question": asked, "answer": answer}}


def picture(*, image: int, alt: str, caption: str = "") -> Raw:
    """A picture of a content page."""
    return {"type": "picture", "value": {"image": image, "alt": alt, "caption": caption}}


def table(*, columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> Raw:
    """A table of short texts."""
    value = {
        "columns": [{"type": "text", "heading": one} for one in columns],
        "rows": [{"values": list(row)} for row in rows],
        "caption": caption,
    }
    return {"type": "table", "value": value}


def product_cards(*, title: str, source: Sequence[Raw], count: int = 4, when_gone: str = "hide") -> Raw:
    """Products that an article speaks of."""
    value = {"title": title, "source": list(source), "count": count, "when_gone": when_gone}
    return {"type": "products", "value": _timed(value, None)}


def columns(*parts: Sequence[Raw]) -> Raw:
    """Columns side by side; each holds headings, texts, pictures and quotes."""
    return {"type": "columns", "value": {"columns": [{"type": "item", "value": list(part)} for part in parts]}}


# -- footer


def footer_link(*, title: str, to: Raw, target: str = "_self") -> Raw:
    """A link of the footer."""
    return {"title": title, "link": [to], "target": target}


def footer_column(*, title: str, links: Sequence[Raw]) -> Raw:
    """A titled column of the footer."""
    return {"type": "column", "value": {"title": title, "links": _listed(links)}}


# -- menus


def menu_item(
    *, to: Raw, title: str = "", target: str = "_self", children: Sequence[Raw] = (), times: Raw | None = None
) -> Raw:
    """A line of a menu; without a title it has its target's."""
    value = {"title": title, "link": [to], "target": target, "children": _listed(children)}
    return {"type": "item", "value": _timed(value, times)}


def menu_child(*, to: Raw, title: str = "", target: str = "_self", times: Raw | None = None) -> Raw:
    """A line below another."""
    return _timed({"title": title, "link": [to], "target": target}, times)
