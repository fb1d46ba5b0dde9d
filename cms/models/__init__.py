"""Models of content: pages, category ads, menus, the site's details, and what was seen of them."""

from cms.models.ads import CategoryAd
from cms.models.content import ContentIndexPage, ContentPage
from cms.models.figures import AttributedOrder, BlockFigure, BlockTrace, Variant
from cms.models.home import HomePage, LandingPage
from cms.models.menus import Menu
from cms.models.settings import SiteSettings

__all__ = [
    "AttributedOrder",
    "BlockFigure",
    "BlockTrace",
    "CategoryAd",
    "ContentIndexPage",
    "ContentPage",
    "HomePage",
    "LandingPage",
    "Menu",
    "SiteSettings",
    "Variant",
]
