"""Ads by slot: the homepage's slots from its blocks, the others from category ads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cms import slots
from cms.errors import SlotNotFound
from cms.models import CategoryAd
from cms.selectors import composing
from cms.selectors.addresses import root_of_site, sku_path
from cms.selectors.home import BlocksNow, home_now
from cms.selectors.live import PageTimetable, Timetable, live_ads
from cms.selectors.reading import Part, Reader
from cms.selectors.rows import rows_for
from cms.selectors.shapes import Item, Pictures
from kernel import clock, money
from shop.catalog.models import Category
from shop.catalog.selectors import SkuCard, next_sale_switch

#: Ads of every category together; a storefront asks for one category's.
MOST = 100


@dataclass(frozen=True, slots=True)
class AdsNow:
    """The ads of a slot at one moment, and until when that holds by itself."""

    ads: list[Item]
    until: datetime | None


def ads_in_slot(slot: str, *, category_id: int | None = None) -> AdsNow:
    """What one slot shows now, in order; for a category's slot, of this category or its nearest parent with ads.

    Raises: SlotNotFound.
    """
    known = slots.SLOTS.get(slot)
    if known is None:
        raise SlotNotFound(slot=slot)
    if known.owner is slots.Owner.HOME:
        home = home_now()
        return AdsNow(_of_home(home, slot), home.until)
    timetable = Timetable(CategoryAd, clock.now())
    return _shown(_in_category(timetable, category_id, (slot,)), timetable)


def ad_for_category(category_id: int, *, slot: str | None = None) -> Item | None:
    """The ad beside the products of a category, or of its nearest parent that has one; None without any.

    Without a slot the product detail's own is taken, else the category list's.
    """
    wanted = (slot,) if slot else (slots.SKU_DETAIL, slots.CATEGORY_LIST)
    timetable = Timetable(CategoryAd, clock.now())
    return next(iter(_shown(_in_category(timetable, category_id, wanted), timetable).ads), None)


def next_ad_switch() -> datetime | None:
    """The next moment at which a category ad comes or goes by itself, or None."""
    return Timetable(CategoryAd, clock.now()).next_switch()


def shown_ads(ads: Iterable[CategoryAd]) -> list[Item]:
    """These ads, be they drafts, as buyers would see them now."""
    return _shown(list(ads), Timetable(CategoryAd, clock.now())).ads


def _in_category(timetable: Timetable, category_id: int | None, wanted: tuple[str, ...]) -> list[CategoryAd]:
    """Live ads in the wanted slots: all of them, or those of the nearest category that has any."""
    if category_id is None:
        return [ad for ad in live_ads(timetable) if ad.slot in wanted][:MOST]
    line = _line(category_id)
    ads = [ad for ad in live_ads(timetable, line) if ad.slot in wanted]
    if not ads:
        return []
    nearest = min(ads, key=lambda ad: (line.index(ad.category_id), wanted.index(ad.slot)))
    return [ad for ad in ads if (ad.category_id, ad.slot) == (nearest.category_id, nearest.slot)]


def _line(category_id: int) -> list[int]:
    """The category and those above it, nearest first."""
    above = Category.objects.filter(pk=category_id).values_list("pk", "parent_id", "parent__parent_id").first()
    return [pk for pk in above or () if pk is not None]


def _shown(ads: list[CategoryAd], timetable: Timetable) -> AdsNow:
    reader = Reader(timetable.now)
    parts = [
        Part(
            id=f"ad-{ad.pk}",
            type="ad",
            value={
                "image": ad.image_id,
                "title": ad.title,
                "text": ad.text,
                "target": ad.target,
                "link": reader.stream(ad.link),
            },
        )
        for ad in ads
    ]
    reader.needs.images |= {ad.image_id for ad in ads if ad.image_id}
    pages = PageTimetable(timetable.now)
    rows = rows_for(reader.needs, timetable=pages, root=root_of_site() if reader.needs.pages else None)
    moments = [
        timetable.next_switch(),
        pages.next_switch() if reader.needs.pages else None,
        next_sale_switch(timetable.now) if reader.needs.skus else None,
    ]
    return AdsNow(composing.items(parts, rows), min((at for at in moments if at), default=None))


def _of_home(home: BlocksNow, slot: str) -> list[Item]:
    if slot == slots.CAROUSEL:
        return home.banners
    if slot == slots.NOTICES:
        return home.notices
    found: list[Item] = []
    for block in home.of_type("ads"):
        if block["slot"] == slot:
            found += block["ads"]
    for floor in home.floors:
        parts: dict[str, list[Item]] = {
            "logo": [floor["logo"]] if floor["logo"] else [],
            "pd": floor["channels"],
            "bq": floor["tags"],
        }
        for tab in floor["tabs"]:
            if tab["slot"]:
                parts[tab["slot"]] = [_as_item(card) for card in tab["products"]]
        for part, items in parts.items():
            if floor["slot"] and slots.floor_slot(floor["slot"], part) == slot:
                found += items
    return found


def _as_item(card: SkuCard) -> Item:
    """A product as the source system's slots show it: its price stands in the text."""
    url = sku_path(card.id)
    return Item(
        id=f"sku-{card.id}",
        title=card.name,
        image_url=card.default_image_url,
        images=Pictures(small=card.images["card"], large=card.images["full"]) if card.images else None,
        url=url,
        text=f"¥{money.text(card.price)}",
        target="_self",
        link={"type": "sku", "id": card.id, "url": url, "title": card.name},
        split=None,
    )
