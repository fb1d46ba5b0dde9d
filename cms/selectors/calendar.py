"""What is live when: the homepage's places, category ads and pages on one line of time, with gaps and overlaps.

Four queries and the categories' names, whatever is scheduled.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms import slots
from cms.models import CategoryAd, HomePage
from cms.selectors.reading import moment
from cms.selectors.versions import Raw, Span, Version, scheduled, stream_of, versions_of
from shop.catalog.models import Category

#: Lines of one page of the calendar.
LANES = 30

Where = Literal["home", "ad", "page"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that is shown for a time; ``where`` and ``key`` say what its editor opens."""

    title: str
    span: Span
    where: Where
    object_id: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One place and everything that is shown there; ``wants_one`` places have gaps, ``takes_one`` places overlaps."""

    title: str
    bars: list[Bar]
    wants_one: bool = False
    takes_one: bool = False
    gaps: list[Span] = field(default_factory=list)
    overlaps: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Lanes by section; ads and pages a page at a time."""

    home: list[Lane]
    ads: list[Lane]
    pages: list[Lane]
    has_more: bool


def calendar(window: Span, *, page: int = 1) -> Calendar:
    """Everything that touches the window (whose sides are both closed), its ads and pages by the page."""
    if window.start is None or window.end is None:
        raise ValueError("a calendar begins and ends")
    coming_pages, coming_ads = scheduled(window.end)
    home = HomePage.objects.filter(sites_rooted_here__is_default_site=True).first()
    ads = _ad_lanes(window, coming_ads)
    pages = _page_lanes(window, coming_pages, home)
    cut = slice((page - 1) * LANES, page * LANES)
    return Calendar(
        home=[_marked(lane, window) for lane in _home_lanes(home, coming_pages)] if home else [],
        ads=[_marked(lane, window) for lane in ads[cut]],
        pages=[_marked(lane, window) for lane in pages[cut]],
        has_more=max(len(ads), len(pages)) > page * LANES,
    )


# -- the homepage


def _home_lanes(home: HomePage, coming: Mapping[int, list[tuple[datetime, Raw]]]) -> list[Lane]:
    live = (Span(home.go_live_at, home.expire_at), {"title": home.title, "body": home.body.get_prep_value()})
    versions = list(versions_of(home.pk, live if home.live else None, coming.get(home.pk, [])))
    lanes = {
        "versions": Lane(_("整页版本"), [_version_bar(one, "home") for one in versions], wants_one=True),
        slots.CAROUSEL: Lane(_("轮播图"), [], wants_one=True),
        slots.NOTICES: Lane(_("快讯"), [], wants_one=True),
        slots.PAGE_HEAD: Lane(_("页头广告"), [], wants_one=True),
        "blocks": Lane(_("定时的区块"), []),
    }
    for version in versions:
        for block in stream_of(version.fields, "body"):
            _add_block(lanes, block, version)
    return [replace(lane, bars=_joined(lane.bars)) for lane in lanes.values()]


def _add_block(lanes: dict[str, Lane], block: Raw, version: Version) -> None:
    value = block.get("value") or {}
    kind = HomePage.body.field.stream_block.child_blocks.get(block.get("type"))
    span = _scheduled_span(value, version.span)
    if kind is None or span is None or not isinstance(value, dict):
        return
    name = str(value.get("title") or kind.label)
    if span != version.span:
        # Most blocks are there as long as their version is; only those with times of their own are news.
        lanes["blocks"].bars.append(Bar(name, span, "home", version.object_id, str(block.get("id") or "")))
    items, lane = _items_of(block["type"], value)
    if lane is None:
        return
    key = lane if lane in lanes else f"{lane}:{block.get('id')}"
    lanes.setdefault(key, Lane(f"{name} · {_('广告')}", []))
    for item in items:
        inner = item.get("value") or {}
        shown = _scheduled_span(inner, span)
        if shown is not None:
            title = str(inner.get("title") or "")
            lanes[key].bars.append(Bar(title, shown, "home", version.object_id, str(item.get("id") or "")))


def _items_of(kind: str, value: Raw) -> tuple[list[Raw], str | None]:
    """What stands in a block, and the place that it fills."""
    match kind:
        case "carousel":
            return value.get("banners") or [], slots.CAROUSEL
        case "notices":
            return value.get("notices") or [], slots.NOTICES
        case "ads":
            return value.get("ads") or [], slots.PAGE_HEAD if value.get("slot") == slots.PAGE_HEAD else "ads"
        case "floor" if value.get("ads"):
            return value["ads"], "ads"
    return [], None


