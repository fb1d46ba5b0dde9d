"""Ads of categories: one place beside the products of a category and of everything below it."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from cms import slots
from cms.blocks import LinkBlock
from cms.blocks.items import ALT_HELP
from cms.blocks.links import TARGETS
from cms.panels import FiguresPanel


class CategoryAd(
    PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, index.Indexed, models.Model
):
    """A picture with a link in one slot of a category; a category without one shows its nearest parent's.

    ``go_live_at`` and ``expire_at`` come from Wagtail's draft state; reads go by them alone.
    """

    category = models.ForeignKey(
        "shop.Category", models.CASCADE, related_name="+", verbose_name=_("分类"), help_text=_("也用于它的下级分类")
    )
    slot = models.CharField(_("广告位"), max_length=32, choices=slots.CATEGORY_CHOICES, default=slots.CATEGORY_LIST)
    image = models.ForeignKey("media.MallImage", models.SET_NULL, null=True, related_name="+", verbose_name=_("图片"))
    title = models.CharField(_("标题"), max_length=60, help_text=ALT_HELP)
    text = models.CharField(_("说明"), max_length=120, blank=True)
    link = StreamField(LinkBlock(), verbose_name=_("链接到"))
    target = models.CharField(_("打开方式"), max_length=8, choices=TARGETS, default="_self")
    sort_order = models.PositiveIntegerField(_("顺序"), default=0, help_text=_("数字小的在前"))

    panels = [
        FieldRowPanel([FieldPanel("category"), FieldPanel("slot")]),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("title"), FieldPanel("text")], heading=_("内容")),
        MultiFieldPanel([FieldPanel("link"), FieldPanel("target")], heading=_("链接")),
        FieldPanel("sort_order"),
        FiguresPanel(heading=_("数据")),
        PublishingPanel(),
    ]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title"), index.SearchField("text")]

    class Meta:
        verbose_name = _("分类广告")
        verbose_name_plural = _("分类广告")
        ordering = ["category", "slot", "sort_order", "id"]
        indexes = [models.Index(fields=["category", "slot", "live"], name="cms_category_ad_place")]

    def __str__(self) -> str:
        return self.title

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/category_ad_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from cms.selectors.ads import shown_ads

        return {**super().get_preview_context(request, mode_name), "ads": shown_ads([self])}
