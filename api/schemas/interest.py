"""Favourites and browse history."""

from typing import Any

from ninja import Schema
from pydantic import Field

from api.schemas.base import Moment, QueryIn, RowId
from api.schemas.skus import SkuCardOut


class SkuIn(Schema):
    sku_id: RowId


class HistorySkuIn(QueryIn):
    sku_id: RowId | None = Field(None, description="only this one; without it everything goes")


class SkuIdOut(Schema):
    sku_id: int


class SeenOut(SkuCardOut):
    seen_at: Moment
    on_sale: bool = Field(description="false once it left the shelf")


class FavoriteOut(SkuCardOut):
    favorited_at: Moment
    on_sale: bool = Field(description="false once it left the shelf")


def _card(kept: Any) -> dict[str, Any]:
    names = [name for name in SkuCardOut.model_fields if hasattr(kept.card, name)]
    return {name: getattr(kept.card, name) for name in names} | {"on_sale": kept.on_sale}


def seen_out(kept: Any) -> dict[str, Any]:
    """A card of the history."""
    return {**_card(kept), "seen_at": kept.at}


def favorite_out(kept: Any) -> dict[str, Any]:
    """A card of the favourites."""
    return {**_card(kept), "favorited_at": kept.at}
