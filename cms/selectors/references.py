"""What content refers to, and where: products, categories, brands, pages, pictures, and what rules ask for.

The stored form is walked as it is, so nothing is loaded block by block: a fixed number of queries, however much
content there is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from cms import slots
from cms.blocks.items import least_size
from cms.blocks.links import LinkBlock
from cms.blocks.products import RuleBlock, WhenGone
from cms.models import CategoryAd, ContentPage, HomePage, LandingPage, Menu, SiteSettings
from cms.selectors.rich_text import linked_documents, linked_pages
from shop.catalog.models import Brand, Category, Sku

Kind = Literal["sku", "category", "brand", "page", "image", "document", "rule", "nothing"]

PAGES: tuple[type[Any], ...] = (HomePage, LandingPage, ContentPage)


@dataclass(frozen=True, slots=True)
class Where:
    """The thing of the back office that holds content, and where it is edited."""

    title: str
    kind: str
    edit_url: str
    live: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that content refers to. ``value`` is a rule's, ``least`` the size that a picture should have."""

    kind: Kind
    pk: int | None
    where: Where
    trail: tuple[str, ...]
    value: Any = None
    least: tuple[int, int] | None = None
    hides_when_gone: bool = True
    #: Whether buyers are led there, or shown it; else it only says where an ad stands.
    is_target: bool = True

    @property
    def place(self) -> str:
        """Where in the content, in words."""
        return " › ".join(self.trail)


def all_references() -> list[Reference]:
    """Everything that pages, ads, menus and the site's details refer to now. Six queries."""
    found: list[Reference] = []
    for model in PAGES:
        for page in model.objects.order_by("path"):
            found += references_of_page(page)
    for ad in CategoryAd.objects.select_related("category").order_by("pk"):
        found += references_of_ad(ad)
    for menu in Menu.objects.all():
        where = Where(str(menu), _("菜单"), _edit(menu))
        found += _walk(menu.items.stream_block, menu.items.get_prep_value(), where, ())
    for settings in SiteSettings.objects.all():
        address = reverse("wagtailsettings:edit", args=["cms", "sitesettings", settings.site_id])
        where = Where(settings.name, _("商城信息"), address)
        if settings.logo_id:
            found.append(Reference("image", settings.logo_id, where, (_("标志"),)))
        found += _walk(settings.footer.stream_block, settings.footer.get_prep_value(), where, (_("页脚"),))
    return found


def references_of_page(page: Any) -> list[Reference]:
    """What this page refers to. No query."""
    name = str(page._meta.verbose_name)
    where = Where(page.title, name, reverse("wagtailadmin_pages:edit", args=[page.pk or 0]), page.live)
    found = list(_walk(page.body.stream_block, page.body.get_prep_value(), where, ()))
    if page.share_image_id:
        found.append(Reference("image", page.share_image_id, where, (_("分享图"),)))
    return found


def uses_of(kind: Kind, ids: Iterable[int]) -> list[Reference]:
    """Where content refers to any of these."""
    wanted = set(ids)
    found = []
    for one in all_references():
        in_rule = one.kind == "rule" and kind in ("category", "brand") and one.value.get(kind) in wanted
        if (one.kind == kind and one.pk in wanted) or in_rule:
            found.append(one)
    return found


def references_of_ad(ad: CategoryAd) -> Iterator[Reference]:
    """What this ad refers to. No query, if its category is loaded."""
    where = Where(ad.title, _("分类广告"), _edit(ad), ad.live)
    yield Reference("category", ad.category_id, where, (_("所属分类"),), is_target=False)
    if ad.image_id is None:
        yield Reference("nothing", None, where, (_("图片"),))
    else:
        yield Reference("image", ad.image_id, where, (_("图片"),), least=slots.SLOTS[ad.slot].size)
    yield from _link(ad.link.stream_block, ad.link.get_prep_value(), where, (_("链接到"),), required=True)


def _edit(row: Any) -> str:
    viewset = type(row).snippet_viewset
    return reverse(viewset.get_url_name("edit"), args=[row.pk])


