"""What the back office says without refusing: overlaps, small pictures, things in use that are about to go."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from cms.models import CategoryAd
from cms.models.base import MallPage
from cms.models.home import BlocksPage
from cms.selectors.broken import small_pictures
from cms.selectors.overlaps import ads_at_once, blocks_at_once
from cms.selectors.references import Kind, Reference, references_of_ad, references_of_page, uses_of
from shop.catalog.models import Brand, Category, Sku, Spu

#: So many places are named; the rest is a number.
MOST = 10


def _is_whole_page(request: HttpRequest) -> bool:
    """Autosave asks for JSON every few seconds; it has nowhere to show a message."""
    return request.accepts("text/html")


def after_ad_saved(request: HttpRequest, ad: Any) -> None:
    """Says when another ad stands in the same slot at the same time, and when the picture is small."""
    if not isinstance(ad, CategoryAd) or not _is_whole_page(request):
        return
    others = ads_at_once(ad)
    if others:
        names = "、".join(f"“{other.title}”" for other in others[:MOST])
        words = _("同一分类的同一广告位在同一时段还有 %(names)s，将按顺序一起展示")
        messages.warning(request, words % {"names": names})
    _say_small(request, references_of_ad(ad))


def after_page_saved(request: HttpRequest, page: Page) -> None:
    """Says when two blocks fill one slot at the same time, and which pictures are small."""
    if not isinstance(page, MallPage) or not _is_whole_page(request):
        return
    if isinstance(page, BlocksPage):
        for slot, titles in blocks_at_once(page):
            told = {"slot": slot, "names": "、".join(f"“{title}”" for title in titles[:MOST])}
            messages.warning(request, _("广告位“%(slot)s”在同一时段有多个区块：%(names)s，将一起展示") % told)
    if hasattr(page, "body"):
        _say_small(request, references_of_page(page))


def _say_small(request: HttpRequest, references: Iterable[Reference]) -> None:
    small = small_pictures(references)
    if small:
        lines = [(one.reference.place, one.problem) for one in small[:MOST]]
        listed = format_html_join("", "<li>{}：{}</li>", lines)
        messages.warning(request, format_html("{}<ul>{}</ul>{}", _("图片偏小，放大后会模糊："), listed, _rest(small)))


def _rest(rows: Sequence[Any]) -> str:
    return _("……共 %(count)d 处") % {"count": len(rows)} if len(rows) > MOST else ""


def before_delete_page(request: HttpRequest, page: Page) -> None:
    """Says where content links to a page that is about to be deleted, or to one below it."""
    if request.method == "GET":
        below = Page.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True)
        _say_used(request, "page", below)


def say_used(request: HttpRequest, row: Any) -> None:
    """Says where content shows or links to a product, category or brand that is about to be deleted."""
    match row:
        case Spu():
            _say_used(request, "sku", Sku.objects.filter(spu=row).values_list("pk", flat=True))
        case Sku():
            _say_used(request, "sku", [row.pk])
        case Category():
            _say_used(request, "category", [row.pk])
        case Brand():
            _say_used(request, "brand", [row.pk])


def _say_used(request: HttpRequest, kind: Kind, ids: Iterable[int]) -> None:
    if used := used_in(uses_of(kind, ids)):
        messages.warning(request, used)


def used_in(uses: Sequence[Reference]) -> SafeString | None:
    """The places in words, with ways to them; None without any."""
    if not uses:
        return None
    lines = format_html_join(
        "",
        '<li><a href="{}">{} “{}”</a>：{}</li>',
        ((one.where.edit_url, one.where.kind, one.where.title, one.place) for one in uses[:MOST]),
    )
    return format_html("{}<ul>{}</ul>{}", _("正在被以下内容使用，删除后这些位置将不再展示："), lines, _rest(uses))


def picture_size_script() -> SafeString:
    """The script that says at a field that its picture is smaller than the place wants."""
    return format_html(
        '<script src="{}" data-url="{}" data-words="{}" defer></script>',
        static("cms/picture-size.js"),
        reverse("image_sizes"),
        _("这张图片只有 {width} × {height} 像素，小于建议的 {least}，放大后会模糊"),
    )


def late_edits_script() -> SafeString:
    """The script by which an edit made during an autosave is saved and previewed like any other."""
    return format_html('<script src="{}" defer></script>', static("cms/late-edits.js"))


def marketing_css() -> SafeString:
    """The style of these screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/marketing.css"))
