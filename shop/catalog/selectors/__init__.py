"""Reads of the catalog."""

from shop.catalog.selectors.availability import LOW, StockState, stock_left, stock_state
from shop.catalog.selectors.brands import brand_by_id, brands_a_to_z, brands_in
from shop.catalog.selectors.cards import SkuCard, card_of, cards_by_id, for_cards, image_id_of, sku_cards
from shop.catalog.selectors.categories import (
    Breadcrumb,
    CategoryNode,
    breadcrumb,
    categories_shown,
    category_tree,
    children_of,
    ids_below,
    shown_category,
)
from shop.catalog.selectors.details import RELATED, GalleryPicture, SkuDetail, related_skus, sku_detail
from shop.catalog.selectors.listing import Ordering, SkuFilters, hot_skus, order_by, skus_in_category, skus_of_brand
from shop.catalog.selectors.selling import is_on_sale, next_sale_switch, on_sale, skus_on_sale
from shop.catalog.selectors.specs import OptionChoice, SpecChoices, spec_matrix

__all__ = [
    "LOW",
    "RELATED",
    "Breadcrumb",
    "CategoryNode",
    "GalleryPicture",
    "OptionChoice",
    "Ordering",
    "SkuCard",
    "SkuDetail",
    "SkuFilters",
    "SpecChoices",
    "StockState",
    "brand_by_id",
    "brands_a_to_z",
    "brands_in",
    "breadcrumb",
    "card_of",
    "cards_by_id",
    "categories_shown",
    "category_tree",
    "children_of",
    "for_cards",
    "hot_skus",
    "ids_below",
    "image_id_of",
    "is_on_sale",
    "next_sale_switch",
    "on_sale",
    "order_by",
    "related_skus",
    "shown_category",
    "sku_cards",
    "sku_detail",
    "skus_in_category",
    "skus_of_brand",
    "skus_on_sale",
    "spec_matrix",
    "stock_left",
    "stock_state",
]
