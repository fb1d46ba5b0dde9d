"""The blocks of the homepage and of landing pages.

Each block has an id that stays its own through every edit; figures and tests count by it.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms import slots
from cms.blocks.audience import PlacedBlock
from cms.blocks.items import (
    ALT_HELP,
    AdBlock,
    BannerBlock,
    EntryBlock,
    HotSpotBlock,
    NoticeBlock,
    TextLinkBlock,
    sized_image,
)
from cms.blocks.links import LinkBlock
from cms.blocks.products import ProductsBlock, ProductSourceBlock, count_block, when_gone_block
from cms.blocks.rich_text import text_block
from cms.choosers import CategoryChooserBlock

FIRST_SCREEN = _("首屏")
PRODUCTS = _("商品")
PICTURES_AND_TEXT = _("图文")


class CarouselBlock(PlacedBlock):
    """Banners that take turns."""

    banners = blocks.ListBlock(BannerBlock(), collapsed=True, label=_("横幅"), min_num=1, max_num=20)
    seconds = blocks.IntegerBlock(label=_("每张停留（秒）"), min_value=2, max_value=60, default=5)

    settings_names = ("seconds",)

    class Meta:
        icon = "image"
        label = _("轮播图")
        group = FIRST_SCREEN
        preview_template = "cms/block_preview.html"
        description = _("首屏大图，自动轮换；每张横幅可单独定时上下线")


class NoticesBlock(PlacedBlock):
    """Lines of news."""

    title = blocks.CharBlock(label=_("标题"), max_length=12, default="快讯")
    notices = blocks.ListBlock(NoticeBlock(), collapsed=True, label=_("快讯"), min_num=1, max_num=30)

    class Meta:
        icon = "comment"
        label = _("公告栏")
        group = FIRST_SCREEN
        preview_template = "cms/block_preview.html"
        description = _("一行一条的商城快讯")


class EntriesBlock(PlacedBlock):
    """Round buttons under the carousel."""

    entries = blocks.ListBlock(EntryBlock(), collapsed=True, label=_("入口"), min_num=1, max_num=20)

    class Meta:
        icon = "grip"
        label = _("快捷入口")
        group = FIRST_SCREEN
        preview_template = "cms/block_preview.html"
        description = _("圆形图标按钮，常放在轮播图下方")


class AdsBlock(PlacedBlock):
    """A row of ads; with a slot it is also found by that slot's key."""

    title = blocks.CharBlock(label=_("标题"), max_length=30, required=False)
    ads = blocks.ListBlock(AdBlock(), collapsed=True, label=_("广告"), min_num=1, max_num=12)
    slot = blocks.ChoiceBlock(
        choices=[(slots.PAGE_HEAD, _("页头广告"))],
        required=False,
        label=_("广告位"),
        help_text=_("选择后，也可以通过广告位接口取到"),
    )

    settings_names = ("slot",)

    class Meta:
        icon = "image"
        label = _("广告")
        group = FIRST_SCREEN
        preview_template = "cms/block_preview.html"
        description = _("一行或几行图片广告")


class FloorTabBlock(ProductsBlock):
    """One tab of a floor."""

    slot = blocks.ChoiceBlock(
        choices=slots.TAB_CHOICES,
        required=False,
        label=_("广告位"),
        help_text=_("楼层选择了楼层位时有效"),
    )

    settings_names = ("when_gone", "slot")

    class Meta:
        icon = "list-ul"
        label = _("商品页签")
        label_format = "{title}"


