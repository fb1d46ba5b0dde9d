"""Switching many products at once."""

from collections.abc import Collection
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kernel import clock
from shop.catalog.errors import NothingToSell
from shop.catalog.models import Sku, Spu
from shop.catalog.services.changes import skus_changed


class SpuFlags(TypedDict, total=False):
    """The marks of a product that lists filter by."""

    is_new: bool
    is_hot: bool
    is_recommended: bool
    ship_free: bool


@transaction.atomic
def put_on_sale(*, spu_ids: Collection[int]) -> int:
    """Let buyers see these products from now on, and return how many were switched.

    A start that lies ahead and an end that has passed are cleared: both would keep the product hidden.
    Locks: the SPUs, in id order.
    Raises: NothingToSell naming the products without a SKU that is switched on; then none is switched.
    Emits: SkusChanged, after commit.
    """
    now = clock.now()
    sellable = Exists(Sku.objects.filter(spu=OuterRef("pk"), is_on_sale=True))
    spus = list(_locked(spu_ids).annotate(sellable=sellable))
    empty = [spu.name for spu in spus if not spu.sellable]
    if empty:
        raise NothingToSell(names="、".join(empty))
    ids = [spu.pk for spu in spus]
    Spu.objects.filter(pk__in=ids, on_sale_at__gt=now).update(on_sale_at=None)
    Spu.objects.filter(pk__in=ids, off_sale_at__lte=now).update(off_sale_at=None)
    return _switch(ids, differing=~Q(status=Spu.Status.ON_SALE), status=Spu.Status.ON_SALE)


@transaction.atomic
def take_off_sale(*, spu_ids: Collection[int]) -> int:
    """Hide these products from buyers and return how many were switched; drafts stay drafts.

    Locks: the SPUs, in id order. Emits: SkusChanged, after commit.
    """
    ids = [spu.pk for spu in _locked(spu_ids)]
    return _switch(ids, differing=Q(status=Spu.Status.ON_SALE), status=Spu.Status.OFF_SALE)


@transaction.atomic
def set_spu_flags(*, spu_ids: Collection[int], **flags: Unpack[SpuFlags]) -> int:
    """Give these products these marks and return how many have new ones.

    Locks: the SPUs, in id order. Emits: SkusChanged, after commit.
    """
    ids = [spu.pk for spu in _locked(spu_ids)]
    different = Q()
    for name, value in flags.items():
        different |= Q(**{name: not value})
    return _switch(ids, differing=different, **flags)


def _locked(spu_ids: Collection[int]) -> QuerySet[Spu]:
    return Spu.objects.select_for_update(of=("self",)).filter(pk__in=spu_ids).order_by("pk")


def _switch(ids: Collection[int], *, differing: Q, **values: Any) -> int:
    changing = list(Spu.objects.filter(differing, pk__in=ids).values_list("pk", flat=True))
    Spu.objects.filter(pk__in=changing).update(**values, updated_at=clock.now())
    skus_changed(Sku.objects.filter(spu_id__in=ids).values_list("pk", flat=True))
    return len(changing)
