"""Changes of the catalog: the only way in for the back office, the import and the demo shop."""

from shop.catalog.services.brands import delete_brand, place_brand, save_brand
from shop.catalog.services.categories import delete_category, place_category, save_category
from shop.catalog.services.changes import catalog_changed, skus_changed, tell_changed
from shop.catalog.services.deleting import delete_sku, delete_spu
from shop.catalog.services.pictures import PictureInput, save_pictures
from shop.catalog.services.sale import SpuFlags, put_on_sale, set_spu_flags, take_off_sale
from shop.catalog.services.skus import SkuRow, generate_skus, save_sku, save_skus, set_prices
from shop.catalog.services.specs import OptionInput, SpecInput, save_specs
from shop.catalog.services.spus import save_spu

__all__ = [
    "OptionInput",
    "PictureInput",
    "SkuRow",
    "SpecInput",
    "SpuFlags",
    "catalog_changed",
    "delete_brand",
    "delete_category",
    "delete_sku",
    "delete_spu",
    "generate_skus",
    "place_brand",
    "place_category",
    "put_on_sale",
    "save_brand",
    "save_category",
    "save_pictures",
    "save_sku",
    "save_skus",
    "save_specs",
    "save_spu",
    "set_prices",
    "set_spu_flags",
    "skus_changed",
    "take_off_sale",
    "tell_changed",
]
