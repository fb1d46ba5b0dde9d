"""Two things in one place at one time: allowed, for they are shown in order, but seldom meant."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cms import slots
from cms.models import CategoryAd
from cms.models.home import BlocksPage
from cms.selectors.reading import audience_key, moment

Times = tuple[datetime | None, datetime | None]


def at_once(one: Times, other: Times) -> bool:
    """Whether two spans, open where a side is None, have a moment in common. The end is not part of a span."""
    (start, end), (other_start, other_end) = one, other
    begins_before_end = end is None or other_start is None or other_start < end
    return begins_before_end and (other_end is None or start is None or start < other_end)


def ads_at_once(ad: CategoryAd) -> list[CategoryAd]:
    """Other ads, live or scheduled, in the same slot of the same category at a time of this one's. One query."""
    others = CategoryAd.objects.filter(category_id=ad.category_id, slot=ad.slot).exclude(pk=ad.pk)
    coming = others.filter(Q(live=True) | Q(go_live_at__isnull=False))
    mine = (ad.go_live_at, ad.expire_at)
    return [
        other for other in coming.order_by("sort_order", "pk") if at_once(mine, (other.go_live_at, other.expire_at))
    ]


def blocks_at_once(page: BlocksPage) -> list[tuple[str, list[str]]]:
    """Slots that several blocks of this page fill at one time for the same people: the slot's name, the blocks'.

    No query.
    """
    filled: dict[tuple[str, str], list[tuple[str, Times]]] = {}
    for number, child in enumerate(page.body.get_prep_value(), start=1):
        value = child.get("value")
        if isinstance(value, Mapping) and (slot := _slot(str(child.get("type")), value)):
            title = str(value.get("title") or "") or _("第 %(number)d 个区块") % {"number": number}
            place = (slot, audience_key(value.get("audience")))
            filled.setdefault(place, []).append((title, _times(value.get("schedule"))))
    return [(slot, titles) for (slot, _audience), blocks in filled.items() if len(titles := list(_meeting(blocks))) > 1]


def _slot(kind: str, value: Mapping[str, Any]) -> str:
    """The name of the slot that this block fills, or nothing."""
    if kind == "carousel":
        return str(slots.SLOTS[slots.CAROUSEL].label)
    if kind == "ads" and value.get("slot") in slots.SLOTS:
        return str(slots.SLOTS[value["slot"]].label)
    if kind == "floor":
        return str(dict(slots.FLOOR_CHOICES).get(value.get("slot") or "", ""))
    return ""


def _times(stored: Any) -> Times:
    times = stored if isinstance(stored, Mapping) else {}
    return moment(times.get("go_live_at")), moment(times.get("expire_at"))


def _meeting(blocks: list[tuple[str, Times]]) -> Iterable[str]:
    for place, (title, times) in enumerate(blocks):
        if any(at_once(times, other) for number, (_title, other) in enumerate(blocks) if number != place):
            yield title
