"""One app, one migration stream; the models live in their areas."""

from shop.catalog.models import Brand, Category, Picture, Sku, SkuOption, Spec, SpecOption, Spu
from shop.stock.models import StockMovement

__all__ = ["Brand", "Category", "Picture", "Sku", "SkuOption", "Spec", "SpecOption", "Spu", "StockMovement"]
