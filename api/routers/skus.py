"""One SKU's page. ``/skus/search/`` and ``/skus/{id}/comments/`` have routers of their own."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router

from api.hot import hot
from api.moments import at_any_moment
from api.problems import problems
from api.schemas.base import RowId
from api.schemas.reviews import summary_out
from api.schemas.skus import SkuDetailOut, detail_out
from cms.selectors import ad_for_category, next_ad_switch
from kernel.regions import CATALOG
from shop.catalog import selectors
from shop.catalog.errors import SkuNotFound
from shop.catalog.services.views import count_view
from shop.reviews.selectors import review_summary

router = Router()


def _next_switch() -> datetime | None:
    """When a product or an ad comes or goes by itself."""
    return min((at for at in (selectors.next_sale_switch(), next_ad_switch()) if at), default=None)


# ``int`` in the path, or this route would swallow every word that stands there.
@router.get(
    "/{int:sku_id}/",
    response={200: SkuDetailOut, **problems(SkuNotFound)},
    operation_id="get_sku",
    summary="One SKU with everything its page shows",
)
@at_any_moment
@hot(SkuDetailOut, region=CATALOG, until=_next_switch, seen=count_view)
def get_sku(request: HttpRequest, sku_id: RowId) -> Any:
    """A SKU that is on sale now: texts, pictures, choices, place in the tree, ad, related products."""
    detail = selectors.sku_detail(sku_id)
    ad = ad_for_category(detail.sku.spu.category_id)
    return detail_out(detail, ad=ad, reviews=summary_out(review_summary(sku_id=sku_id)))
