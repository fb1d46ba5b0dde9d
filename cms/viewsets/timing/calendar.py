"""The calendar of everything that is scheduled, a week or a month at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from wagtail.admin.menu import MenuItem

from cms.models import CategoryAd
from cms.selectors.calendar import Bar, Lane, calendar
from cms.selectors.passes import may_see_coming
from cms.selectors.versions import Span
from cms.viewsets.timing.rights import for_who_may_see_coming
from kernel import clock

DAYS = {"week": 7, "month": 35}


class CalendarForm(forms.Form):
    """Which days are shown."""

    start = forms.DateField(required=False)
    span = forms.ChoiceField(choices=[(name, name) for name in DAYS], required=False)
    page = forms.IntegerField(min_value=1, max_value=1000, required=False)


class CalendarMenuItem(MenuItem):
    """To the calendar, for whoever may see what is scheduled."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("内容日历"), reverse("cms_calendar"), name="content-calendar", icon_name="calendar", order=212
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_coming(request.user)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a lane, in percent of the window, in a row of its own below those it would cover."""

    left: float
    width: float
    row: int
    title: str
    times: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A lane as the template draws it."""

    title: str
    bars: list[Piece]
    gaps: list[Piece]
    overlaps: list[Piece]
    rows: int


class Ruler:
    """Turns moments into places."""

    def __init__(self, window: Span) -> None:
        if window.start is None or window.end is None:
            raise ValueError("a ruler begins and ends")
        self.window, self.start, self.end = window, window.start, window.end
        self.length = (self.end - self.start).total_seconds()

    def piece(self, span: Span, *, title: str = "", row: int = 0, url: str = "") -> Piece:
        start, end = max(span.start or self.start, self.start), min(span.end or self.end, self.end)
        left = (start - self.start).total_seconds() / self.length * 100
        width = (end - start).total_seconds() / self.length * 100
        return Piece(round(left, 4), round(width, 4), row, title, times_of(span), url)

    def row(self, lane: Lane) -> Row:
        """The lane with bars that cover each other in rows of their own."""
        free: list[datetime] = []
        bars = []
        for bar in sorted(lane.bars, key=lambda one: (one.span.start or self.start, one.span.end or self.end)):
            start = max(bar.span.start or self.start, self.start)
            row = next((number for number, until in enumerate(free) if until <= start), len(free))
            free[row : row + 1] = [bar.span.end or self.end]
            bars.append(self.piece(bar.span, title=bar.title, row=row, url=editor_of(bar)))
        return Row(
            title=lane.title,
            bars=bars,
            gaps=[self.piece(span) for span in lane.gaps],
            overlaps=[self.piece(span) for span in lane.overlaps],
            rows=max(1, len(free)),
        )


def times_of(span: Span) -> str:
    """From when to when, in the shop's time."""
    start, end = (
        date_format(timezone.localtime(at), "Y-m-d H:i") if at else _("不限") for at in (span.start, span.end)
    )
    return f"{start} → {end}"


def editor_of(bar: Bar) -> str:
    """Where this is edited; a block's editor is its place in the homepage's."""
    if bar.where == "ad":
        return reverse(CategoryAd.snippet_viewset.get_url_name("edit"), args=[bar.object_id])
    address = reverse("wagtailadmin_pages:edit", args=[bar.object_id])
    return f"{address}#block-{bar.key}-section" if bar.key else address


@require_GET
@for_who_may_see_coming
def show_calendar(request: HttpRequest) -> HttpResponse:
    """What is live when, a week from Monday on or five weeks; other days by their address."""
    form = CalendarForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    span, page = asked.get("span") or "week", asked.get("page") or 1
    now = timezone.localtime(clock.now())
    first = _monday(asked.get("start") or now.date())
    window = Span(_midnight(first), _midnight(first + timedelta(days=DAYS[span])))
    ruler = Ruler(window)
    found = calendar(window, page=page)
    context = {
        "span": span,
        "page": page,
        "first": first,
        "last": first + timedelta(days=DAYS[span] - 1),
        "before": first - timedelta(days=DAYS[span]),
        "after": first + timedelta(days=DAYS[span]),
        "today": now.date(),
        "days": [first + timedelta(days=number) for number in range(DAYS[span])],
        "now": ruler.piece(Span(now, now)).left if ruler.start <= now < ruler.end else None,
        "sections": [
            {"title": _("首页"), "rows": [ruler.row(lane) for lane in found.home]},
            {"title": _("分类广告"), "rows": [ruler.row(lane) for lane in found.ads]},
            {"title": _("定时上下线的页面"), "rows": [ruler.row(lane) for lane in found.pages]},
        ],
        "has_more": found.has_more,
    }
    return render(request, "cms/timing/calendar.html", context)


def _monday(day: date) -> date:
    # Far enough from the ends of the calendar that no step leaves it.
    day = min(max(day, date(2000, 1, 3)), date(2100, 1, 1))
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
