"""What is on sale: decided here and nowhere else."""

from datetime import datetime

from django.db.models import F, Min, Q, QuerySet

from kernel import clock
from shop.catalog.models import Sku, Spu


def on_sale(at: datetime | None = None, *, spu: str = "spu__") -> Q:
    """The condition for a SKU being on sale at this moment (now, unless told).

    Its SPU is switched on and inside its times, and the SKU itself is switched on. With ``spu=""``
    the condition is about SPUs instead.
    """
    moment = at or clock.now()
    condition = (
        Q(**{f"{spu}status": Spu.Status.ON_SALE})
        & (Q(**{f"{spu}on_sale_at__isnull": True}) | Q(**{f"{spu}on_sale_at__lte": moment}))
        & (Q(**{f"{spu}off_sale_at__isnull": True}) | Q(**{f"{spu}off_sale_at__gt": moment}))
    )
    return condition & Q(is_on_sale=True) if spu else condition


def is_on_sale(sku: Sku) -> bool:
    """The same condition for a SKU in hand, with its SPU loaded."""
    spu, moment = sku.spu, clock.now()
    started = spu.on_sale_at is None or spu.on_sale_at <= moment
    ended = spu.off_sale_at is not None and spu.off_sale_at <= moment
    return sku.is_on_sale and spu.status == Spu.Status.ON_SALE and started and not ended


def skus_on_sale(at: datetime | None = None) -> QuerySet[Sku]:
    """Every SKU that buyers can see at this moment."""
    return Sku.objects.filter(on_sale(at))


def next_sale_switch(after: datetime | None = None) -> datetime | None:
    """The next moment at which a product goes on or off sale by itself, or None."""
    moment = after or clock.now()
    live = Spu.objects.filter(status=Spu.Status.ON_SALE)
    first = [
        live.filter(**{f"{column}__gt": moment}).aggregate(at=Min(F(column)))["at"]
        for column in ("on_sale_at", "off_sale_at")
    ]
    return min((at for at in first if at), default=None)
