"""What is not there yet, for the screens of staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cms.models import CategoryAd
from cms.selectors.live import Timetable, live_ads
from kernel import clock
from shop.catalog.models import Category, Spu

#: Rows of a list that is looked over, not worked through.
MOST = 50


@dataclass(frozen=True, slots=True)
class AdThen:
    """A category ad that is live at a moment."""

    id: int
    title: str
    category: str
    slot: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class SaleChange:
    """A product that goes on sale or leaves it by itself."""

    spu_id: int
    name: str
    at: datetime
    begins: bool


def ads_at() -> list[AdThen]:
    """Category ads that are live at the clock's moment; a fixed number of queries."""
    ads = live_ads(Timetable(CategoryAd, clock.now()))[:MOST]
    names = dict(Category.objects.filter(pk__in={ad.category_id for ad in ads}).values_list("pk", "name"))
    return [
        AdThen(ad.pk, ad.title, names.get(ad.category_id, ""), str(ad.get_slot_display()), ad.expire_at) for ad in ads
    ]


def sale_changes(*, since: datetime, until: datetime) -> list[SaleChange]:
    """Products that go on or off sale by themselves after the one moment and up to the other, in order."""
    columns = ("on_sale_at", "off_sale_at")
    inside = Q()
    for column in columns:
        inside |= Q(**{f"{column}__gt": since, f"{column}__lte": until})
    rows = Spu.objects.filter(inside, status=Spu.Status.ON_SALE).values_list("pk", "name", *columns)[: 4 * MOST]
    found = [
        SaleChange(pk, name, at, begins)
        for pk, name, on_sale_at, off_sale_at in rows
        for at, begins in ((on_sale_at, True), (off_sale_at, False))
        if at is not None and since < at <= until
    ]
    return sorted(found, key=lambda change: (change.at, change.spu_id))[:MOST]
