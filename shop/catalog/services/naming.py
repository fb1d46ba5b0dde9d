"""SKU names that follow their SPU's name and their options, until somebody writes one by hand."""

from collections.abc import Iterator
from contextlib import contextmanager

from kernel import clock
from shop.catalog.matrix import generated_names
from shop.catalog.models import Sku, Spu


@contextmanager
def names_follow(spu: Spu, *, old_name: str) -> Iterator[None]:
    """Whatever changes inside, SKUs whose name was the generated one get the new generated one.

    Locks: the SPU's SKUs, in id order.
    """
    skus = list(Sku.objects.select_for_update().filter(spu=spu).order_by("pk").only("pk", "name"))
    before = generated_names(spu_id=spu.pk, spu_name=old_name)
    following = [sku for sku in skus if sku.name == before.get(sku.pk)]
    yield
    after = generated_names(spu_id=spu.pk, spu_name=spu.name)
    renamed = [sku for sku in following if sku.name != after[sku.pk]]
    for sku in renamed:
        sku.name = after[sku.pk]
        sku.updated_at = clock.now()
    Sku.objects.bulk_update(renamed, ["name", "updated_at"], batch_size=500)
