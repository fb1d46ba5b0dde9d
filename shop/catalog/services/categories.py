"""Changes of the category tree."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import ProtectedError

from shop.catalog.errors import (
    CategoryHoldsProducts,
    CategoryInUse,
    CategoryNameTaken,
    CategoryNotFound,
    CategoryTooDeep,
    CategoryUnderItself,
)
from shop.catalog.models import Category, Spu
from shop.catalog.services.changes import catalog_changed
from shop.catalog.services.storing import assign, store

#: Products hang here, and nothing lies deeper.
LEVELS = 3


class CategoryFields(TypedDict, total=False):
    """What one may say of a category; what is not said stays (or is the model's default)."""

    name: str
    parent_id: int | None
    slug: str
    sort_order: int
    is_shown: bool
    image_id: int | None
    seo_title: str
    seo_description: str


@transaction.atomic
def save_category(*, category_id: int | None = None, **fields: Unpack[CategoryFields]) -> Category:
    """Make or change a category, its place in the tree included; the levels below it follow.

    An empty path name is made from the name in pinyin. A new category stands last among its siblings.
    Locks: every category, in id order; two moves can so never make a ring.
    Raises: CategoryNotFound (also for the parent), CategoryUnderItself, CategoryTooDeep,
    CategoryHoldsProducts, CategoryNameTaken, Taken, FieldInvalid.
    Emits: CatalogChanged, and SkusChanged for the products below, after commit.
    """
    tree = _Tree(Category.objects.select_for_update().order_by("pk"))
    category = tree.get(category_id) if category_id else Category(level=1)
    changed = assign(category, fields)
    if category_id and not changed:
        return category
    parent = tree.get(category.parent_id, field="parent") if category.parent_id else None
    below = tree.subtree(category) if category_id else [category]
    if parent in below:
        raise CategoryUnderItself()
    shift = (parent.level + 1 if parent else 1) - category.level
    if max(node.level for node in below) + shift > LEVELS:
        raise CategoryTooDeep()
    if shift:
        _check_products_stay_low(below, shift)
    if any(other.name == category.name and other != category for other in tree.children(category.parent_id)):
        raise CategoryNameTaken(name=category.name)
    if not category_id and "sort_order" not in fields:
        category.sort_order = max((sibling.sort_order + 1 for sibling in tree.children(category.parent_id)), default=0)
    for node in below:
        node.level += shift
    store(category, {*changed, "level"}, fallback="category")
    if shift and category_id:
        Category.objects.bulk_update(below, ["level"])
    catalog_changed(category_ids=[node.pk for node in below] if category_id else [])
    return category


def _check_products_stay_low(moving: list[Category], shift: int) -> None:
    """Refuse a move that takes a category with products away from the third level."""
    by_id = {node.pk: node for node in moving if node.pk and node.level + shift != LEVELS}
    held = Spu.objects.filter(category_id__in=by_id).values_list("category_id", flat=True).first()
    if held:
        raise CategoryHoldsProducts(name=by_id[held].name)


@transaction.atomic
def place_category(*, category_id: int, position: int) -> None:
    """Put a category at this place (from 0) among its siblings; the others close up.

    Locks: the siblings, in id order. Raises: CategoryNotFound. Emits: CatalogChanged, after commit.
    """
    moved = Category.objects.filter(pk=category_id).first()
    if moved is None:
        raise CategoryNotFound()
    rows = Category.objects.select_for_update().filter(parent_id=moved.parent_id).order_by("pk")
    order = sorted(rows, key=lambda row: (row.sort_order, row.pk))
    order.remove(moved)
    order.insert(max(position, 0), moved)
    for place, row in enumerate(order):
        row.sort_order = place
    Category.objects.bulk_update(order, ["sort_order"])
    catalog_changed()


@transaction.atomic
def delete_category(*, category_id: int) -> None:
    """Remove a category that nothing hangs on.

    Raises: CategoryNotFound; CategoryInUse with categories or products below it, or named by content.
    Emits: CatalogChanged, after commit.
    """
    category = Category.objects.select_for_update().filter(pk=category_id).first()
    if category is None:
        raise CategoryNotFound()
    if category.children.exists() or category.spus.exists():
        raise CategoryInUse()
    try:
        category.delete()
    except ProtectedError as wrong:
        raise CategoryInUse() from wrong
    catalog_changed()


class _Tree:
    """Every category in memory: some hundreds at most, and all rules are about the tree as a whole."""

    def __init__(self, rows: Iterable[Category]) -> None:
        self.by_id = {row.pk: row for row in rows}

    def get(self, category_id: int | None, *, field: str | None = None) -> Category:
        row = self.by_id.get(category_id) if category_id else None
        if row is None:
            raise CategoryNotFound(field=field)
        return row

    def children(self, parent_id: int | None) -> list[Category]:
        return [row for row in self.by_id.values() if row.parent_id == parent_id]

    def subtree(self, root: Category) -> list[Category]:
        """The category and everything below it as it stands in the database, level by level."""
        found, level = [root], [root.pk]
        while level:
            rows = [row for row in self.by_id.values() if row.parent_id in level and row not in found]
            found += rows
            level = [row.pk for row in rows]
        return found
