"""Models of content: pages, category ads, the site's details."""

from cms.models.ads import CategoryAd
from cms.models.content import ContentIndexPage, ContentPage
from cms.models.home import HomePage, LandingPage
from cms.models.settings import SiteSettings

__all__ = ["CategoryAd", "ContentIndexPage", "ContentPage", "HomePage", "LandingPage", "SiteSettings"]
