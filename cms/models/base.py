"""What every page of the mall has: share picture, a place in time that needs no worker, a slug of its own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

#: First path parts that other parts of the mall answer; a page there would never be reached.
RESERVED = frozenset(
    {
        *("admin", "api", "documents", "livez", "media", "readyz", "robots.txt", "sitemap.xml", "static"),
        # and those of the storefront
        *("brands", "cart", "categories", "login", "orders", "register", "search", "skus", "user"),
    }
)


class MallPage(Page):
    """A page that is seen, unseen or replaced at its times, whether or not a worker is up."""

    share_image = models.ForeignKey(
        "media.MallImage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("分享图"),
        help_text=_("分享到微信、微博等时显示；留空：不带图"),
    )

    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description"), FieldPanel("share_image")],
            heading=_("搜索引擎与分享"),
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], heading=_("菜单")),
    ]

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer with the version that is live now, which may be a scheduled one that no worker published yet."""
        if path_components:
            return super().route(request, path_components)
        from cms.selectors.live import version_now

        version = version_now(self)
        if version is None:
            raise Http404
        return RouteResult(version)

    def clean(self) -> None:
        super().clean()
        if self.slug and self.slug in RESERVED:
            raise ValidationError({"slug": _("这个路径由系统使用，请换一个")})
        if self.slug and self.depth != 2 and _slug_taken(self):
            raise ValidationError({"slug": _("已有页面使用这个路径名；内容接口按路径名取页面，所以不能重复")})


def _slug_taken(page: MallPage) -> bool:
    same = Page.objects.filter(slug=page.slug, depth__gt=2, alias_of__isnull=True).exclude(pk=page.pk)
    return any(issubclass(other.specific_class or Page, MallPage) for other in same)
