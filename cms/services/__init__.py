"""Changes of content from code: the demo shop, tests, tasks. Editors use Wagtail's screens."""

from cms.services.due import publish_due
from cms.services.menus import save_menu
from cms.services.publishing import (
    publish_category_ad,
    publish_content_page,
    publish_home,
    publish_index_page,
    publish_landing_page,
    save_site_settings,
)
from cms.services.site import ensure_site
from cms.services.streams import RawBlock

__all__ = [
    "RawBlock",
    "ensure_site",
    "publish_category_ad",
    "publish_content_page",
    "publish_due",
    "publish_home",
    "publish_index_page",
    "publish_landing_page",
    "save_menu",
    "save_site_settings",
]
