"""Goods, categories, the homepage's parts, hot words."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from api.hot import hot
from api.mxshop import goods
from api.mxshop.errors import failures
from api.mxshop.schemas import (
    BannerOut,
    CategoryOut,
    GoodsDetailOut,
    GoodsIn,
    GoodsOut,
    HotWordOut,
    IndexGoodsOut,
)
from api.pagination import Page, PageNotFound, envelope, paged
from api.schemas.base import RowId
from cms.selectors import home_now
from kernel import clock
from kernel.regions import CATALOG, HOME
from media.renditions import Urls, pictures
from search.queries import found_spu_ids
from search.words import hot_words
from shop.catalog import selectors
from shop.catalog.errors import CategoryNotFound, SpuNotFound
from shop.catalog.services.views import count_product_view

router = Router(tags=["goods"])

#: So many goods a floor of the homepage shows.
PER_FLOOR = 8
#: How old the number of pieces on a page may be.
STOCK_AGE = timedelta(minutes=1)


@router.get(
    "/goods/",
    response={200: Page[GoodsOut], **failures(PageNotFound)},
    operation_id="mx_list_goods",
    summary="Goods of a list",
)
@hot(Page[GoodsOut], region=CATALOG, until=selectors.next_sale_switch, keep=lambda query: query.is_asked_by_many)
def list_goods(request: HttpRequest, query: Query[GoodsIn]) -> Any:
    """Goods on sale: of a category of any level, within prices, new or hot, by words; 12 a page."""
    if query.search:
        return _searched(request, query)
    ordering = query.in_order or selectors.ProductOrdering.CREATE_TIME_DOWN
    found = selectors.products(filters=query.filters, ordering=ordering)
    return paged(request, found, query, shape=lambda rows: [goods.row(card) for card in selectors.product_cards(rows)])


def _searched(request: HttpRequest, query: GoodsIn) -> dict[str, Any]:
    """What fits the words, in the order asked for, else the best fit first."""
    ids = found_spu_ids(query.search)
    found = selectors.products(
        filters=query.filters, ordering=query.in_order or selectors.ProductOrdering.CREATE_TIME_DOWN
    ).filter(pk__in=ids)
    if query.in_order is not None:
        return paged(
            request, found, query, shape=lambda rows: [goods.row(card) for card in selectors.product_cards(rows)]
        )
    cards = selectors.product_cards(found)
    rank = {spu_id: place for place, spu_id in enumerate(ids)}
    cards.sort(key=lambda card: rank[card.id])
    start = (query.page - 1) * query.page_size
    if start >= len(cards) and query.page > 1:
        raise PageNotFound(page=query.page)
    results = [goods.row(card) for card in cards[start : start + query.page_size]]
    return envelope(request, wanted=query, count=len(cards), results=results)


def _soon() -> datetime:
    """When this page is read anew at the latest: it shows pieces, and selling of many drops no bytes."""
    latest = clock.now() + STOCK_AGE
    return min(selectors.next_sale_switch() or latest, latest)


def _seen(goods_id: int, *, times: int = 1) -> None:
    count_product_view(goods_id, times=times)


@router.get(
    "/goods/{int:goods_id}/",
    response={200: GoodsDetailOut, **failures(SpuNotFound)},
    operation_id="mx_get_goods",
    summary="One of the goods",
)
@hot(GoodsDetailOut, region=CATALOG, until=_soon, seen=_seen)
def get_goods(request: HttpRequest, goods_id: RowId) -> Any:
    """One of the goods with its texts and pictures; the view is counted."""
    return goods.detail(selectors.product_detail(goods_id))


def _node(node: selectors.CategoryNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": node.name,
        "is_tab": node.level == 1,
        "sub_cat": [_node(child) for child in node.children],
    }


@router.get(
    "/categorys/",
    response={200: list[CategoryOut], **failures()},
    operation_id="mx_list_categories",
    summary="Category tree",
)
@hot(list[CategoryOut], region=CATALOG)
def list_categories(request: HttpRequest) -> Any:
    """The whole tree of what is shown."""
    return [_node(node) for node in selectors.category_tree()]


@router.get(
    "/categorys/{int:category_id}/",
    response={200: CategoryOut, **failures(CategoryNotFound)},
    operation_id="mx_get_category",
    summary="One category",
)
@hot(CategoryOut, region=CATALOG)
def get_category(request: HttpRequest, category_id: RowId) -> Any:
    """A category of any level with what is under it."""
    waiting = selectors.category_tree()
    while waiting:
        node = waiting.pop()
        if node.id == category_id:
            return _node(node)
        waiting.extend(node.children)
    raise CategoryNotFound(category_id=category_id)


@router.get(
    "/indexgoods/",
    response={200: list[IndexGoodsOut], **failures()},
    operation_id="mx_list_floors",
    summary="Floors of the homepage",
)
@hot(list[IndexGoodsOut], region=HOME, until=lambda: home_now().until)
def list_floors(request: HttpRequest) -> Any:
    """The homepage's floors that are shown now: brands, sub-categories, one advertised product, goods."""
    floors = [floor for floor in home_now().floors if floor["category"]]
    tree = {node.id: node for node in _all(selectors.category_tree())}
    skus = {
        floor["id"]: [card.spu_id for tab in floor["tabs"] for card in tab["products"]][:PER_FLOOR] for floor in floors
    }
    ads = {
        floor["id"]: next((ad["link"]["id"] for ad in floor["ads"] if ad["link"] and ad["link"]["type"] == "sku"), None)
        for floor in floors
    }
    products = selectors.spu_ids_of(sku_id for sku_id in ads.values() if sku_id)
    wanted = [spu_id for ids in skus.values() for spu_id in ids] + list(products.values())
    cards = {card.id: card for card in selectors.product_cards_by_id(wanted)}
    brands = selectors.brands_by_category(
        {floor["category"]["id"]: _ids(tree.get(floor["category"]["id"])) for floor in floors}
    )
    logos = pictures(brand.logo_id for of_floor in brands.values() for brand in of_floor)
    return [
        {
            "id": floor["category"]["id"],
            "name": floor["title"],
            "brands": [
                {"id": brand.pk, "name": brand.name, "image": _logo(logos.get(brand.logo_id or 0))}
                for brand in brands[floor["category"]["id"]]
            ],
            "sub_cat": [_node(child) for child in _children(tree.get(floor["category"]["id"]))],
            "ad_goods": _ad(cards.get(products.get(ads[floor["id"]] or 0, 0))),
            "goods": [goods.row(cards[spu_id]) for spu_id in dict.fromkeys(skus[floor["id"]]) if spu_id in cards],
        }
        for floor in floors
    ]


