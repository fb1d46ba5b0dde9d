"""Stored rich text as HTML that is safe anywhere, whoever wrote it: the editor, an import, an API token."""

import re
from html import escape, unescape

import nh3

from cms.selectors.shapes import Link

TAGS = {"p", "br", "hr", "h2", "h3", "h4", "b", "strong", "i", "em", "ul", "ol", "li", "a", "blockquote"}
_LINK = re.compile(r"<a\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_SCHEMES = {"http", "https", "mailto", "tel"}


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def linked_pages(source: str) -> set[int]:
    """Ids of the pages that this rich text links to."""
    return _linked(source, "page")


def linked_documents(source: str) -> set[int]:
    """Ids of the files that this rich text links to."""
    return _linked(source, "document")


def _linked(source: str, kind: str) -> set[int]:
    tags = [_attributes(match) for match in _LINK.findall(source)]
    ids = [tag.get("id", "") for tag in tags if tag.get("linktype") == kind]
    return {int(pk) for pk in ids if pk.isascii() and pk.isdigit() and len(pk) < 19}


def as_html(source: str, *, pages: dict[int, Link], documents: dict[int, str]) -> str:
    """The HTML of this rich text: links to pages nobody may see become plain words, scripts nothing."""

    def address(match: re.Match[str]) -> str:
        tag = _attributes(match[1])
        kind, pk = tag.get("linktype"), tag.get("id", "")
        if kind is None:
            return match[0]
        number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
        page = pages.get(number) if kind == "page" else None
        href = page["url"] if page else documents.get(number) if kind == "document" else None
        return f'<a href="{escape(href)}">' if href else "<a>"

    return nh3.clean(
        _LINK.sub(address, source.replace("\x00", "")),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        clean_content_tags={"script", "style"},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
