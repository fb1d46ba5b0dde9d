"""What marketers look at: figures of blocks, blocks that point to nothing, sizes of pictures."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from wagtail.admin.menu import MenuItem

from cms.charts import line_chart
from cms.exports import BYTE_ORDER_MARK, neutral
from cms.selectors import figures
from cms.selectors.block_keys import all_places
from cms.selectors.broken import findings
from kernel import money
from media.models import MallImage

SEE_FIGURES = "cms.view_blockfigure"
#: Seeing what content points to takes the right to see ads; whoever edits content has it.
SEE_BROKEN = "cms.view_categoryad"
DAYS = (7, 30, 90)
PER_PAGE = 50
#: Pictures that one question about sizes may name.
MOST_SIZES = 200


class ReportMenuItem(MenuItem):
    """A report that is shown to whoever may read it."""

    def __init__(self, label: Any, name: str, icon: str, permission: str, order: int) -> None:
        super().__init__(label, reverse(name), name=name.replace("_", "-"), icon_name=icon, order=order)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return _may(request, self.permission)


def figures_menu_item() -> MenuItem:
    return ReportMenuItem(gettext_lazy("区块数据"), "block_figures", "history", SEE_FIGURES, 20)


def broken_menu_item() -> MenuItem:
    return ReportMenuItem(gettext_lazy("指向空内容的区块"), "broken_blocks", "warning", SEE_BROKEN, 21)


def _may(request: HttpRequest, permission: str) -> bool:
    user: Any = request.user
    return bool(user.has_perm(permission))


@require_GET
def show_figures(request: HttpRequest) -> HttpResponseBase:
    """Impressions, clicks and orders of every block in some days, with a chart, tests side by side, and a file."""
    if not _may(request, SEE_FIGURES):
        raise PermissionDenied
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and asked.isascii() and int(asked) in DAYS else DAYS[0]
    if request.GET.get("export") == "csv":
        return _file(days)
    rows = figures.report(days=days)
    trend = figures.by_day(days=days)
    chart = line_chart(
        [f"{one.day:%m-%d}" for one in trend],
        [(_("曝光"), [one.impressions for one in trend]), (_("点击"), [one.clicks for one in trend])],
    )
    context = {
        "days": days,
        "choices": DAYS,
        "chart": chart,
        "trend": trend,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        "tests": [row for row in rows if row.verdict],
    }
    return render(request, "cms/marketing/figures.html", context)


def _file(days: int) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_lines(days), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="block-figures-{figures.first_day(days):%Y%m%d}.csv"'
    return response


class _Echo:
    def write(self, text: str) -> bytes:
        return text.encode()


def _lines(days: int) -> Iterator[bytes]:
    """The file, line by line; a title that looks like a formula stays a title."""
    places = all_places()
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow([_("日期"), _("页面"), _("区块"), _("版本"), *_number_names(), _("标识")])
    for row in figures.figures_since(days=days).iterator(chunk_size=1000):
        place = places.get(row.block_key)
        yield writer.writerow(
            [
                row.day.isoformat(),
                neutral(place.page if place else ""),
                neutral(place.label if place else _("已删除")),
                row.variant.upper(),
                row.impressions,
                row.clicks,
                row.visitors,
                row.clickers,
                row.orders,
                money.text(row.amount),
                neutral(row.block_key),
            ]
        )


def _number_names() -> list[str]:
    return [_("曝光"), _("点击"), _("访客"), _("点击访客"), _("下单"), _("下单金额")]


@require_GET
def show_broken(request: HttpRequest) -> HttpResponse:
    """What in content points to nothing, with a way to where it is mended."""
    if not _may(request, SEE_BROKEN):
        raise PermissionDenied
    found = findings()
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        "losses": sum(one.is_loss for one in found),
        "hints": sum(not one.is_loss for one in found),
    }
    return render(request, "cms/marketing/broken.html", context)


@require_GET
def image_sizes(request: HttpRequest) -> JsonResponse:
    """How large these pictures are (``ids``, by commas), for the hints at their fields. One query."""
    asked = request.GET.get("ids", "").split(",")[:MOST_SIZES]
    ids = {int(one) for one in asked if one.isascii() and one.isdecimal() and len(one) < 19}
    rows = MallImage.objects.filter(pk__in=ids).values_list("pk", "width", "height")
    return JsonResponse({str(pk): [width, height] for pk, width, height in rows})


def admin_urls() -> list[URLPattern]:
    """Addresses of these screens."""
    return [
        path("block-figures/", show_figures, name="block_figures"),
        path("broken-blocks/", show_broken, name="broken_blocks"),
        path("image-sizes/", image_sizes, name="image_sizes"),
    ]
