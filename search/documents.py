"""What the index says about SKUs, read from their rows as they are now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kernel import clock
from search.engine import ALWAYS, NEVER, Document
from shop.catalog.models import Category, Sku, SkuOption, Spu

#: A category and what is above it: three levels and never more.
_TREE = ("spu__category", "spu__category__parent", "spu__category__parent__parent")


@dataclass(frozen=True, slots=True)
class Reading:
    """Documents of those that buyers may see now or later, and ids of those that they may not."""

    documents: Sequence[Document]
    gone: Sequence[int]


def read(sku_ids: Iterable[int]) -> Reading:
    """The documents of these SKUs: two queries, however many.

    A product whose sale begins later has one: the filter by time keeps it back until then.
    """
    wanted = sorted(set(sku_ids))
    now = clock.now()
    rows = Sku.objects.filter(pk__in=wanted).select_related("spu__brand", *_TREE)
    options: dict[int, list[tuple[str, str]]] = {}
    chosen = SkuOption.objects.filter(sku_id__in=wanted).order_by("spec__sort_order", "spec_id")
    for sku_id, spec, value in chosen.values_list("sku_id", "spec__name", "option__value"):
        options.setdefault(sku_id, []).append((spec, value))
    documents = [
        _document(sku, options.get(sku.pk, []))
        for sku in rows
        if sku.is_on_sale
        and sku.spu.status == Spu.Status.ON_SALE
        and (sku.spu.off_sale_at is None or sku.spu.off_sale_at > now)
    ]
    shown = {document.sku_id for document in documents}
    return Reading(documents, [sku_id for sku_id in wanted if sku_id not in shown])


def _document(sku: Sku, options: Sequence[tuple[str, str]]) -> Document:
    spu = sku.spu
    path: list[Category] = []
    category: Category | None = spu.category
    while category is not None:
        path.append(category)
        category = category.parent
    path.reverse()
    return Document(
        sku_id=sku.pk,
        spu_id=spu.pk,
        # A SKU's own name repeats its product's, mostly; what is said twice would count twice.
        name=sku.name if spu.name in sku.name else f"{spu.name} {sku.name}",
        spu_name=spu.name,
        caption=spu.caption,
        brand_id=spu.brand_id,
        brand=spu.brand.name if spu.brand else "",
        category_ids=tuple(one.pk for one in path),
        categories=tuple(one.name for one in path),
        specs=tuple(options),
        price=sku.price,
        sales=sku.sales,
        comments=sku.comments,
        created=int(sku.created_at.timestamp()),
        in_stock=sku.stock > 0,
        on_sale_at=int(spu.on_sale_at.timestamp()) if spu.on_sale_at else ALWAYS,
        off_sale_at=int(spu.off_sale_at.timestamp()) if spu.off_sale_at else NEVER,
    )
