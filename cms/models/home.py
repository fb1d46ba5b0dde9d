"""The homepage and landing pages: the same blocks in two places."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import HomeBlocks
from cms.blocks.audience import PUBLIC
from cms.models.base import MallPage
from cms.panels import FiguresPanel


class BlocksPage(MallPage):
    """A page composed of the mall's blocks, rendered from the same data that the API gives."""

    body = StreamField(
        HomeBlocks(),
        blank=True,
        collapsed=True,
        verbose_name=_("内容区块"),
        help_text=_("拖动调整顺序；每个区块和其中每一项都可以在“设置”里单独定时"),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FiguresPanel(heading=_("区块数据"), classname="collapsed"),
    ]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.selectors.home import blocks_of
        from cms.selectors.site import site_now

        return {
            **super().get_context(request, *args, **kwargs),
            # Editors see every block, whomever it is for.
            "home": blocks_of(self, audience=None if getattr(request, "is_preview", False) else PUBLIC),
            "site": site_now().details,
        }


class HomePage(BlocksPage):
    """The root of the site. Its blocks fill the ``index_…`` slots."""

    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "cms/home_page.html"
    page_description = _("商城首页")

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")


class LandingPage(BlocksPage):
    """A page of its own for a campaign, with the homepage's blocks."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/landing_page.html"
    page_description = _("活动专题页，使用与首页相同的区块")

    class Meta:
        verbose_name = _("专题页")
        verbose_name_plural = _("专题页")
