"""Content pages as buyers see them now: never a draft, a private page, or one whose time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db.models import Q
from wagtail.models import Page

from cms.errors import ContentNotFound
from cms.models import ContentIndexPage, ContentPage, HomePage, LandingPage
from cms.models.base import MallPage
from cms.selectors.addresses import page_path, root_of_site
from cms.selectors.content import content_blocks, html_of
from cms.selectors.home import BlocksNow, blocks_of
from cms.selectors.live import PageTimetable
from cms.selectors.reading import Reader
from cms.selectors.rows import rows_for
from cms.selectors.shapes import Block, Pictures
from kernel import clock
from shop.catalog.selectors import next_sale_switch

PageType = Literal["index", "content", "landing"]
#: What each kind of page is called in the API.
TYPES: dict[type[MallPage], PageType] = {ContentIndexPage: "index", ContentPage: "content", LandingPage: "landing"}


@dataclass(frozen=True, slots=True)
class PageHead:
    """A page of a list."""

    id: int
    slug: str
    title: str
    type: PageType
    kind: str
    summary: str
    url: str
    parent: str | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageDetails:
    """Everything that a page shows, and until when that holds by itself."""

    head: PageHead
    seo_title: str
    seo_description: str
    canonical_url: str
    share_images: Pictures | None
    html: str
    blocks: list[Block]
    children: list[PageHead]
    landing: BlocksNow | None
    until: datetime | None


def pages_now() -> list[PageHead]:
    """Every page that anybody may see now, parents before children, in the editors' order.

    The same few queries whatever the number of pages.
    """
    timetable = PageTimetable(clock.now())
    root = root_of_site()
    if root is None:
        return []
    return _heads(_seen(timetable, root), root)


def next_pages_switch() -> datetime | None:
    """The next moment at which the list of pages changes by itself, or None."""
    return PageTimetable(clock.now()).next_switch()


def page_by_slug(slug: str) -> PageDetails:
    """The page of this path name as it is now.

    Raises: ContentNotFound, also for a draft, a private page, or one outside of its times.
    """
    timetable = PageTimetable(clock.now())
    root = root_of_site()
    rows = Page.objects.filter(slug=slug, path__startswith=root.path, depth__gt=root.depth) if root else []
    for row in sorted(rows, key=lambda one: (one.depth, one.path)):
        if row.specific_class not in TYPES:
            continue
        version = timetable.public_version(row.specific)
        if version is not None:
            return _details(version, timetable, root)
    raise ContentNotFound(slug=slug)


def page_details(page: MallPage) -> PageDetails:
    """This version of a page, be it a draft, with what stands around it now."""
    return _details(page, PageTimetable(clock.now()), root_of_site())


def _seen(timetable: PageTimetable, root: HomePage, below: Page | None = None) -> list[Any]:
    """Public versions in tree order: all of the site, or those right below one page."""
    top = below or root
    rows = Page.objects.filter(path__startswith=top.path, depth__gt=top.depth)
    if below is not None:
        rows = rows.filter(depth=below.depth + 1)
    rows = rows.filter(Q(live=True) | Q(pk__in=timetable.due_ids)).order_by("path")
    # Blocks stay in the database: a list shows none of them.
    specific = rows.defer_streamfields().specific()
    versions = [timetable.public_version(page) for page in specific if type(page) in TYPES]
    return [version for version in versions if version is not None]


def _heads(pages: Sequence[Any], root: HomePage | None) -> list[PageHead]:
    slugs = {page.path: page.slug for page in pages}
    return [_head(page, root, slugs) for page in pages]


def _head(page: Any, root: HomePage | None, slugs: dict[str, str]) -> PageHead:
    return PageHead(
        id=page.pk or 0,
        slug=page.slug,
        title=page.title,
        type=TYPES[type(page)],
        kind=getattr(page, "kind", ""),
        summary=getattr(page, "summary", "") or page.search_description,
        url=page_path(page, root) or "",
        parent=slugs.get(page.path[: -page.steplen]),
        updated_at=page.last_published_at,
    )


def _details(page: Any, timetable: PageTimetable, root: HomePage | None) -> PageDetails:
    reader = Reader(timetable.now)
    parts = reader.stream(page.body) if isinstance(page, ContentPage) else []
    if page.share_image_id:
        reader.needs.images.add(page.share_image_id)
    rows = rows_for(reader.needs, timetable=timetable, root=root)
    blocks = content_blocks(parts, rows)
    landing = blocks_of(page) if isinstance(page, LandingPage) else None
    moments = [
        *reader.needs.switches,
        timetable.next_switch(),
        next_sale_switch(timetable.now) if reader.needs.skus or reader.needs.rules else None,
        landing.until if landing else None,
    ]
    parent = page.get_parent() if page.pk else None
    head = _head(page, root, {parent.path: parent.slug} if parent and parent.depth > 2 else {})
    children = _seen(timetable, root, below=page) if root and isinstance(page, ContentIndexPage) and page.pk else []
    return PageDetails(
        head=head,
        seo_title=page.seo_title or page.title,
        seo_description=page.search_description or head.summary,
        canonical_url=f"{settings.PUBLIC_URL}{head.url}",
        share_images=rows.pictures.get(page.share_image_id or 0),
        html=html_of(blocks),
        blocks=blocks,
        children=_heads(children, root),
        landing=landing,
        until=min((at for at in moments if at), default=None),
    )
