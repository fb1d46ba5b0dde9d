"""Our products in this contract's words."""

from typing import Any

from shop.catalog.selectors import ProductCard, ProductDetail


def ref(card: ProductCard) -> dict[str, Any]:
    """A product as rows of other lists name it."""
    return {"id": card.id, "name": card.name, "shop_price": card.price, "goods_front_image": card.image_url}


def row(card: ProductCard) -> dict[str, Any]:
    """A product of a list. Where there is no market price, the client prints the price struck through."""
    return ref(card) | {
        "goods_brief": card.caption,
        "market_price": card.market_price if card.market_price is not None else card.price,
        "sold_num": card.sold,
        "category": card.category_id,
        "is_new": card.is_new,
        "is_hot": card.is_hot,
        "add_time": card.created_at,
    }


def detail(found: ProductDetail) -> dict[str, Any]:
    """A product's own page. The client shows its first picture unasked, so there always is one."""
    pictures: list[dict[str, str | None]] = [{"image": images["full"]} for images in found.gallery]
    return row(found.card) | {
        "goods_desc": found.detail,
        "goods_num": max(found.card.stock, 0),
        "ship_free": found.card.ship_free,
        "click_num": found.card.views,
        "fav_num": found.card.favorites,
        "images": pictures or [{"image": found.card.image_url}],
    }
