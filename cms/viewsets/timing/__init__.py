"""The marketer's screens about time: the calendar, the shop at any moment, links for people without a login."""

from typing import Any

from django.templatetags.static import static
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.viewsets.timing.calendar import CalendarMenuItem, show_calendar
from cms.viewsets.timing.links import preview_link_button, preview_links
from cms.viewsets.timing.moment import MomentMenuItem, show_home_then, show_moment

__all__ = [
    "CalendarMenuItem",
    "MomentMenuItem",
    "admin_urls",
    "editor_js",
    "preview_link_button",
]


def admin_urls() -> list[URLPattern]:
    """Addresses of these screens."""
    return [
        path("calendar/", show_calendar, name="cms_calendar"),
        path("moment/", show_moment, name="cms_moment"),
        path("moment/home/", show_home_then, name="cms_moment_home"),
        path("preview-links/<int:page_id>/", preview_links, name="cms_preview_links"),
    ]


def editor_js(*args: Any) -> SafeString:
    """The preview beside the editor gets a field for the moment it shows."""
    return format_html(
        '<script src="{}" data-label="{}" data-option="{}" defer></script>',
        static("cms/preview-moment.js"),
        _("预览时刻"),
        _("所选时刻"),
    )
