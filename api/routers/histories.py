"""What I looked at."""

from typing import Any

from ninja import Query, Router, Status

from api.auth import BuyerRequest, buyer
from api.problems import guarded
from api.schemas.interest import HistorySkuIn, SeenOut, SkuIdOut, SkuIn, seen_out
from shop.catalog.errors import SkuNotFound
from shop.interest.selectors import history_of
from shop.interest.services import forget_visits, record_visit

router = Router(tags=["history"], auth=buyer)


@router.get("/", operation_id="list_history", response={200: list[SeenOut], **guarded()})
def list_history(request: BuyerRequest) -> list[dict[str, Any]]:
    """What I looked at last, newest first; 50 at the most, each once."""
    return [seen_out(kept) for kept in history_of(user_id=request.auth.pk)]


@router.post("/", operation_id="record_visit", response={201: SkuIdOut, **guarded(SkuNotFound)})
def create(request: BuyerRequest, body: SkuIn) -> Status[dict[str, int]]:
    """I looked at this SKU: it moves to the front."""
    record_visit(user_id=request.auth.pk, sku_id=body.sku_id)
    return Status(201, {"sku_id": body.sku_id})


@router.delete("/", operation_id="forget_history", response={204: None, **guarded()})
def delete(request: BuyerRequest, query: Query[HistorySkuIn]) -> Status[None]:
    """Forget one SKU (`sku_id`), or everything."""
    forget_visits(user_id=request.auth.pk, sku_id=query.sku_id)
    return Status(204, None)
