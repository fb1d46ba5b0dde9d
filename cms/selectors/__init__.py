"""Reads of content: what buyers see now, whether or not a worker is up."""

from cms.selectors.ads import AdsNow, ad_for_category, ads_in_slot, next_ad_switch
from cms.selectors.home import BlocksNow, blocks_of, home_now, next_home_switch
from cms.selectors.pages import PageDetails, PageHead, next_pages_switch, page_by_slug, pages_now
from cms.selectors.personal import Visitor, personal_blocks
from cms.selectors.site import SiteDetails, SiteNow, site_now

__all__ = [
    "AdsNow",
    "BlocksNow",
    "PageDetails",
    "PageHead",
    "SiteDetails",
    "SiteNow",
    "Visitor",
    "ad_for_category",
    "ads_in_slot",
    "blocks_of",
    "home_now",
    "next_ad_switch",
    "next_home_switch",
    "next_pages_switch",
    "page_by_slug",
    "pages_now",
    "personal_blocks",
    "site_now",
]
