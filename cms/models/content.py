"""Content pages: help, delivery, returns, agreements, articles."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import ContentBlocks
from cms.models.base import MallPage


class ContentIndexPage(MallPage):
    """A branch of the help centre: it lists the pages below it."""

    summary = models.CharField(_("简介"), max_length=300, blank=True)

    parent_page_types = ["cms.HomePage", "cms.ContentIndexPage"]
    subpage_types = ["cms.ContentIndexPage", "cms.ContentPage"]
    content_panels = [*Page.content_panels, FieldPanel("summary")]
    search_fields = [*Page.search_fields, index.SearchField("summary")]
    template = "cms/content_index_page.html"
    page_description = _("帮助中心等栏目，自动列出下级页面")

    class Meta:
        verbose_name = _("栏目页")
        verbose_name_plural = _("栏目页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.selectors.pages import page_details
        from cms.selectors.site import site_now

        return {
            **super().get_context(request, *args, **kwargs),
            "details": page_details(self),
            "site": site_now().details,
        }


class ContentPage(MallPage):
    """One article."""

    class Kind(models.TextChoices):
        HELP = "help", _("帮助")
        AGREEMENT = "agreement", _("协议")
        ABOUT = "about", _("关于我们")
        ARTICLE = "article", _("文章")

    kind = models.CharField(_("类型"), max_length=16, choices=Kind, default=Kind.HELP)
    summary = models.CharField(_("摘要"), max_length=300, blank=True, help_text=_("显示在列表中"))
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("正文"))

    parent_page_types = ["cms.HomePage", "cms.ContentIndexPage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("kind"), FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    template = "cms/content_page.html"
    page_description = _("帮助、配送、售后、协议、关于我们等图文页面")

    class Meta:
        verbose_name = _("内容页")
        verbose_name_plural = _("内容页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.selectors.pages import page_details
        from cms.selectors.site import site_now

        return {
            **super().get_context(request, *args, **kwargs),
            "details": page_details(self),
            "site": site_now().details,
        }
