"""What every page of the mall has: share picture, a place in time that needs no worker, a slug of its own."""

from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.errors import MomentUnreadable
from cms.previewing import shown_by_storefront
from kernel import clock

#: First path parts that other parts of the mall answer; a page there would never be reached.
RESERVED = frozenset(
    {
        *("admin", "api", "documents", "livez", "media", "pages", "preview", "readyz", "robots.txt", "sitemap.xml"),
        "static",
        # and those of the storefront
        *("brands", "cart", "categories", "login", "orders", "register", "search", "skus", "user"),
    }
)


#: What the preview beside the editor can show.
PREVIEW_MODES = [
    ("", _("现在")),
    ("in-an-hour", _("一小时后")),
    ("tomorrow", _("明天零点")),
    ("in-a-week", _("一周后零点")),
]


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

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Now, and moments that are often looked at; the editor's script adds any other as ``at:<ISO 8601>``."""
        return PREVIEW_MODES

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """The draft as it will look at the chosen moment: rendered right here, while the clock stands there."""
        moment = _moment_of(mode_name)
        with clock.seen_at(moment) if moment else nullcontext():
            response = shown_by_storefront(self, request) or super().serve_preview(request, mode_name)
            return response.render() if hasattr(response, "render") else response

    def clean(self) -> None:
        super().clean()
        if self.slug and self.slug in RESERVED:
            raise ValidationError({"slug": _("这个路径由系统使用，请换一个")})
        if self.slug and self.depth != 2 and _slug_taken(self):
            raise ValidationError({"slug": _("已有页面使用这个路径名；内容接口按路径名取页面，所以不能重复")})


def _moment_of(mode: str | None) -> datetime | None:
    """The moment that a preview mode stands for; None for now, and for one that cannot be read."""
    now = timezone.localtime(clock.now())
    match mode:
        case "in-an-hour":
            return now + timedelta(hours=1)
        case "tomorrow" | "in-a-week":
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            return midnight + timedelta(days=1 if mode == "tomorrow" else 7)
    if mode and mode.startswith("at:"):
        from cms.selectors.moments import moment_from

        with suppress(MomentUnreadable):
            return moment_from(mode.removeprefix("at:"))
    return None


def _slug_taken(page: MallPage) -> bool:
    same = Page.objects.filter(slug=page.slug, depth__gt=2, alias_of__isnull=True).exclude(pk=page.pk)
    return any(issubclass(other.specific_class or Page, MallPage) for other in same)
