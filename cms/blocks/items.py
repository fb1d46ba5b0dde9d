"""What the blocks of a homepage hold: banners, notices, ads, entries, text links. Each has its own times."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms.blocks.links import LinkBlock, TargetBlock
from cms.blocks.schedule import ScheduledBlock

ALT_HELP = _("必填：图片的文字说明，读屏软件会读出，图片加载失败时也会显示")


class BannerBlock(ScheduledBlock):
    """One picture of the carousel."""

    image = ImageChooserBlock(label=_("图片"), help_text=_("建议不小于 1200 × 400 像素"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=ALT_HELP)
    text = blocks.CharBlock(label=_("副标题"), max_length=120, required=False)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()

    settings_names = ("target",)

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

    image = ImageChooserBlock(label=_("图片"))
    title = blocks.CharBlock(label=_("标题"), max_length=60, help_text=ALT_HELP)
    text = blocks.CharBlock(label=_("说明"), max_length=120, required=False)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()

    settings_names = ("target",)

    class Meta:
        icon = "image"
        label = _("广告")
        label_format = "{title}"


class EntryBlock(ScheduledBlock):
    """One round button of the quick entries."""

    image = ImageChooserBlock(label=_("图标"), help_text=_("正方形，不小于 96 × 96 像素"))
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
