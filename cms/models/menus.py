"""Menus of the storefront."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.blocks.menus import MenuBlocks


class Menu(models.Model):
    """A menu that a storefront asks for by its key."""

    key = models.SlugField(_("标识"), max_length=32, unique=True, help_text=_("header 为页头，footer 为页脚"))
    title = models.CharField(_("名称"), max_length=60)
    items = StreamField(MenuBlocks(), blank=True, collapsed=True, verbose_name=_("菜单项"))

    panels: list[Any] = [FieldPanel("title"), FieldPanel("key"), FieldPanel("items")]

    class Meta:
        verbose_name = _("菜单")
        verbose_name_plural = _("菜单")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title
