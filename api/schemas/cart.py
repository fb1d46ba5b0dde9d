"""The cart."""

from typing import Literal

from ninja import Schema
from pydantic import Field

from api.schemas.base import RowId, Yuan
from api.schemas.skus import StockStateOut


class CartLineIn(Schema):
    """Pieces of one SKU."""

    sku_id: RowId
    count: int = Field(1, ge=1, le=10_000, description="pieces: POST adds them, PUT sets them")
    selected: bool = True


class CartLineSetIn(Schema):
    """What a line is to be."""

    sku_id: RowId
    count: int = Field(ge=1, le=10_000)
    selected: bool = True


class CartLineGoneIn(Schema):
    """Which line goes."""

    sku_id: RowId


class CartSelectionIn(Schema):
    """Tick all lines, or none."""

    selected: bool = True


class CartLineOut(Schema):
    """A line as it stands now."""

    sku_id: int
    count: int = Field(description="as sent")
    selected: bool
    total_count: int = Field(description="pieces in the line now")


class CartSelectionOut(Schema):
    """What all lines are now."""

    selected: bool


class ShownLineOut(Schema):
    """A line of the cart with what has changed since it was put in."""

    id: int = Field(description="of the SKU")
    name: str
    caption: str
    price: Yuan = Field(description="now")
    price_seen: Yuan = Field(description="when it was put in")
    market_price: Yuan | None
    default_image_url: str | None
    count: int
    selected: bool
    amount: Yuan = Field(description="price × count")
    stock_state: StockStateOut
    left: int | None = Field(description="pieces left, where they are fewer than `count`")
    can_be_ordered: bool
    changed: list[Literal["price_up", "price_down", "off_sale", "sold_out", "short"]]
