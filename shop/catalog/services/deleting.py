"""Taking products and SKUs away for good. What was ever ordered stays, switched off."""

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet

from shop.catalog.errors import SkuNotFound, SkuSold, SpuSold
from shop.catalog.models import Sku, SkuOption
from shop.catalog.services.changes import skus_changed
from shop.catalog.services.spus import spu_locked

#: The ledger's causes that an order leaves behind. Named by value: the ledger's area stands above this one.
ORDER_CAUSES = ("ordered", "returned", "restocked")


def ever_ordered(skus: QuerySet[Sku]) -> QuerySet[Sku]:
    """Those of the SKUs that an order has touched, whatever became of it."""
    movements = Sku.objects.filter(pk=OuterRef("pk"), movements__cause__in=ORDER_CAUSES)
    return skus.filter(Q(sales__gt=0) | Exists(movements))


@transaction.atomic
def delete_sku(*, sku_id: int) -> None:
    """Remove a SKU that was never ordered, and its ledger with it.

    Locks: the SKU, so that no order takes it meanwhile.
    Raises: SkuNotFound, SkuSold. Emits: SkusChanged, after commit.
    """
    sku = Sku.objects.select_for_update().filter(pk=sku_id).first()
    if sku is None:
        raise SkuNotFound()
    if ever_ordered(Sku.objects.filter(pk=sku_id)).exists():
        raise SkuSold(name=sku.name)
    skus_changed([sku_id])
    try:
        sku.delete()
    except ProtectedError as wrong:
        raise SkuSold(name=sku.name) from wrong


@transaction.atomic
def delete_spu(*, spu_id: int) -> None:
    """Remove a product none of whose SKUs was ever ordered, with its specs, SKUs, pictures and their ledger.

    Locks: the SPU, then its SKUs in id order.
    Raises: SpuNotFound, SpuSold. Emits: SkusChanged, after commit.
    """
    spu = spu_locked(spu_id)
    mine = Sku.objects.filter(spu_id=spu_id)
    ids = list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    if ever_ordered(mine).exists():
        raise SpuSold(name=spu.name)
    skus_changed(ids)
    # The options are protected by the SKUs that chose them, so these go first.
    SkuOption.objects.filter(sku__spu_id=spu_id).delete()
    try:
        mine.delete()
        spu.delete()
    except ProtectedError as wrong:
        raise SpuSold(name=spu.name) from wrong