def _scheduled_span(value: Any, around: Span) -> Span | None:
    times = (value.get("schedule") if isinstance(value, dict) else None) or {}
    return Span(moment(times.get("go_live_at")), moment(times.get("expire_at"))).within(around)


def _joined(bars: Iterable[Bar]) -> list[Bar]:
    """What one version shows and the next goes on showing is one bar."""
    found: list[Bar] = []
    last: dict[tuple[str, str], int] = {}
    for bar in bars:
        place = last.get((bar.key, bar.title))
        if bar.key and place is not None and found[place].span.end == bar.span.start and bar.span.start:
            found[place] = replace(bar, span=Span(found[place].span.start, bar.span.end))
            continue
        last[bar.key, bar.title] = len(found)
        found.append(bar)
    return found


def _version_bar(version: Version, where: Where) -> Bar:
    return Bar(str(version.fields.get("title") or ""), version.span, where, version.object_id)


# -- category ads


def _ad_lanes(window: Span, coming: Mapping[int, list[tuple[datetime, Raw]]]) -> list[Lane]:
    rows = CategoryAd.objects.filter(Q(live=True) | Q(pk__in=coming)).values(
        "pk", "live", "go_live_at", "expire_at", "category_id", "slot", "title"
    )
    places: dict[tuple[int, str], list[Bar]] = {}
    for row in rows:
        live = {"category": row["category_id"], "slot": row["slot"], "title": row["title"]}
        span = Span(row["go_live_at"], row["expire_at"])
        for version in versions_of(row["pk"], (span, live) if row["live"] else None, coming.get(row["pk"], [])):
            if version.span.within(window) is not None:
                place = int(version.fields["category"]), str(version.fields["slot"])
                places.setdefault(place, []).append(_version_bar(version, "ad"))
    names = _names({category for category, _slot in places})
    labels = dict(slots.CATEGORY_CHOICES)
    lanes = [
        Lane(f"{names.get(category, '')} · {labels.get(slot, slot)}", bars, wants_one=True, takes_one=True)
        for (category, slot), bars in places.items()
    ]
    return sorted(lanes, key=lambda lane: lane.title)


def _names(ids: Iterable[int]) -> dict[int, str]:
    """Categories with their parents: the same name stands in several."""
    rows = Category.objects.filter(pk__in=ids).values_list("pk", "name", "parent__name")
    return {pk: f"{parent} › {name}" if parent else name for pk, name, parent in rows}


# -- pages


def _page_lanes(window: Span, coming: Mapping[int, list[tuple[datetime, Raw]]], home: HomePage | None) -> list[Lane]:
    timed = Q(live=True) & (Q(expire_at__isnull=False) | Q(go_live_at__isnull=False))
    rows = Page.objects.filter(timed | Q(pk__in=coming)).exclude(pk=home.pk if home else None).order_by("path")
    lanes = []
    for row in rows.values("pk", "live", "go_live_at", "expire_at", "title"):
        live = (Span(row["go_live_at"], row["expire_at"]), {"title": row["title"]})
        bars = [
            _version_bar(version, "page")
            for version in versions_of(row["pk"], live if row["live"] else None, coming.get(row["pk"], []))
            if version.span.within(window) is not None
        ]
        if bars:
            lanes.append(Lane(row["title"], bars))
    return lanes


# -- gaps and overlaps


def _marked(lane: Lane, window: Span) -> Lane:
    """The lane with what of it touches the window, and what is missing or too much there."""
    bars = [bar for bar in lane.bars if bar.span.within(window) is not None]
    counted = list(_counts([bar.span.within(window) or window for bar in bars], window))
    return replace(
        lane,
        bars=bars,
        gaps=[span for span, count in counted if count == 0] if lane.wants_one else [],
        overlaps=[span for span, count in counted if count > 1] if lane.takes_one else [],
    )


def _counts(spans: list[Span], window: Span) -> Iterator[tuple[Span, int]]:
    """The window in stretches during which equally many of these are shown."""
    changes: dict[datetime, int] = {}
    for span in spans:
        for at, step in ((span.start, 1), (span.end, -1)):
            if at is not None:
                changes[at] = changes.get(at, 0) + step
    since, count = window.start, 0
    for at, step in sorted(changes.items()):
        if since is not None and at > since:
            yield Span(since, at), count
            since = at
        count += step
    if since is not None and window.end is not None and since < window.end:
        yield Span(since, window.end), count
