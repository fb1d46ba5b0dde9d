"""The named places of the mall's pages, and who fills each.

Every slot has exactly one owner, so a place never has two truths (``docs/adr``, slots): the
``index_…`` slots of the source system are filled by the homepage's blocks, the others by category
ads. A storefront may ask by slot, or take the whole homepage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Owner(Enum):
    HOME = "home"
    CATEGORY_AD = "category_ad"


@dataclass(frozen=True, slots=True)
class Slot:
    """One named place. ``size``: the least width and height, in pixels, that a picture there should have."""

    key: str
    label: str | Promise
    owner: Owner
    size: tuple[int, int] | None = None


#: The least width and height that a picture of each kind of place should have, in pixels.
BANNER_SIZE = (1200, 400)
AD_SIZE = (375, 120)
ENTRY_SIZE = (96, 96)
LOGO_SIZE = (200, 200)
COUNTDOWN_SIZE = (1200, 200)
HOT_SPOTS_SIZE = (750, 300)

CAROUSEL = "index_lbt"
NOTICES = "index_kx"
PAGE_HEAD = "index_ytgg"

#: Parts that every floor has, beside its product tabs.
FLOOR_PARTS: Mapping[str, str | Promise] = {"logo": _("标志"), "pd": _("频道"), "bq": _("标签")}

#: Product tabs of the source system's floors.
FLOOR_TABS: Mapping[str, Mapping[str, str | Promise]] = {
    "1f": {"ssxp": _("时尚新品"), "cxdj": _("畅想低价"), "sjpj": _("手机配件")},
    "2f": {"cxdj": _("畅想低价"), "jjhg": _("加价换购")},
    "3f": {"shyp": _("生活用品"), "cfyp": _("厨房用品")},
}

FLOOR_CHOICES: list[tuple[str, str | Promise]] = [("1f", _("一楼")), ("2f", _("二楼")), ("3f", _("三楼"))]
TAB_CHOICES: list[tuple[str, str | Promise]] = [
    *{key: label for tabs in FLOOR_TABS.values() for key, label in tabs.items()}.items()
]

#: Slots of category ads; the first is what a category's product list shows.
CATEGORY_LIST = "category_list"
SKU_DETAIL = "sku_detail"
CATEGORY_CHOICES: list[tuple[str, str | Promise]] = [
    (CATEGORY_LIST, _("分类商品列表")),
    (SKU_DETAIL, _("商品详情页")),
]


def floor_slot(floor: str, part: str) -> str:
    """The key of one part of a floor: ``index_1f_logo``."""
    return f"index_{floor}_{part}"


def _all() -> dict[str, Slot]:
    listed = [
        Slot(CAROUSEL, _("轮播图"), Owner.HOME, BANNER_SIZE),
        Slot(NOTICES, _("快讯"), Owner.HOME),
        Slot(PAGE_HEAD, _("页头广告"), Owner.HOME, (1200, 80)),
        Slot(CATEGORY_LIST, _("分类商品列表"), Owner.CATEGORY_AD, (600, 200)),
        Slot(SKU_DETAIL, _("商品详情页"), Owner.CATEGORY_AD, (300, 200)),
    ]
    for floor, tabs in FLOOR_TABS.items():
        for part, label in {**FLOOR_PARTS, **tabs}.items():
            size = LOGO_SIZE if part == "logo" else None
            listed.append(Slot(floor_slot(floor, part), label, Owner.HOME, size))
    return {slot.key: slot for slot in listed}


#: Every slot by its key; what is not here does not exist.
SLOTS: Mapping[str, Slot] = _all()