class FloorBlock(PlacedBlock):
    """One category's part of the homepage: logo, channels, tags, ads, and tabs of products."""

    title = blocks.CharBlock(label=_("楼层名称"), max_length=20)
    category = CategoryChooserBlock(label=_("分类"))
    logo = sized_image(slots.LOGO_SIZE, label=_("标志图"), required=False)
    channels = blocks.ListBlock(TextLinkBlock(), collapsed=True, label=_("频道"), default=[], max_num=20)
    tags = blocks.ListBlock(TextLinkBlock(), collapsed=True, label=_("标签"), default=[], max_num=20)
    ads = blocks.ListBlock(AdBlock(), collapsed=True, label=_("广告"), default=[], max_num=6)
    tabs = blocks.ListBlock(FloorTabBlock(), collapsed=True, label=_("商品页签"), min_num=1, max_num=8)
    slot = blocks.ChoiceBlock(
        choices=slots.FLOOR_CHOICES,
        required=False,
        label=_("楼层位"),
        help_text=_("选择后，标志、频道、标签和页签也可以通过广告位接口取到"),
    )

    settings_names = ("slot",)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        known = slots.FLOOR_TABS.get(cleaned.get("slot") or "", {})
        errors: dict[int, ValidationError] = {}
        taken: set[str] = set()
        for number, tab in enumerate(cleaned["tabs"]):
            wanted = tab.get("slot")
            if not wanted:
                continue
            if wanted not in known:
                refused = ValidationError(_("所选楼层位没有这个页签"), code="slot.unknown")
            elif wanted in taken:
                refused = ValidationError(_("同一楼层内页签的广告位不能重复"), code="slot.taken")
            else:
                taken.add(wanted)
                continue
            errors[number] = blocks.StructBlockValidationError(block_errors={"slot": refused})
        if errors:
            raise blocks.StructBlockValidationError(
                block_errors={"tabs": blocks.ListBlockValidationError(block_errors=errors)}
            )
        return cleaned

    class Meta:
        icon = "list-ol"
        label = _("分类楼层")
        label_format = "{title}"
        group = PRODUCTS
        preview_template = "cms/block_preview.html"
        description = _("一个分类的标志、频道、广告和几组商品")


class GridBlock(ProductsBlock, PlacedBlock):
    """Products side by side."""

    more = LinkBlock(required=False, label=_("“查看更多”链接到"))

    class Meta:
        icon = "grid"
        label = _("商品网格")
        label_format = "{title}"
        group = PRODUCTS
        preview_template = "cms/block_preview.html"
        description = _("一组商品卡片，手工挑选或按规则")


class RecommendedBlock(ProductsBlock, PlacedBlock):
    """The products at the foot of the homepage."""

    count = count_block(20)

    class Meta:
        icon = "thumbtack"
        label = _("为你推荐")
        label_format = "{title}"
        group = PRODUCTS
        preview_template = "cms/block_preview.html"
        description = _("首页底部的推荐商品")


class CountdownBlock(PlacedBlock):
    """Products under a running clock."""

    title = blocks.CharBlock(label=_("标题"), max_length=30)
    ends_at = blocks.DateTimeBlock(label=_("倒计时到"))
    hide_when_over = blocks.BooleanBlock(label=_("到时后隐藏"), required=False, default=True)
    image = sized_image(slots.COUNTDOWN_SIZE, label=_("背景图"), required=False)
    link = LinkBlock(required=False, label=_("链接到"))
    source = ProductSourceBlock(required=False, label=_("商品来源"))
    count = count_block(8)
    when_gone = when_gone_block()

    settings_names = ("when_gone",)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        start = cleaned["schedule"].get("go_live_at")
        if start and cleaned["ends_at"] and cleaned["ends_at"] <= start:
            raise blocks.StructBlockValidationError(
                block_errors={"ends_at": ValidationError(_("倒计时必须晚于上线时间"), code="schedule.reversed")}
            )
        return cleaned

    class Meta:
        icon = "time"
        label = _("倒计时")
        label_format = "{title}"
        group = PRODUCTS
        preview_template = "cms/block_preview.html"
        description = _("带倒计时的活动商品")


class RichTextBlock(PlacedBlock):
    """Words with simple markup."""

    text = text_block()

    class Meta:
        icon = "pilcrow"
        label = _("富文本")
        group = PICTURES_AND_TEXT
        preview_template = "cms/block_preview.html"
        description = _("带格式的文字")


class HotSpotsBlock(PlacedBlock):
    """One picture of which several parts lead somewhere."""

    image = sized_image(slots.HOT_SPOTS_SIZE, label=_("图片"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=ALT_HELP)
    spots = blocks.ListBlock(HotSpotBlock(), collapsed=True, label=_("热区"), min_num=1, max_num=30)

    class Meta:
        icon = "crosshairs"
        label = _("热区图片")
        label_format = "{title}"
        group = PICTURES_AND_TEXT
        preview_template = "cms/block_preview.html"
        description = _("一张图片，多个可点击区域")


class HomeBlocks(blocks.StreamBlock):
    """Everything that a homepage or a landing page is composed of."""

    carousel = CarouselBlock()
    notices = NoticesBlock()
    entries = EntriesBlock()
    ads = AdsBlock()
    floor = FloorBlock()
    products = GridBlock()
    recommended = RecommendedBlock()
    countdown = CountdownBlock()
    rich_text = RichTextBlock()
    hotspots = HotSpotsBlock()

    class Meta:
        max_num = 200
