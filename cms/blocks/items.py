"""What the blocks of a homepage hold: banners, notices, ads, entries, text links. Each has its own times."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms import slots
from cms.blocks.links import LinkBlock, TargetBlock
from cms.blocks.schedule import ScheduledBlock

ALT_HELP = _("必填：图片的文字说明，读屏软件会读出，图片加载失败时也会显示")


def sized_image(least: tuple[int, int], *, label: Any, required: bool = True) -> ImageChooserBlock:
    """A picture for a place that wants it at least this large; the editor says at the field when it is smaller."""
    width, height = least
    hint = format_lazy(_("建议不小于 {width} × {height} 像素"), width=width, height=height)
    # The class tells the editor's script how large; a block has no other way to its field.
    return ImageChooserBlock(
        label=label, required=required, help_text=hint, form_classname=f"least-size least-{width}x{height}"
    )


def least_size(block: ImageChooserBlock) -> tuple[int, int] | None:
    """How large a picture of this field should be, or None where any will do."""
    for name in str(getattr(block.meta, "form_classname", "") or "").split():
        width, cross, height = name.removeprefix("least-").partition("x")
        if name.startswith("least-") and cross and width.isdigit() and height.isdigit():
            return int(width), int(height)
    return None


class VariantBlock(blocks.StructBlock):
    """The other version of a banner or ad; a part of the visitors sees it instead of the first."""

    image = sized_image(slots.BANNER_SIZE, label=_("图片"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=ALT_HELP)
    text = blocks.CharBlock(label=_("说明"), max_length=120, required=False)
    link = LinkBlock(label=_("链接到"))
    share = blocks.IntegerBlock(
        label=_("看到它的访客（%）"),
        min_value=1,
        max_value=99,
        default=50,
        help_text=_("测试期间不要修改比例，否则两个版本的数字不能比较"),
    )

    class Meta:
        icon = "copy"
        label = _("对照版本 B")
        label_format = "{title}"


def variant_block() -> blocks.ListBlock:
    """At most one other version, for a test of which does better."""
    return blocks.ListBlock(
        VariantBlock(),
        collapsed=True,
        label=_("A/B 测试"),
        default=[],
        max_num=1,
        help_text=_("添加一个对照版本后，访客按比例固定看到其中一个，效果在“区块数据”里比较"),
    )


class BannerBlock(ScheduledBlock):
    """One picture of the carousel."""

    image = sized_image(slots.BANNER_SIZE, label=_("图片"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=ALT_HELP)
    text = blocks.CharBlock(label=_("副标题"), max_length=120, required=False)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()
    variants = variant_block()

    settings_names = ("target", "variants")

    class Meta:
        icon = "image"
        label = _("横幅")
        label_format = "{title}"


class NoticeBlock(ScheduledBlock):
    """One line of the notice bar."""

    title = blocks.CharBlock(label=_("标题"), max_length=60)
    link = LinkBlock(required=False, label=_("链接到"))
    target = TargetBlock()

    settings_names = ("target",)

    class Meta:
        icon = "comment"
        label = _("快讯")
        label_format = "{title}"


class AdBlock(ScheduledBlock):
    """One picture that leads somewhere."""

    image = sized_image(slots.AD_SIZE, label=_("图片"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=ALT_HELP)
    text = blocks.CharBlock(label=_("说明"), max_length=120, required=False)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()
    variants = variant_block()

    settings_names = ("target", "variants")

    class Meta:
        icon = "image"
        label = _("广告")
        label_format = "{title}"


class EntryBlock(ScheduledBlock):
    """One round button of the quick entries."""

    image = sized_image(slots.ENTRY_SIZE, label=_("图标"))
    title = blocks.CharBlock(label=_("名称"), max_length=12)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()

    settings_names = ("target",)

    class Meta:
        icon = "grip"
        label = _("入口")
        label_format = "{title}"


class TextLinkBlock(ScheduledBlock):
    """Words that lead somewhere: a channel or a tag of a floor."""

    title = blocks.CharBlock(label=_("文字"), max_length=20)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()

    settings_names = ("target",)

    class Meta:
        icon = "link"
        label = _("文字链接")
        label_format = "{title}"


class HotSpotBlock(blocks.StructBlock):
    """A part of a picture that leads somewhere, in percent of the picture's width and height."""

    title = blocks.CharBlock(label=_("名称"), max_length=30)
    x = blocks.DecimalBlock(label=_("左边距 %"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    y = blocks.DecimalBlock(label=_("上边距 %"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    width = blocks.DecimalBlock(label=_("宽 %"), min_value=1, max_value=100, decimal_places=2, max_digits=5)
    height = blocks.DecimalBlock(label=_("高 %"), min_value=1, max_value=100, decimal_places=2, max_digits=5)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()

    class Meta:
        icon = "crosshairs"
        label = _("热区")
        label_format = "{title}"
        form_layout = blocks.BlockGroup(
            children=["title", "x", "y", "width", "height", "link"],
            settings=["target"],
        )