def _walk(
    block: blocks.Block, raw: Any, where: Where, trail: tuple[str, ...], *, hides: bool = True, required: bool = False
) -> Iterator[Reference]:
    if isinstance(block, LinkBlock):
        yield from _link(block, raw, where, trail, required=required)
    elif isinstance(block, blocks.BaseStreamBlock):
        for child in raw or []:
            kind = block.child_blocks.get(child.get("type")) if isinstance(child, Mapping) else None
            if kind is not None:
                value = child.get("value")
                yield from _walk(kind, value, where, (*trail, _name(kind, value)), hides=hides, required=True)
    elif isinstance(block, blocks.ListBlock):
        for number, child in enumerate(raw or [], start=1):
            value = child["value"] if isinstance(child, Mapping) and child.get("type") == "item" else child
            name = _name(block.child_block, value, number=number)
            yield from _walk(block.child_block, value, where, (*trail, name), hides=hides, required=True)
    elif isinstance(block, RuleBlock):
        if isinstance(raw, Mapping):
            yield Reference("rule", None, where, trail, value=raw, hides_when_gone=hides)
    elif isinstance(block, blocks.BaseStructBlock):
        yield from _struct(block, raw if isinstance(raw, Mapping) else {}, where, trail, hides)
    elif isinstance(block, blocks.ChooserBlock):
        yield from _chosen(block, raw, where, trail, hides, required)
    elif isinstance(block, blocks.RichTextBlock):
        text = str(raw or "")
        yield from (Reference("page", pk, where, trail) for pk in sorted(linked_pages(text)))
        yield from (Reference("document", pk, where, trail) for pk in sorted(linked_documents(text)))


def _struct(
    block: blocks.BaseStructBlock, raw: Mapping[str, Any], where: Where, trail: tuple[str, ...], hides: bool
) -> Iterator[Reference]:
    if isinstance(block, BaseTypedTableBlock):
        return
    hides = raw["when_gone"] != WhenGone.SHOW if "when_gone" in raw else hides
    for name, child in block.child_blocks.items():
        if name not in raw:
            continue
        # A list has the name of what stands in it, which says it again.
        label = () if isinstance(child, blocks.ListBlock) else (str(child.label),)
        must = bool(child.required) and isinstance(child, (LinkBlock, blocks.ChooserBlock))
        yield from _walk(child, raw[name], where, (*trail, *label), hides=hides, required=must)


def _link(
    block: blocks.BaseStreamBlock, raw: Any, where: Where, trail: tuple[str, ...], *, required: bool
) -> Iterator[Reference]:
    target = next((one for one in raw or [] if isinstance(one, Mapping)), None)
    if target is None:
        if required:
            yield Reference("nothing", None, where, trail)
        return
    kind = block.child_blocks.get(target.get("type"))
    if isinstance(kind, blocks.ChooserBlock):
        yield from _chosen(kind, target.get("value"), where, trail, True, True)


def _chosen(
    block: blocks.ChooserBlock, raw: Any, where: Where, trail: tuple[str, ...], hides: bool, required: bool
) -> Iterator[Reference]:
    if not isinstance(raw, int) or isinstance(raw, bool):
        if required:
            yield Reference("nothing", None, where, trail)
        return
    if isinstance(block, ImageChooserBlock):
        yield Reference("image", raw, where, trail, least=least_size(block))
    elif isinstance(block, blocks.PageChooserBlock):
        yield Reference("page", raw, where, trail)
    else:
        kinds: dict[type[Any], Kind] = {Sku: "sku", Category: "category", Brand: "brand"}
        yield Reference(kinds[block.model_class], raw, where, trail, hides_when_gone=hides)


def _name(block: blocks.Block, value: Any, *, number: int | None = None) -> str:
    label = str(block.label)
    said = str(value.get("title") or value.get("text") or "") if isinstance(value, Mapping) else ""
    if said and len(said) <= 60:
        return f"{label}“{said}”"
    return f"{label} {number}" if number else label
