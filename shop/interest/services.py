"""What buyers do to their favourites and their history."""

from django.conf import settings
from django.db import transaction
from django.db.models import F

from kernel import clock
from shop.catalog.errors import SkuNotFound
from shop.catalog.models import Spu
from shop.catalog.selectors import skus_on_sale
from shop.interest.models import Favorite, Visit


@transaction.atomic
def add_favorite(*, user_id: int, sku_id: int) -> bool:
    """The SKU is among the buyer's favourites; returns whether it was not before. Twice is as good as once.

    Raises: SkuNotFound for one that is not on sale.
    """
    spu_id = _on_sale(sku_id)
    # The row decides who was first, so two clicks at once count once.
    _row, added = Favorite.objects.get_or_create(user_id=user_id, sku_id=sku_id, defaults={"created_at": clock.now()})
    if added:
        Spu.objects.filter(pk=spu_id).update(favorites=F("favorites") + 1)
    return added


@transaction.atomic
def remove_favorites(*, user_id: int, sku_id: int | None = None, spu_id: int | None = None) -> int:
    """This SKU, every SKU of this SPU, or everything is no favourite any more; returns how many went.

    Locks: the rows that go, in id order, then their SPUs.
    """
    wanted = Favorite.objects.filter(user_id=user_id)
    if sku_id is not None:
        wanted = wanted.filter(sku_id=sku_id)
    if spu_id is not None:
        wanted = wanted.filter(sku__spu_id=spu_id)
    rows = list(wanted.select_for_update(of=("self",)).order_by("pk").values_list("pk", "sku__spu_id"))
    Favorite.objects.filter(pk__in=[pk for pk, _spu_id in rows]).delete()
    counts: dict[int, int] = {}
    for _pk, of_spu in rows:
        counts[of_spu] = counts.get(of_spu, 0) + 1
    for of_spu in sorted(counts):
        Spu.objects.filter(pk=of_spu).update(favorites=F("favorites") - counts[of_spu])
    return len(rows)


@transaction.atomic
def record_visit(*, user_id: int, sku_id: int) -> None:
    """The SKU stands at the front of the buyer's history, and the oldest beyond the limit is gone. Three queries.

    Raises: SkuNotFound for one that is not on sale.
    """
    _on_sale(sku_id)
    Visit.objects.bulk_create(
        [Visit(user_id=user_id, sku_id=sku_id, seen_at=clock.now())],
        update_conflicts=True,
        unique_fields=["user", "sku"],
        update_fields=["seen_at"],
    )
    kept = Visit.objects.filter(user_id=user_id).order_by("-seen_at", "-id")
    beyond = list(
        kept.values_list("pk", flat=True)[settings.BROWSE_HISTORY_LIMIT : settings.BROWSE_HISTORY_LIMIT + 100]
    )
    if beyond:
        Visit.objects.filter(pk__in=beyond).delete()


def forget_visits(*, user_id: int, sku_id: int | None = None) -> int:
    """This SKU, or everything, is gone from the buyer's history; returns how many rows went."""
    rows = Visit.objects.filter(user_id=user_id)
    if sku_id is not None:
        rows = rows.filter(sku_id=sku_id)
    gone, _by_model = rows.delete()
    return gone


def erase_interest(*, user_id: int) -> None:
    """Nothing tells any more what this user liked or looked at."""
    remove_favorites(user_id=user_id)
    forget_visits(user_id=user_id)


def _on_sale(sku_id: int) -> int:
    """The SPU of a SKU that is on sale. Raises: SkuNotFound."""
    spu_id = skus_on_sale().filter(pk=sku_id).values_list("spu_id", flat=True).first()
    if spu_id is None:
        raise SkuNotFound(field="sku_id")
    return spu_id
