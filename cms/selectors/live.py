"""Which version of a page or an ad is live at a moment, worker or no worker.

Wagtail keeps a scheduled version as an approved revision until ``publish_scheduled`` copies it into
the row. Reads here take a due revision as if that had happened already, and an expired row as if it
had been unpublished, so the answer changes at the second that the marketer set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, CharField, Value
from django.db.models.functions import Cast
from wagtail.models import DraftStateMixin, Page, PageViewRestriction, Revision

from cms.models import CategoryAd, HomePage
from kernel import clock

V = TypeVar("V", bound=DraftStateMixin)


@dataclass(slots=True, frozen=True, order=True)
class _Change:
    """A moment at which an object changes by itself: a revision comes, or (without one) the live row expires."""

    at: datetime
    revision_id: int


#: Stands for "no revision" in a column that every row of the union must have.
_EXPIRY = 0


class Timetable:
    """What is scheduled for one kind of object, and what follows from it at ``now``."""

    def __init__(self, model: type[Any], now: datetime) -> None:
        self.model = model
        self.now = now

    @cached_property
    def _changes(self) -> dict[str, list[_Change]]:
        """The approved revisions and coming expiries, by object, in one query by the indexes on their times."""
        approved = Revision.objects.filter(
            base_content_type=ContentType.objects.get_for_model(self.model), approved_go_live_at__isnull=False
        ).values_list("object_id", "approved_go_live_at", "pk")
        expiring = self.model._default_manager.filter(live=True, expire_at__gt=self.now).values_list(
            Cast("pk", CharField(max_length=255)), "expire_at", Value(_EXPIRY, output_field=BigIntegerField())
        )
        found: dict[str, list[_Change]] = {}
        for object_id, at, revision_id in approved.order_by().union(expiring.order_by(), all=True):
            found.setdefault(object_id, []).append(_Change(at, revision_id))
        return {object_id: sorted(changes) for object_id, changes in found.items()}

    @cached_property
    def _due_contents(self) -> dict[str, dict[str, Any]]:
        """The stored content of the revision that is due, by object; empty nearly always."""
        last = {
            object_id: due[-1].revision_id
            for object_id, changes in self._changes.items()
            if (due := [one for one in changes if one.at <= self.now])
        }
        if not last:
            return {}
        contents = dict(Revision.objects.filter(pk__in=last.values()).values_list("pk", "content"))
        return {object_id: contents[pk] for object_id, pk in last.items() if pk in contents}

    @property
    def due_ids(self) -> list[int]:
        """Objects of which a scheduled version is due, though its row may not show it yet."""
        return [int(object_id) for object_id in self._due_contents]

    def version(self, live: V) -> V | None:
        """The version of this row's object that is seen at ``now``, or None."""
        content = self._due_contents.get(str(live.pk))
        version = live if content is None else live.with_content_json(content)
        if content is None and not (version.live and _started(version, self.now)):
            return None
        if version.expire_at and version.expire_at <= self.now:
            return None
        version.live = True
        return version

    def revision_id(self, live: Any) -> int | None:
        """The revision of this row's object that is seen at ``now``: its number is the version's."""
        due = [one.revision_id for one in self._changes.get(str(live.pk), ()) if one.at <= self.now]
        return due[-1] if due else live.live_revision_id

    def next_switch(self) -> datetime | None:
        """The next moment at which another version is seen of any object of this kind."""
        moments: list[datetime | None] = [one.at for changes in self._changes.values() for one in changes]
        for content in self._due_contents.values():
            expiry = content.get("expire_at")
            moments.append(datetime.fromisoformat(expiry) if expiry else None)
        return min((at for at in moments if at and at > self.now), default=None)


def _started(version: DraftStateMixin, now: datetime) -> bool:
    return bool(version.go_live_at is None or version.go_live_at <= now)


class PageTimetable(Timetable):
    """The same for pages, which may also be private: those are never seen through the API."""

    def __init__(self, now: datetime) -> None:
        super().__init__(Page, now)

    @cached_property
    def _private_paths(self) -> tuple[str, ...]:
        return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))

    def version(self, live: V) -> V | None:
        """As above; but the address is the row's until the row itself changes, or no link would lead there."""
        version = super().version(live)
        if version is not None:
            version.slug = live.slug
        return version

    def is_public(self, page: Page) -> bool:
        """Whether neither the page nor one above it is private."""
        return not any(page.path.startswith(path) for path in self._private_paths)

    def public_version(self, page: Page) -> Any:
        """The version that anybody may see at ``now``, or None."""
        return self.version(page) if self.is_public(page) else None


def version_now(page: Page) -> Any:
    """The version of this page that is live now, or None; privacy is the caller's to check."""
    return PageTimetable(clock.now()).version(page)


def live_home(timetable: PageTimetable) -> HomePage | None:
    """The homepage as anybody sees it at the timetable's moment."""
    home = HomePage.objects.filter(sites_rooted_here__is_default_site=True).first()
    return timetable.public_version(home) if home else None


def live_ads(timetable: Timetable, category_ids: Iterable[int] | None = None) -> list[CategoryAd]:
    """Category ads seen at the timetable's moment, in order; of these categories, or of all."""
    ids = None if category_ids is None else set(category_ids)
    rows = CategoryAd.objects.filter(live=True)
    if ids is not None:
        rows = rows.filter(category_id__in=ids)
    if timetable.due_ids:
        # A due version may have moved the ad to another category.
        rows = rows | CategoryAd.objects.filter(pk__in=timetable.due_ids)
    versions = [version for row in rows if (version := timetable.version(row))]
    seen = [ad for ad in versions if ids is None or ad.category_id in ids]
    return sorted(seen, key=lambda ad: (ad.sort_order, ad.pk))
