"""Content that points to nothing: what buyers see less of than its editor meant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.selectors.addresses import root_of_site
from cms.selectors.live import PageTimetable
from cms.selectors.products import skus_by_rule
from cms.selectors.reading import Rule, rule_of
from cms.selectors.references import Kind, Reference, all_references
from cms.selectors.rows import page_links
from kernel import clock
from media.models import MallDocument, MallImage
from shop.catalog.models import Brand, Category, Sku, Spu
from shop.catalog.selectors import categories_shown, on_sale, skus_on_sale


@dataclass(frozen=True, slots=True)
class Finding:
    """One reference with what is wrong. ``is_loss`` when buyers see less; else it is a hint."""

    reference: Reference
    subject: str
    problem: str
    is_loss: bool = True


@dataclass(frozen=True, slots=True)
class _World:
    """The rows that the references speak of, each kind loaded once."""

    skus: Mapping[int, tuple[str, int]]
    on_sale: frozenset[int]
    categories: Mapping[int, str]
    shown: frozenset[int]
    filled: frozenset[int]
    brands: Mapping[int, str]
    page_titles: Mapping[int, str]
    public_pages: frozenset[int]
    images: Mapping[int, tuple[str, int, int]]
    documents: frozenset[int]
    finding_rules: frozenset[Rule]


def findings(references: Iterable[Reference] | None = None) -> list[Finding]:
    """Everything that points to nothing now, in the order of content. The same few queries whatever there is."""
    listed = all_references() if references is None else list(references)
    world = _world(listed, clock.now())
    return [found for one in listed if one.is_target and (found := _looked_at(one, world))]


def small_pictures(references: Iterable[Reference]) -> list[Finding]:
    """Pictures that are smaller than their place wants. One query."""
    listed = [one for one in references if one.kind == "image" and one.least and one.pk]
    images = _images({one.pk for one in listed if one.pk})
    return [found for one in listed if (found := _too_small(one, images))]


def _ids(references: Sequence[Reference], kind: Kind) -> set[int]:
    return {one.pk for one in references if one.kind == kind and one.pk}


def _images(ids: set[int]) -> dict[int, tuple[str, int, int]]:
    rows = MallImage.objects.filter(pk__in=ids).values_list("pk", "title", "width", "height")
    return {pk: (title, width, height) for pk, title, width, height in rows}


def _world(references: Sequence[Reference], now: datetime) -> _World:
    skus = _ids(references, "sku")
    rules = {rule_of(one.value, in_stock=one.hides_when_gone, count=1) for one in references if one.kind == "rule"}
    pages = _ids(references, "page")
    timetable = PageTimetable(now)
    found = skus_by_rule(rules, now) if rules else {}
    return _World(
        skus={
            pk: (name, stock) for pk, name, stock in Sku.objects.filter(pk__in=skus).values_list("pk", "name", "stock")
        },
        on_sale=frozenset(skus_on_sale(now).filter(pk__in=skus).values_list("pk", flat=True)),
        categories=dict(Category.objects.values_list("pk", "name")),
        shown=frozenset(categories_shown().values_list("pk", flat=True)),
        filled=_filled_categories(now),
        brands=dict(Brand.objects.filter(pk__in=_ids(references, "brand")).values_list("pk", "name")),
        page_titles=dict(Page.objects.filter(pk__in=pages).values_list("pk", "title")),
        public_pages=frozenset(page_links(pages, timetable=timetable, root=root_of_site())),
        images=_images(_ids(references, "image")),
        documents=frozenset(
            MallDocument.objects.filter(pk__in=_ids(references, "document")).values_list("pk", flat=True)
        ),
        finding_rules=frozenset(rule for rule, ids in found.items() if ids),
    )


def _filled_categories(now: datetime) -> frozenset[int]:
    """Categories in which, or below which, something is on sale."""
    leaves = Spu.objects.filter(on_sale(now, spu=""), skus__is_on_sale=True)
    rows = leaves.order_by().values_list("category_id", "category__parent_id", "category__parent__parent_id").distinct()
    return frozenset(pk for row in rows for pk in row if pk)


def _looked_at(one: Reference, world: _World) -> Finding | None:
    match one.kind:
        case "nothing":
            return Finding(one, "", _("没有填写"))
        case "sku":
            return _sku(one, world)
        case "category":
            return _category(one, world)
        case "brand":
            return None if one.pk in world.brands else Finding(one, f"#{one.pk}", _("品牌已删除"))
        case "page":
            return _page(one, world)
        case "image":
            if one.pk not in world.images:
                return Finding(one, f"#{one.pk}", _("图片已删除"))
            return _too_small(one, world.images)
        case "document":
            return None if one.pk in world.documents else Finding(one, f"#{one.pk}", _("文件已删除"))
        case "rule":
            rule = rule_of(one.value, in_stock=one.hides_when_gone, count=1)
            return None if rule in world.finding_rules else Finding(one, "", _("按规则找不到商品"))
    return None


def _sku(one: Reference, world: _World) -> Finding | None:
    known = world.skus.get(one.pk or 0)
    if known is None:
        return Finding(one, f"#{one.pk}", _("商品已删除"))
    name, stock = known
    if one.pk not in world.on_sale:
        return Finding(one, name, _("商品已下架"))
    if stock <= 0:
        shown = _("已售罄，按设置隐藏") if one.hides_when_gone else _("已售罄，标记为售罄展示")
        return Finding(one, name, shown, is_loss=one.hides_when_gone)
    return None


def _category(one: Reference, world: _World) -> Finding | None:
    name = world.categories.get(one.pk or 0)
    if name is None:
        return Finding(one, f"#{one.pk}", _("分类已删除"))
    if one.pk not in world.shown:
        return Finding(one, name, _("分类已隐藏"))
    if one.pk not in world.filled:
        return Finding(one, name, _("分类里没有在售商品"))
    return None


def _page(one: Reference, world: _World) -> Finding | None:
    title = world.page_titles.get(one.pk or 0)
    if title is None:
        return Finding(one, f"#{one.pk}", _("页面已删除"))
    return None if one.pk in world.public_pages else Finding(one, title, _("页面未发布、已过期或不公开"))


def _too_small(one: Reference, images: Mapping[int, Any]) -> Finding | None:
    known = images.get(one.pk or 0)
    if one.least is None or known is None:
        return None
    title, width, height = known
    if width >= one.least[0] and height >= one.least[1]:
        return None
    sizes = {"width": width, "height": height, "least_width": one.least[0], "least_height": one.least[1]}
    words = _("图片只有 %(width)d × %(height)d，建议不小于 %(least_width)d × %(least_height)d 像素") % sizes
    return Finding(one, title, words, is_loss=False)
