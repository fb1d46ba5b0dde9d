"""The back office of the catalog: products, SKUs and stock, categories, brands."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from cms.viewsets.catalog.brands import BrandViewSet
from cms.viewsets.catalog.categories import CategoryViewSet
from cms.viewsets.catalog.skus import SkuViewSet
from cms.viewsets.catalog.spus import SpuViewSet
from cms.viewsets.stock import StockMovementViewSet


class CatalogGroup(ViewSetGroup):
    menu_label = _("商品")
    menu_name = "catalog"
    menu_icon = "tag"
    menu_order = 150
    items = (SpuViewSet, SkuViewSet, CategoryViewSet, BrandViewSet, StockMovementViewSet)
