"""The rows that content refers to, loaded in bulk: one query per kind, however much content there is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import CollectionViewRestriction, Page

from cms.selectors.addresses import category_path, page_path, search_path, sku_path
from cms.selectors.cards import Product, products_of, skus_to_show
from cms.selectors.live import PageTimetable
from cms.selectors.pictures import pictures_of
from cms.selectors.products import skus_by_rule
from cms.selectors.reading import Needs, Part, Rule
from cms.selectors.shapes import CategoryName, Link, Pictures
from cms.validators import is_safe_address
from media.models import MallDocument
from shop.catalog.selectors import SkuCard, categories_shown, image_id_of


@dataclass(slots=True)
class Rows:
    """What could be found of what was needed; what is missing is deleted, unseen or private."""

    products: dict[int, Product]
    found_by: dict[Rule, list[int]]
    categories: dict[int, CategoryName]
    pictures: dict[int, Pictures]
    pages: dict[int, Link]
    documents: dict[int, str]

    def link(self, parts: list[Part]) -> Link | None:
        """Where a link leads now, or None when that is nowhere."""
        if not parts:
            return None
        kind, value = parts[0].type, parts[0].value
        if kind == "sku":
            product = self.products.get(value)
            if product is None or not product.on_sale:
                return None
            return Link(type="sku", id=value, url=sku_path(value), title=product.card.name)
        if kind == "category":
            category = self.categories.get(value)
            return category and Link(type="category", id=value, url=category["url"], title=category["name"])
        if kind == "page":
            return self.pages.get(value)
        if kind == "search" and value:
            return Link(type="search", id=None, url=search_path(value), title=value)
        if kind == "url" and is_safe_address(value):
            return Link(type="url", id=None, url=value, title="")
        return None

    def cards(self, sources: list[Rule | list[int]], *, count: int, hide_gone: bool) -> list[SkuCard]:
        """The products of a block, each SPU once; picked ones may show several SKUs of one SPU."""
        shown: list[SkuCard] = []
        seen_skus: set[int] = set()
        seen_spus: set[int] = set()
        for source in sources:
            by_rule = isinstance(source, Rule)
            for sku_id in self.found_by.get(source, []) if isinstance(source, Rule) else source:
                product = self.products.get(sku_id)
                if product is None or sku_id in seen_skus or (by_rule and product.card.spu_id in seen_spus):
                    continue
                if hide_gone and not product.can_be_bought:
                    continue
                seen_skus.add(sku_id)
                seen_spus.add(product.card.spu_id)
                shown.append(product.card)
                if len(shown) == count:
                    return shown
        return shown


def rows_for(needs: Needs, *, timetable: PageTimetable, root: Page | None) -> Rows:
    """Load what was needed, as of the timetable's moment."""
    now = timetable.now
    found_by = skus_by_rule(needs.rules, now) if needs.rules else {}
    sku_ids = needs.skus.union(*found_by.values())
    skus = skus_to_show(sku_ids, now) if sku_ids else []
    squares, wides = pictures_of(products=(image_id_of(sku) for sku in skus), wide=needs.images)
    return Rows(
        products=products_of(skus, squares),
        found_by=found_by,
        categories=_categories(needs.categories) if needs.categories else {},
        pictures=wides,
        pages=page_links(needs.pages, timetable=timetable, root=root) if needs.pages else {},
        documents=_documents(needs.documents) if needs.documents else {},
    )


def _categories(ids: Iterable[int]) -> dict[int, CategoryName]:
    rows = categories_shown().filter(pk__in=ids).values_list("pk", "name")
    return {pk: CategoryName(id=pk, name=name, url=category_path(pk)) for pk, name in rows}


def page_links(ids: Iterable[int], *, timetable: PageTimetable, root: Page | None) -> dict[int, Link]:
    """Links to those of these pages that anybody may see now."""
    links: dict[int, Link] = {}
    for page in Page.objects.filter(pk__in=ids):
        path = page_path(page, root)
        version: Any = timetable.public_version(page) if path is not None else None
        if path is not None and version is not None:
            links[page.pk] = Link(type="page", id=page.pk, url=path, title=version.title)
    return links


def _documents(ids: Iterable[int]) -> dict[int, str]:
    """Addresses of files that are in no private collection, nor below one."""
    private = tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    rows = MallDocument.objects.filter(pk__in=ids).select_related("collection")
    return {row.pk: row.url for row in rows if not row.collection.path.startswith(private)}
