"""The homepage as buyers see it now: a fixed number of queries, whatever is on it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from cms.blocks.audience import PUBLIC
from cms.models.home import BlocksPage
from cms.selectors import composing
from cms.selectors.addresses import page_path, root_of_site
from cms.selectors.live import PageTimetable, live_home
from cms.selectors.reading import Reader
from cms.selectors.rows import rows_for
from cms.selectors.shapes import Block, Item, Pictures
from cms.selectors.site import SiteDetails, compose_site, read_settings, stored_settings
from kernel import clock
from shop.catalog.selectors import SkuCard, next_sale_switch


@dataclass(frozen=True, slots=True)
class BlocksNow:
    """The blocks of a page as they are at one moment, and until when that holds by itself."""

    title: str
    seo_title: str
    seo_description: str
    canonical_url: str
    share_images: Pictures | None
    blocks: list[Block]
    site: SiteDetails
    until: datetime | None
    #: Whether there are blocks for some visitors only; ``cms.selectors.personal`` has them.
    has_personal: bool = False

    def of_type(self, kind: str) -> list[Block]:
        """Blocks of one type, in order."""
        return [block for block in self.blocks if block["type"] == kind]

    @property
    def banners(self) -> list[Item]:
        """The banners of every carousel."""
        return [banner for block in self.of_type("carousel") for banner in block["banners"]]

    @property
    def notices(self) -> list[Item]:
        """The lines of every notice bar."""
        return [notice for block in self.of_type("notices") for notice in block["notices"]]

    @property
    def floors(self) -> list[Block]:
        """The category floors."""
        return self.of_type("floor")

    @property
    def recommended(self) -> list[SkuCard]:
        """The products of every "recommended" block, each once."""
        cards = {card.id: card for block in self.of_type("recommended") for card in block["products"]}
        return list(cards.values())


@dataclass(slots=True)
class _Empty:
    """Stands for a homepage that is unpublished, private or missing: browsing goes on without one."""

    title: str = ""
    seo_title: str = ""
    search_description: str = ""
    share_image_id: int | None = None


def home_now() -> BlocksNow:
    """The homepage as anybody sees it now; without blocks while there is none to be seen."""
    timetable = PageTimetable(clock.now())
    return _built(live_home(timetable), timetable)


def blocks_of(page: BlocksPage, *, audience: frozenset[str] | None = PUBLIC) -> BlocksNow:
    """This version of a page, be it a draft, with what its blocks show now; with None as audience, all of them."""
    return _built(page, PageTimetable(clock.now()), audience)


def next_home_switch() -> datetime | None:
    """The next moment at which the homepage changes by itself, or None."""
    return home_now().until


def _built(page: BlocksPage | None, timetable: PageTimetable, audience: frozenset[str] | None = PUBLIC) -> BlocksNow:
    reader = Reader(timetable.now, audience=audience)
    parts = reader.stream(page.body) if page is not None else []
    stored = stored_settings()
    footer = read_settings(stored, reader)
    shown = page or _Empty()
    if shown.share_image_id:
        reader.needs.images.add(shown.share_image_id)
    root = page if page is not None and page.depth == 2 else root_of_site()
    path = (page_path(page, root) if page is not None else None) or "/"
    rows = rows_for(reader.needs, timetable=timetable, root=root)
    blocks = [block for part in parts if (block := composing.block(part, rows, timetable.now))]
    moments = [*reader.needs.switches, timetable.next_switch(), next_sale_switch(timetable.now)]
    return BlocksNow(
        title=shown.title,
        seo_title=shown.seo_title,
        seo_description=shown.search_description,
        canonical_url=f"{settings.PUBLIC_URL}{path}",
        share_images=rows.pictures.get(shown.share_image_id or 0),
        blocks=blocks,
        site=compose_site(stored, footer, rows),
        until=min((at for at in moments if at), default=None),
        has_personal=reader.left_out_for_others,
    )
