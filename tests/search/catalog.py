"""A small shelf with the traps of Chinese search on it."""

from decimal import Decimal
from typing import Any

from shop.catalog.models import Category, Sku, Spu
from tests.factories.catalog import BrandFactory, CategoryFactory, SkuFactory, SpuFactory


def leaf(*names: str) -> Category:
    """The category at the end of this way, each made once."""
    parent = None
    for name in names:
        found = Category.objects.filter(name=name, parent=parent).first()
        parent = found or CategoryFactory(name=name, parent=parent)
    assert parent is not None
    return parent


def product(name: str, *, brand: str, way: tuple[str, ...], **fields: Any) -> Spu:
    """A product without SKUs."""
    return SpuFactory(
        name=name,
        brand=BrandFactory._meta.model.objects.filter(name=brand).first() or BrandFactory(name=brand),
        category=leaf(*way),
        caption=fields.pop("caption", ""),
        **fields,
    )


def sku(spu: Spu, *, price: str = "100.00", options: dict[str, str] | None = None, **fields: Any) -> Sku:
    """One SKU of it, named as merchants name them."""
    return SkuFactory(
        spu=spu, name=" ".join([spu.name, *(options or {}).values()]), price=Decimal(price), options=options, **fields
    )
