"""Blocks of content pages as buyers see them, in values and as HTML."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from cms.selectors import composing
from cms.selectors.addresses import sku_path
from cms.selectors.reading import Part
from cms.selectors.rich_text import as_html
from cms.selectors.rows import Rows
from cms.selectors.shapes import Block
from kernel import money

Value = Mapping[str, Any]


def content_blocks(parts: list[Part], rows: Rows) -> list[Block]:
    """The blocks that have something to show; each with its HTML."""
    return [block for part in parts if (block := _block(part, rows))]


def html_of(blocks: list[Block]) -> str:
    """The whole page's content as one piece of HTML."""
    return "\n".join(block["html"] for block in blocks)


def _block(part: Part, rows: Rows) -> Block | None:
    shown = _KINDS[part.type](part.value, rows)
    return None if shown is None else {"id": part.id, "type": part.type, **shown}


def _heading(value: Value, rows: Rows) -> Block:
    level = 3 if value["level"] == "3" else 2
    # The number comes from the two above, so it is no text of an editor.
    tag = mark_safe(f"h{level}")
    return {"text": value["text"], "level": level, "html": format_html("<{0}>{1}</{0}>", tag, value["text"])}


def _text(value: str, rows: Rows) -> Block | None:
    html = as_html(value, pages=rows.pages, documents=rows.documents)
    return {"html": html} if html else None


def _quote(value: Value, rows: Rows) -> Block:
    source = format_html("<footer>{}</footer>", value["source"]) if value["source"] else ""
    html = format_html("<blockquote><p>{}</p>{}</blockquote>", value["text"], source)
    return {"text": value["text"], "source": value["source"], "html": html}


def _table(value: Value, rows: Rows) -> Block | None:
    columns = [str(column.get("heading") or "") for column in value.get("columns", [])]
    cells = [[str(cell or "") for cell in row.get("values", [])] for row in value.get("rows", [])]
    if not columns:
        return None
    head = format_html_join("", '<th scope="col">{}</th>', ((one,) for one in columns))
    body = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((c,) for c in r)),) for r in cells)
    )
    caption = str(value.get("caption") or "")
    html = format_html(
        "<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        format_html("<caption>{}</caption>", caption) if caption else "",
        head,
        body,
    )
    return {"caption": caption, "columns": columns, "rows": cells, "html": html}


def _question(value: Value, rows: Rows) -> Block:
    answer = as_html(value["answer"], pages=rows.pages, documents=rows.documents)
    html = format_html("<details><summary>{}</summary>{}</details>", value["question"], mark_safe(answer))
    return {"question": value["question"], "answer": answer, "html": html}


def _picture(value: Value, rows: Rows) -> Block | None:
    pictures = rows.pictures.get(value["image"] or 0)
    if pictures is None:
        return None
    html = format_html(
        '<figure><img src="{}" srcset="{} 750w, {} 1920w" alt="{}" loading="lazy">{}</figure>',
        pictures["small"],
        pictures["small"],
        pictures["large"],
        value["alt"],
        format_html("<figcaption>{}</figcaption>", value["caption"]) if value["caption"] else "",
    )
    return {
        "image_url": pictures["large"],
        "images": pictures,
        "alt": value["alt"],
        "caption": value["caption"],
        "html": html,
    }


def _products(value: Value, rows: Rows) -> Block | None:
    cards = composing.products(value, rows)
    if not cards:
        return None
    listed = format_html_join(
        "",
        '<li><a href="{}">{}</a> <span class="price">¥{}</span></li>',
        ((sku_path(card.id), card.name, money.text(card.price)) for card in cards),
    )
    html = format_html('<section class="products"><h3>{}</h3><ul>{}</ul></section>', value["title"], listed)
    return {"title": value["title"], "products": cards, "html": html}


def _columns(value: Value, rows: Rows) -> Block | None:
    columns = [content_blocks(part.value, rows) for part in value["columns"]]
    if not any(columns):
        return None
    html = format_html(
        '<div class="columns">{}</div>',
        format_html_join("", "<div>{}</div>", ((mark_safe(html_of(column)),) for column in columns)),
    )
    return {"columns": columns, "html": html}


_KINDS: Mapping[str, Callable[[Any, Rows], Block | None]] = {
    "heading": _heading,
    "text": _text,
    "quote": _quote,
    "table": _table,
    "question": _question,
    "picture": _picture,
    "products": _products,
    "columns": _columns,
}
