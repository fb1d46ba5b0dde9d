"""Brands: from A to Z, one brand's page, its products."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from api.hot import hot
from api.moments import at_any_moment
from api.pagination import Page, PageNotFound, paged
from api.problems import problems
from api.schemas.base import RowId
from api.schemas.brands import BrandDetailOut, BrandOut, brand_out
from api.schemas.skus import SkuCardOut, SkusIn
from kernel.regions import CATALOG
from media.renditions import pictures
from shop.catalog import selectors
from shop.catalog.errors import BrandNotFound, PriceRangeReversed

router = Router()


@router.get("/", response={200: list[BrandOut], **problems()}, operation_id="list_brands", summary="Brands from A to Z")
@hot(list[BrandOut], region=CATALOG)
def list_brands(request: HttpRequest) -> Any:
    """Every brand by its first letter; what has no letter (`#`) comes last."""
    brands = selectors.brands_a_to_z()
    logos = pictures(one.logo_id for one in brands)
    return [brand_out(one, logos) for one in brands]


@router.get(
    "/{int:brand_id}/",
    response={200: BrandDetailOut, **problems(BrandNotFound)},
    operation_id="get_brand",
    summary="One brand",
)
@hot(BrandDetailOut, region=CATALOG)
def get_brand(request: HttpRequest, brand_id: RowId) -> Any:
    """A brand's page."""
    brand = selectors.brand_by_id(brand_id)
    return {
        **brand_out(brand, pictures([brand.logo_id])),
        "description": brand.description,
        "skus_url": f"{settings.PUBLIC_URL}{request.path}skus/",
        "seo": {"title": brand.seo_title or brand.name, "description": brand.seo_description},
    }


@router.get(
    "/{int:brand_id}/skus/",
    response={200: Page[SkuCardOut], **problems(BrandNotFound, PriceRangeReversed, PageNotFound)},
    operation_id="list_brand_skus",
    summary="Products of a brand",
)
@at_any_moment
@hot(
    Page[SkuCardOut],
    region=CATALOG,
    until=selectors.next_sale_switch,
    keep=lambda brand_id, query: query.is_asked_by_many,
)
def list_brand_skus(request: HttpRequest, brand_id: RowId, query: Query[SkusIn]) -> Any:
    """What is on sale of a brand, a page at a time."""
    found = selectors.skus_of_brand(brand_id=brand_id, filters=query.filters, ordering=query.ordering)
    return paged(request, found, query, shape=selectors.sku_cards)
