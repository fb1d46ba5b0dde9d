"""What the shop holds about the products of one batch, read once. A constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from shop.catalog.models import Brand, Category, Picture, Sku, SkuOption, Spec, SpecOption, Spu
from shop.exchange.cells import tidy
from shop.exchange.columns import Kind
from shop.exchange.drafts import SpuDraft

#: A category by the names that lead to it.
CategoryPath = tuple[str, ...]
#: A gallery: that of the product has no SKU.
GalleryOf = tuple[int, int | None]


def line(text: str) -> str:
    """A stored name as a file would say it."""
    return tidy(text, Kind.LINE)


@dataclass(slots=True)
class Snapshot:
    """Rows by what a file knows them by: codes and names."""

    spus: dict[str, Spu] = field(default_factory=dict)
    #: The SKUs of each SPU, in the merchant's order.
    skus: dict[int, list[Sku]] = field(default_factory=lambda: defaultdict(list))
    #: The SPU code that a SKU code belongs to.
    owners: dict[str, str] = field(default_factory=dict)
    #: The specs of each SPU by name, in the merchant's order.
    specs: dict[int, dict[str, Spec]] = field(default_factory=lambda: defaultdict(dict))
    #: The options of each spec by value.
    options: dict[int, dict[str, SpecOption]] = field(default_factory=lambda: defaultdict(dict))
    #: The options of each SKU: spec name → value, in the merchant's order.
    chosen: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    galleries: dict[GalleryOf, tuple[int, ...]] = field(default_factory=lambda: defaultdict(tuple))
    categories: dict[CategoryPath, int] = field(default_factory=dict)
    brands: dict[str, int] = field(default_factory=dict)


def snapshot(drafts: Sequence[SpuDraft], *, locked: bool) -> Snapshot:
    """What the shop holds about these products now.

    Locks, where asked: the SPUs, then their SKUs, each in id order.
    """
    shop = Snapshot(categories=_categories(), brands=_brands())
    spus = Spu.objects.filter(code__in=[draft.code for draft in drafts]).order_by("pk")
    shop.spus = {spu.code: spu for spu in (spus.select_for_update() if locked else spus)}
    ids = [spu.pk for spu in shop.spus.values()]
    skus = Sku.objects.filter(spu_id__in=ids).order_by("pk")
    for sku in sorted(skus.select_for_update() if locked else skus, key=lambda sku: (sku.sort_order, sku.pk)):
        shop.skus[sku.spu_id].append(sku)
    codes = [sku.code for draft in drafts for sku in draft.skus]
    shop.owners = dict(Sku.objects.filter(code__in=codes).values_list("code", "spu__code"))
    _read_specs(shop, ids)
    galleries: dict[GalleryOf, list[int]] = defaultdict(list)
    rows = Picture.objects.filter(spu_id__in=ids).order_by("sort_order", "pk")
    for spu_id, sku_id, image_id in rows.values_list("spu_id", "sku_id", "image_id"):
        galleries[spu_id, sku_id].append(image_id)
    shop.galleries.update({key: tuple(images) for key, images in galleries.items()})
    return shop


def _read_specs(shop: Snapshot, spu_ids: Collection[int]) -> None:
    for spec in Spec.objects.filter(spu_id__in=spu_ids).order_by("sort_order", "pk"):
        shop.specs[spec.spu_id].setdefault(line(spec.name), spec)
    for option in SpecOption.objects.filter(spec__spu_id__in=spu_ids).order_by("sort_order", "pk"):
        shop.options[option.spec_id].setdefault(line(option.value), option)
    rows = SkuOption.objects.filter(sku__spu_id__in=spu_ids).order_by("spec__sort_order", "spec_id")
    for sku_id, name, value in rows.values_list("sku_id", "spec__name", "option__value"):
        shop.chosen[sku_id][line(name)] = line(value)


def _brands() -> dict[str, int]:
    """Every brand; where two differ in blanks alone, the older one is meant."""
    return {line(name): pk for pk, name in Brand.objects.order_by("-pk").values_list("pk", "name")}


def _categories() -> dict[CategoryPath, int]:
    """Every category by its path."""
    rows = {pk: (parent, name) for pk, parent, name in Category.objects.values_list("pk", "parent_id", "name")}
    paths: dict[CategoryPath, int] = {}
    for pk in sorted(rows, reverse=True):
        names: list[str] = []
        at: int | None = pk
        while at is not None:
            at, name = rows[at]
            names.append(line(name))
        paths[tuple(reversed(names))] = pk
    return paths
