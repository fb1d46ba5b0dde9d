"""Which version of a page or an ad is live from when to when: the past and the future of a calendar."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, Revision

from cms.models import CategoryAd
from cms.selectors.reading import moment

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment (inclusive) to another (exclusive); None is open."""

    start: datetime | None
    end: datetime | None

    def within(self, other: "Span") -> "Span | None":
        """What both have in common, or None."""
        start = max((at for at in (self.start, other.start) if at), default=None)
        end = min((at for at in (self.end, other.end) if at), default=None)
        return None if start and end and end <= start else Span(start, end)


@dataclass(frozen=True, slots=True)
class Version:
    """What stands in the fields of one version, and while it is the one that is seen."""

    object_id: int
    span: Span
    fields: Raw


def scheduled(before: datetime) -> tuple[dict[int, list[tuple[datetime, Raw]]], dict[int, list[tuple[datetime, Raw]]]]:
    """The approved versions of pages and of category ads that come before this moment, by object. One query."""
    pages, ads = (ContentType.objects.get_for_model(model) for model in (Page, CategoryAd))
    rows = (
        Revision.objects.filter(base_content_type__in=[pages, ads], approved_go_live_at__lt=before)
        .order_by("approved_go_live_at", "pk")
        .values_list("base_content_type_id", "object_id", "approved_go_live_at", "content")
    )
    found: dict[int, dict[int, list[tuple[datetime, Raw]]]] = {pages.pk: {}, ads.pk: {}}
    for type_id, object_id, at, content in rows:
        found[type_id].setdefault(int(object_id), []).append((at, content))
    return found[pages.pk], found[ads.pk]


def versions_of(
    object_id: int, live: tuple[Span, Raw] | None, coming: Iterable[tuple[datetime, Raw]]
) -> Iterator[Version]:
    """Each version with the time in which it is seen: until the next one comes, or its own end."""
    listed = list(coming)
    starts = [at for at, _fields in listed]
    if live is not None:
        span = live[0].within(Span(None, starts[0] if starts else None))
        if span is not None:
            yield Version(object_id, span, live[1])
    for number, (at, fields) in enumerate(listed):
        following = starts[number + 1] if number + 1 < len(starts) else None
        span = Span(at, moment(fields.get("expire_at"))).within(Span(None, following))
        if span is not None:
            yield Version(object_id, span, fields)


def stream_of(fields: Raw, name: str) -> list[Raw]:
    """A stream field's blocks out of a stored version, where they are text, or out of a row."""
    value = fields.get(name) or []
    return json.loads(value) if isinstance(value, str) else list(value)
