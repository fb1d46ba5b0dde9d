"""Agreements: pages of that kind, each version of which keeps its own number.

A version is the revision that was published: its number never changes, and its text can be read as long as the
page exists, whatever is written later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import PageLogEntry, Revision

from accounts.selectors.agreements import was_accepted
from cms.errors import ContentNotFound
from cms.models import ContentPage
from cms.selectors.addresses import page_path, root_of_site
from cms.selectors.live import PageTimetable
from cms.selectors.pages import PageDetails, page_details
from kernel import clock


@dataclass(frozen=True, slots=True)
class AgreementHead:
    """An agreement as it is in force now."""

    slug: str
    title: str
    version: int
    published_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class AgreementText:
    """One version of an agreement with its text."""

    version: int
    in_force: bool
    published_at: datetime | None
    details: PageDetails


def agreements_now() -> list[AgreementHead]:
    """Every agreement that anybody may read now, in the order of the pages. A fixed number of queries."""
    timetable = PageTimetable(clock.now())
    root = root_of_site()
    found = []
    for page, version in _in_force(timetable):
        path = page_path(page, root)
        if path is not None:
            found.append(AgreementHead(page.slug, page.title, version, page.last_published_at, path))
    return found


def agreement_text(slug: str, *, version: int | None = None) -> AgreementText:
    """An agreement as it is in force now, or as it was in this version.

    Raises: ContentNotFound, also for a version that never was public.
    """
    timetable = PageTimetable(clock.now())
    standing = next(((page, number) for page, number in _in_force(timetable) if page.slug == slug), None)
    if standing is None:
        raise ContentNotFound(slug=slug)
    page, current = standing
    if version is None or version == current:
        return AgreementText(current, True, page.last_published_at, page_details(page))
    revision = Revision.page_revisions.filter(object_id=str(page.pk), pk=version).first()
    if revision is None or not _was_public(page.pk, slug, version):
        raise ContentNotFound(slug=slug)
    return AgreementText(version, False, revision.created_at, page_details(revision.as_object()))


def _in_force(timetable: PageTimetable) -> list[tuple[Any, int]]:
    rows = ContentPage.objects.filter(kind=ContentPage.Kind.AGREEMENT).order_by("path")
    found = []
    for row in rows:
        version = timetable.public_version(row)
        number = timetable.revision_id(row)
        if version is not None and number is not None and version.kind == ContentPage.Kind.AGREEMENT:
            found.append((version, number))
    return found


def _was_public(page_id: int, slug: str, version: int) -> bool:
    published = PageLogEntry.objects.filter(page=page_id, action="wagtail.publish", revision=version)
    return published.exists() or was_accepted(slug=slug, version=version)
