"""The keys that figures are counted by: ids of blocks, of what stands in them, and of category ads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from cms.models import BlockFigure, CategoryAd, HomePage, LandingPage
from cms.models.home import BlocksPage

PAGES: tuple[type[BlocksPage], ...] = (HomePage, LandingPage)
#: Kinds of content inside a block that are seen and clicked by themselves.
ITEM_LISTS = ("banners", "notices", "entries", "ads", "channels", "tags", "tabs", "spots")


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the thing with this key stands, in words: page, block, item; ``depth`` is 1 inside a block."""

    key: str
    page_id: int | None
    page: str
    label: str
    depth: int
    tested: bool = False


def ad_key(ad_id: int) -> str:
    """The key of a category ad."""
    return f"ad-{ad_id}"


def countable_keys(asked: Iterable[str]) -> set[str]:
    """Those of these keys that stand for something: what nobody made is not counted.

    What was counted before still counts: a visitor may hold an older page. Four queries.
    """
    wanted = {key for key in asked if len(key) <= 64}
    known = set(BlockFigure.objects.filter(block_key__in=wanted).values_list("block_key", flat=True).distinct())
    if wanted <= known:
        return wanted
    ads = {int(key[3:]) for key in wanted - known if key.startswith("ad-") and key[3:].isdecimal() and len(key) < 21}
    known |= {ad_key(pk) for pk in CategoryAd.objects.filter(pk__in=ads).values_list("pk", flat=True)} if ads else set()
    if wanted <= known:
        return wanted
    for model in PAGES:
        for page in model.objects.only("pk", "body"):
            known |= set(_ids(page.body.get_prep_value()))
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), approved_go_live_at__isnull=False
    )
    for content in scheduled.values_list("content__body", flat=True):
        # A stream stands in a revision as the text of its JSON, which holds the id between quotes.
        known |= {key for key in wanted - known if isinstance(content, str) and f'"{key}"' in content}
    # A floor's logo has the key of its floor with a word behind.
    known |= {f"{key}-logo" for key in known}
    return wanted & known


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _ids(one)
    elif isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            if isinstance(inner, (list, Mapping)):
                yield from _ids(inner)


def places_on(page: BlocksPage) -> list[KeyPlace]:
    """Every block of this page and what stands in it, in order, in words. No query."""
    stream = page.body.stream_block
    places = []
    for child in page.body.get_prep_value():
        kind = stream.child_blocks.get(child.get("type"))
        value = child.get("value")
        if kind is None or not isinstance(value, Mapping):
            continue
        title = str(value.get("title") or "")
        label = f"{kind.label} · {title}" if title else str(kind.label)
        places.append(KeyPlace(str(child.get("id") or ""), page.pk, page.title, label, 0))
        for name in ITEM_LISTS:
            for number, one in enumerate(value.get(name) or [], start=1):
                inner = one.get("value") if isinstance(one, Mapping) else None
                if isinstance(inner, Mapping):
                    words = str(inner.get("title") or "") or _("第 %(number)d 项") % {"number": number}
                    tested = bool(inner.get("variants"))
                    places.append(KeyPlace(str(one.get("id") or ""), page.pk, page.title, words, 1, tested))
    return [place for place in places if place.key]


def all_places() -> dict[str, KeyPlace]:
    """Where every key stands now, by key. Three queries, whatever the number of pages."""
    found: dict[str, KeyPlace] = {}
    for model in PAGES:
        for page in model.objects.order_by("path"):
            found |= {place.key: place for place in places_on(page)}
    for ad in CategoryAd.objects.select_related("category").order_by("pk"):
        title = f"{ad.category.name} · {ad.title}"
        found[ad_key(ad.pk)] = KeyPlace(ad_key(ad.pk), None, str(_("分类广告")), title, 0)
    return found
