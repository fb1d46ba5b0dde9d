"""Carrying out the plans of one batch: bulk statements, products first, then what hangs on them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from typing import Any

from django.db.models import Max

from kernel import clock
from shop.catalog.models import Brand, Category, Picture, Sku, Spu
from shop.catalog.pinyin import first_letter, slug_from
from shop.catalog.services import catalog_changed, skus_changed
from shop.exchange.planning import missing_brands, missing_categories
from shop.exchange.plans import SkuPlan, SpuPlan
from shop.exchange.snapshot import CategoryPath, Snapshot
from shop.exchange.writing_specs import write_specs
from shop.stock.models import StockMovement
from shop.stock.services import set_stock

#: Room that a path name leaves for a number behind it.
_NUMBER = 6


def write(plans: Sequence[SpuPlan], *, shop: Snapshot, batch: str) -> None:
    """Everything that the plans say is in the database; what they leave alone is not touched.

    Call it in a transaction in which ``shop`` was read and locked.
    Emits: SkusChanged and CatalogChanged, after commit, and only if something changed.
    """
    tree_changed = _write_categories(plans, shop) | _write_brands(plans, shop)
    _write_spus(plans, shop)
    _write_skus(plans)
    write_specs(plans, shop=shop)
    _write_galleries(plans)
    if tree_changed:
        catalog_changed()
    counts = {plan.sku.pk: plan.stock for made in plans for plan in made.skus if plan.stock is not None}
    set_stock(counts=counts, cause=StockMovement.Cause.IMPORTED, reference=batch)
    # What ``set_stock`` changed it has told already.
    skus_changed(_seen_differently(plans, shop) - set(counts))


def _seen_differently(plans: Sequence[SpuPlan], shop: Snapshot) -> set[int]:
    """The SKUs that buyers see differently for another reason than their stock."""
    ids: set[int] = set()
    for made in plans:
        if made.changes_product:
            ids.update(sku.pk for sku in shop.skus[made.spu.pk])
        ids.update(plan.sku.pk for plan in made.skus if made.changes_product or plan.changes_something)
    return ids


def _write_categories(plans: Sequence[SpuPlan], shop: Snapshot) -> bool:
    """Make the categories that are missing, upper levels first, each last among its siblings."""
    missing = missing_categories(plans, shop.categories)
    if not missing:
        return False
    taken = set(Category.objects.values_list("slug", flat=True))
    last: dict[int | None, int] = dict(
        Category.objects.order_by().values_list("parent_id").annotate(last=Max("sort_order"))
    )
    # In the order in which the file names them.
    order: dict[CategoryPath, None] = {}
    for made in plans:
        if made.category:
            order.update(dict.fromkeys(made.category[:level] for level in (1, 2, 3)))
    for level in (1, 2, 3):
        rows: dict[CategoryPath, Category] = {}
        for path in order:
            if path not in missing or len(path) != level:
                continue
            parent_id = shop.categories[path[:-1]] if level > 1 else None
            last[parent_id] = last.get(parent_id, -1) + 1
            slug = _free_slug(path[-1], taken, longest=_longest(Category), fallback="category")
            rows[path] = Category(
                parent_id=parent_id, name=path[-1], slug=slug, level=level, sort_order=last[parent_id]
            )
        for path, category in zip(rows, Category.objects.bulk_create(rows.values()), strict=True):
            shop.categories[path] = category.pk
    return True


def _write_brands(plans: Sequence[SpuPlan], shop: Snapshot) -> bool:
    missing = sorted(missing_brands(plans, shop.brands))
    if not missing:
        return False
    taken = set(Brand.objects.values_list("slug", flat=True))
    brands = [
        Brand(
            name=name,
            slug=_free_slug(name, taken, longest=_longest(Brand), fallback="brand"),
            first_letter=first_letter(name),
        )
        for name in missing
    ]
    shop.brands.update({brand.name: brand.pk for brand in Brand.objects.bulk_create(brands)})
    return True


def _write_spus(plans: Sequence[SpuPlan], shop: Snapshot) -> None:
    for made in plans:
        if made.category:
            made.changes["category_id"] = shop.categories[made.category]
        if made.brand:
            made.changes["brand_id"] = shop.brands[made.brand]
        for key, value in made.changes.items():
            setattr(made.spu, key, value)
    new = [made.spu for made in plans if made.is_new]
    if new:
        bases = {spu.code: slug_from(spu.name, longest=_longest(Spu) - _NUMBER) or "product" for spu in new}
        taken = _slugs_like(Counter(bases.values()))
        for spu in new:
            spu.slug = _numbered(bases[spu.code], taken)
            taken.add(spu.slug)
        Spu.objects.bulk_create(new)
    _update(Spu, [(made.spu, made.changes) for made in plans if not made.is_new])


def _write_skus(plans: Sequence[SpuPlan]) -> None:
    new = []
    for made in plans:
        for plan in made.skus:
            for key, value in plan.changes.items():
                setattr(plan.sku, key, value)
            if plan.is_new:
                plan.sku.spu_id = made.spu.pk
                new.append(plan.sku)
    Sku.objects.bulk_create(new)
    _update(Sku, [(plan.sku, plan.changes) for made in plans for plan in made.skus if not plan.is_new])


def _update(model: type[Spu] | type[Sku], rows: Iterable[tuple[Any, Collection[str]]]) -> None:
    """Write the changed fields, one statement for all rows that change the same ones."""
    now = clock.now()
    alike: dict[frozenset[str], list[Any]] = defaultdict(list)
    for row, changes in rows:
        if changes:
            row.updated_at = now
            alike[frozenset({*changes, "updated_at"})].append(row)
    for fields, group in alike.items():
        model._default_manager.bulk_update(group, [name.removesuffix("_id") for name in sorted(fields)], batch_size=250)


def _write_galleries(plans: Sequence[SpuPlan]) -> None:
    """Put whole galleries in place of those that are different."""
    stale_spus: list[int] = []
    stale_skus: list[int] = []
    rows: list[Picture] = []
    for made in plans:
        if made.pictures is not None:
            if not made.is_new:
                stale_spus.append(made.spu.pk)
            rows += _gallery(made, None, made.pictures)
        for plan in made.skus:
            if plan.pictures is not None:
                if not plan.is_new:
                    stale_skus.append(plan.sku.pk)
                rows += _gallery(made, plan, plan.pictures)
    Picture.objects.filter(spu_id__in=stale_spus, sku__isnull=True).delete()
    Picture.objects.filter(sku_id__in=stale_skus).delete()
    Picture.objects.bulk_create(rows)


def _gallery(made: SpuPlan, plan: SkuPlan | None, images: Iterable[int | str]) -> list[Picture]:
    return [
        Picture(spu_id=made.spu.pk, sku_id=plan.sku.pk if plan else None, image_id=image, sort_order=place)
        for place, image in enumerate(images)
    ]


def _longest(model: type[Category] | type[Brand] | type[Spu]) -> int:
    return model._meta.get_field("slug").max_length or 50


def _slugs_like(bases: Counter[str]) -> set[str]:
    """The path names in use that a new one could meet: the bases, and the numbered ones of those needed twice."""
    taken = set(Spu.objects.filter(slug__in=bases).values_list("slug", flat=True))
    for base in sorted(taken | {base for base, times in bases.items() if times > 1}):
        taken.update(Spu.objects.filter(slug__startswith=f"{base}-").values_list("slug", flat=True))
    return taken


def _free_slug(name: str, taken: set[str], *, longest: int, fallback: str) -> str:
    slug = _numbered(slug_from(name, longest=longest - _NUMBER) or fallback, taken)
    taken.add(slug)
    return slug


def _numbered(base: str, taken: Container[str]) -> str:
    """The base itself, or with the first number that is free."""
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
