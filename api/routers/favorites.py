"""What I keep in mind."""

from typing import Any

from ninja import Query, Router, Status

from api.auth import BuyerRequest, buyer
from api.pagination import Page, PageIn, PageNotFound, paged
from api.problems import guarded
from api.schemas.base import RowId
from api.schemas.interest import FavoriteOut, SkuIdOut, SkuIn, favorite_out
from shop.catalog.errors import SkuNotFound
from shop.interest.errors import NotFavorite
from shop.interest.selectors import favorite_cards, favorite_of, favorites_of
from shop.interest.services import add_favorite, remove_favorites

router = Router(tags=["favorites"], auth=buyer)


@router.get("/", operation_id="list_favorites", response={200: Page[FavoriteOut], **guarded(PageNotFound)})
def list_favorites(request: BuyerRequest, query: Query[PageIn]) -> Any:
    """My favourites, newest first."""
    rows = favorites_of(user_id=request.auth.pk)
    return paged(request, rows, query, shape=lambda page: [favorite_out(kept) for kept in favorite_cards(page)])


@router.post("/", operation_id="add_favorite", response={201: SkuIdOut, **guarded(SkuNotFound)})
def create(request: BuyerRequest, body: SkuIn) -> Status[dict[str, int]]:
    """Keep this SKU in mind; twice is as good as once and answers the same."""
    add_favorite(user_id=request.auth.pk, sku_id=body.sku_id)
    return Status(201, {"sku_id": body.sku_id})


@router.get("/{int:sku_id}/", operation_id="get_favorite", response={200: SkuIdOut, **guarded(NotFavorite)})
def get_favorite(request: BuyerRequest, sku_id: RowId) -> dict[str, int]:
    """Whether I keep this SKU in mind: 200 or 404."""
    if favorite_of(user_id=request.auth.pk, sku_id=sku_id) is None:
        raise NotFavorite
    return {"sku_id": sku_id}


@router.delete("/{int:sku_id}/", operation_id="remove_favorite", response={204: None, **guarded()})
def delete(request: BuyerRequest, sku_id: RowId) -> Status[None]:
    """Keep it in mind no more; twice is as good as once."""
    remove_favorites(user_id=request.auth.pk, sku_id=sku_id)
    return Status(204, None)
