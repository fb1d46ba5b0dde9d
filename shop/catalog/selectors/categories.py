"""The category tree. A category is shown if it and everything above it is."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from media.renditions import Urls, pictures
from shop.catalog.errors import CategoryNotFound
from shop.catalog.models import Category

#: Nothing above this category is hidden. The tree has three levels, so two parents are all there can be.
SHOWN = (
    Q(is_shown=True)
    & (Q(parent__isnull=True) | Q(parent__is_shown=True))
    & (Q(parent__parent__isnull=True) | Q(parent__parent__is_shown=True))
)


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category of the tree, with what is under it."""

    id: int
    name: str
    slug: str
    level: int
    images: Urls | None
    children: list["CategoryNode"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Breadcrumb:
    """The way to a category from the top; what lies below the category itself is None."""

    cat1: Category
    cat2: Category | None = None
    cat3: Category | None = None


def categories_shown() -> QuerySet[Category]:
    """Every category that buyers can see, in the merchant's order."""
    return Category.objects.filter(SHOWN).order_by("level", "sort_order", "pk")


def category_tree() -> list[CategoryNode]:
    """The whole tree of what is shown. Three queries, however many categories."""
    rows = list(categories_shown())
    images = pictures(row.image_id for row in rows)
    children: dict[int | None, list[CategoryNode]] = defaultdict(list)
    # Deepest first, so that each node is made with its finished children.
    for row in sorted(rows, key=lambda one: -one.level):
        children[row.parent_id].append(
            CategoryNode(
                id=row.pk,
                name=row.name,
                slug=row.slug,
                level=row.level,
                images=images.get(row.image_id or 0),
                children=children.pop(row.pk, []),
            )
        )
    return children[None]


def shown_category(category_id: int) -> Category:
    """The category with its parents loaded.

    Raises: CategoryNotFound, also where it or a parent is hidden.
    """
    found = categories_shown().select_related("parent__parent").filter(pk=category_id).first()
    if found is None:
        raise CategoryNotFound(category_id=category_id)
    return found


def children_of(category_id: int) -> list[Category]:
    """What is shown right under this category."""
    return list(categories_shown().filter(parent_id=category_id))


def breadcrumb(category: Category) -> Breadcrumb:
    """The way to this category; its parents must be loaded, or are loaded one by one."""
    way: list[Category] = [category]
    while way[0].parent is not None:
        way.insert(0, way[0].parent)
    return Breadcrumb(*way)


def shown_below(category_id: int) -> QuerySet[Category]:
    """This category and everything shown under it; nothing where it or a parent is hidden."""
    below = Q(pk=category_id) | Q(parent_id=category_id) | Q(parent__parent_id=category_id)
    return categories_shown().filter(below)


def ids_below(category_id: int) -> list[int]:
    """This category and everything shown under it: where its products hang. One query.

    Raises: CategoryNotFound, also where it or a parent is hidden.
    """
    ids = list(shown_below(category_id).values_list("pk", flat=True))
    if category_id not in ids:
        raise CategoryNotFound(category_id=category_id)
    return ids