@router.get(
    "/banners/", response={200: list[BannerOut], **failures()}, operation_id="mx_list_banners", summary="Banners"
)
@hot(list[BannerOut], region=HOME, until=lambda: home_now().until)
def list_banners(request: HttpRequest) -> Any:
    """The homepage's banners that lead to goods: a product, or the best seller of a category."""
    led_by = [
        (banner, banner["link"]["type"], banner["link"]["id"] or 0) for banner in home_now().banners if banner["link"]
    ]
    products = selectors.spu_ids_of(row_id for _banner, kind, row_id in led_by if kind == "sku")
    best = selectors.best_by_category(row_id for _banner, kind, row_id in led_by if kind == "category")
    goods_of = {"sku": products, "category": best}
    led = [(banner, goods_of.get(kind, {}).get(row_id)) for banner, kind, row_id in led_by]
    shown = [(banner, spu_id) for banner, spu_id in led if spu_id]
    return [
        {"goods": spu_id, "image": banner["image_url"], "index": place} for place, (banner, spu_id) in enumerate(shown)
    ]


@router.get(
    "/hotsearchs/", response={200: list[HotWordOut], **failures()}, operation_id="mx_hot_words", summary="Hot words"
)
def list_hot_words(request: HttpRequest) -> Any:
    """What is searched for, staff's words first."""
    return [{"keywords": word, "index": place} for place, word in enumerate(hot_words())]


def _all(nodes: list[selectors.CategoryNode]) -> list[selectors.CategoryNode]:
    return [one for node in nodes for one in (node, *_all(node.children))]


def _ids(node: selectors.CategoryNode | None) -> list[int]:
    return [one.id for one in _all([node])] if node else []


def _children(node: selectors.CategoryNode | None) -> list[selectors.CategoryNode]:
    return node.children if node else []


def _logo(images: Urls | None) -> str | None:
    return images["card"] if images else None


def _ad(card: selectors.ProductCard | None) -> dict[str, Any]:
    return {"id": card.id, "goods_front_image": card.image_url} if card else {}
