"""Categories: the tree, one category's page, its products."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from api.hot import hot
from api.moments import at_any_moment
from api.pagination import Page, PageNotFound, paged
from api.problems import problems
from api.schemas.base import RowId
from api.schemas.brands import brand_out
from api.schemas.catalog import breadcrumb_out
from api.schemas.categories import CategoryNodeOut, CategoryOut, HotSkusIn
from api.schemas.skus import CategorySkusIn, SkuCardOut
from kernel.regions import CATALOG
from media.renditions import pictures
from shop.catalog import selectors
from shop.catalog.errors import CategoryNotFound, PriceRangeReversed

router = Router()


@router.get(
    "/", response={200: list[CategoryNodeOut], **problems()}, operation_id="list_categories", summary="Category tree"
)
@at_any_moment
@hot(list[CategoryNodeOut], region=CATALOG)
def list_categories(request: HttpRequest) -> Any:
    """The whole tree of what is shown, three levels, in the merchant's order."""
    return selectors.category_tree()


@router.get(
    "/{int:category_id}/",
    response={200: CategoryOut, **problems(CategoryNotFound)},
    operation_id="get_category",
    summary="One category",
)
@at_any_moment
@hot(CategoryOut, region=CATALOG, until=selectors.next_sale_switch)
def get_category(request: HttpRequest, category_id: RowId) -> Any:
    """A category's page: the way to it (`cat1`, `cat2`, `cat3`), its children, its brands."""
    category = selectors.shown_category(category_id)
    children = selectors.children_of(category_id)
    brands = selectors.brands_in(selectors.ids_below(category_id))
    images = pictures([category.image_id, *(one.image_id for one in children), *(one.logo_id for one in brands)])
    return {
        "id": category.pk,
        "name": category.name,
        "slug": category.slug,
        "level": category.level,
        "images": images.get(category.image_id or 0),
        **breadcrumb_out(selectors.breadcrumb(category)),
        "children": [
            {"id": one.pk, "name": one.name, "slug": one.slug, "images": images.get(one.image_id or 0)}
            for one in children
        ],
        "brands": [brand_out(one, images) for one in brands],
        "seo": {"title": category.seo_title or category.name, "description": category.seo_description},
    }


@router.get(
    "/{int:category_id}/skus/",
    response={200: Page[SkuCardOut], **problems(CategoryNotFound, PriceRangeReversed, PageNotFound)},
    operation_id="list_category_skus",
    summary="Products of a category",
)
@at_any_moment
@hot(
    Page[SkuCardOut],
    region=CATALOG,
    until=selectors.next_sale_switch,
    keep=lambda category_id, query: query.is_asked_by_many,
)
def list_category_skus(request: HttpRequest, category_id: RowId, query: Query[CategorySkusIn]) -> Any:
    """What is on sale in a category of any level and below it, a page at a time."""
    found = selectors.skus_in_category(category_id=category_id, filters=query.filters, ordering=query.ordering)
    return paged(request, found, query, shape=selectors.sku_cards)


@router.get(
    "/{int:category_id}/hotskus/",
    response={200: list[SkuCardOut], **problems(CategoryNotFound)},
    operation_id="list_hot_skus",
    summary="Best sellers of a category",
)
@at_any_moment
@hot(list[SkuCardOut], region=CATALOG, until=selectors.next_sale_switch)
def list_hot_skus(request: HttpRequest, category_id: RowId, query: Query[HotSkusIn]) -> Any:
    """The best sellers of a category of any level and below it; two, unless `limit` says more."""
    return selectors.hot_skus(category_id=category_id, limit=query.limit)
