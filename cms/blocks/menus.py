"""Menus: words that lead to a category, a page, a product, a search or an address, in two levels."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.links import LinkBlock, TargetBlock
from cms.blocks.schedule import ScheduledBlock

TITLE_HELP = _("留空：用所链接的分类、页面或商品自己的名称")


class MenuEntry(ScheduledBlock):
    """One line of a menu."""

    title = blocks.CharBlock(label=_("文字"), max_length=30, required=False, help_text=TITLE_HELP)
    link = LinkBlock(label=_("链接到"))
    target = TargetBlock()

    settings_names: tuple[str, ...] = ("target",)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        nameless = any(one.block_type == "url" for one in cleaned["link"])
        if nameless and not cleaned["title"] and not self.is_deferred_validation:
            raise blocks.StructBlockValidationError(
                block_errors={"title": ValidationError(_("网址没有名称，请填写文字"), code="menu.no_title")}
            )
        return cleaned

    class Meta:
        icon = "link"
        label = _("菜单项")
        label_format = "{title}"


class MenuBranch(MenuEntry):
    """A line with others below it."""

    children = blocks.ListBlock(MenuEntry(), collapsed=True, label=_("下级菜单"), default=[], max_num=30)

    class Meta:
        icon = "list-ul"
        label = _("菜单项")
        label_format = "{title}"


class MenuBlocks(blocks.StreamBlock):
    """The lines of a menu, in order."""

    item = MenuBranch()

    class Meta:
        max_num = 40
        required = False
