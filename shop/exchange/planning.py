"""What has to change so that the shop says what the file says. Nothing is written here.

A dry run stops after this, so it finds what a real run finds.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from shop.catalog.html import clean_html
from shop.catalog.models import Sku, Spu
from shop.exchange.cells import CLEAR, tidy
from shop.exchange.columns import BY_KEY, Kind, Layout
from shop.exchange.drafts import SkuDraft, SpuDraft
from shop.exchange.options import plan_options
from shop.exchange.pictures import PictureSource, Ref
from shop.exchange.plans import Problems, SkuPlan, SpuPlan
from shop.exchange.report import Issue
from shop.exchange.snapshot import CategoryPath, Snapshot

_SPU_FIELDS = (
    *("name", "caption", "status", "on_sale_at", "off_sale_at", "is_new", "is_hot", "is_recommended", "ship_free"),
    *("detail", "packing", "service", "seo_title", "seo_description"),
)
_SKU_FIELDS = ("price", "market_price", "cost_price", "weight_grams", "is_on_sale", "sort_order")


def plan(draft: SpuDraft, *, shop: Snapshot, source: PictureSource, layout: Layout) -> tuple[SpuPlan, list[Issue]]:
    """What has to change for this product, and what is wrong with it. With an issue, nothing may be written."""
    problems = Problems(layout)
    spu = shop.spus.get(draft.code)
    made = SpuPlan(draft=draft, spu=spu or Spu(code=draft.code), is_new=spu is None)
    for key, name, row in dict.fromkeys(draft.pictures()):
        if reason := source.problem(name):
            problems.tell(row, key, name, reason)
    if not problems.issues:
        _plan_product(made, shop=shop, source=source, problems=problems)
        for sku_draft in draft.skus:
            _plan_sku(made, sku_draft, shop=shop, source=source, problems=problems)
        plan_options(made, shop=shop, problems=problems)
    return made, problems.issues


def _plan_product(made: SpuPlan, *, shop: Snapshot, source: PictureSource, problems: Problems) -> None:
    draft, spu, values = made.draft, made.spu, made.draft.values
    if made.is_new:
        for key in ("name", "category"):
            if key not in values:
                problems.tell(draft.row, "category1" if key == "category" else key, None, _("新商品必须填写"))
    for key in _SPU_FIELDS:
        if key in values:
            _differ(made.changes, spu, key, values[key])
    if "category" in values:
        path: CategoryPath = values["category"]
        if made.is_new or shop.categories.get(path) != spu.category_id:
            made.category = path
    if "brand" in values:
        if values["brand"] is CLEAR:
            if spu.brand_id is not None:
                made.changes["brand_id"] = None
        elif spu.brand_id is None or shop.brands.get(values["brand"]) != spu.brand_id:
            made.brand = values["brand"]
    made.pictures = _gallery(values.get("pictures"), shop.galleries[spu.pk, None] if spu.pk else (), source)
    image = _image(values.get("image"), source)
    if made.is_new and image is None and made.pictures:
        image = made.pictures[0]
    if image is not None and image != (spu.default_image_id or CLEAR):
        made.changes["default_image_id"] = None if image is CLEAR else image
    _check_sale_times(made, problems)


def _check_sale_times(made: SpuPlan, problems: Problems) -> None:
    starts, ends = (made.changes.get(key, getattr(made.spu, key, None)) for key in ("on_sale_at", "off_sale_at"))
    if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
        key = "off_sale_at" if "off_sale_at" in made.draft.rows else "on_sale_at"
        row = made.draft.rows.get(key, made.draft.row)
        problems.tell(row, key, made.draft.values.get(key), _("下架时间必须晚于上架时间"))


def _plan_sku(made: SpuPlan, draft: SkuDraft, *, shop: Snapshot, source: PictureSource, problems: Problems) -> None:
    owner = shop.owners.get(draft.code)
    if owner is not None and owner != made.draft.code:
        problems.tell(draft.row, "sku_code", draft.code, _("已属于商品“%(owner)s”") % {"owner": owner})
        return
    stored = {sku.code: sku for sku in shop.skus[made.spu.pk]} if made.spu.pk else {}
    sku = stored.get(draft.code) or Sku(code=draft.code)
    sku_plan = SkuPlan(sku=sku, draft=draft, is_new=sku.pk is None)
    values = draft.values
    if sku_plan.is_new and "price" not in values:
        problems.tell(draft.row, "price", None, _("新 SKU 必须填写"))
    for key in _SKU_FIELDS:
        if key in values:
            _differ(sku_plan.changes, sku, key, values[key])
    if "stock" in values and values["stock"] != sku.stock:
        sku_plan.stock = values["stock"]
    sku_plan.pictures = _gallery(
        values.get("sku_pictures"), shop.galleries[made.spu.pk, sku.pk] if sku.pk else (), source
    )
    image = _image(values.get("sku_image"), source)
    if image is not None and image != (sku.default_image_id or CLEAR):
        sku_plan.changes["default_image_id"] = None if image is CLEAR else image
    made.skus.append(sku_plan)


def _differ(changes: dict[str, Any], row: Spu | Sku, key: str, wanted: Any) -> None:
    """Note the field if the file says something else than the row; all of a new row."""
    stored = getattr(row, key)
    if wanted is CLEAR:
        wanted = "" if isinstance(stored, str) else None
    elif BY_KEY[key].kind is Kind.TEXT:
        wanted = stored if _same_text(stored, wanted) else as_html(wanted)
    elif isinstance(wanted, str) and tidy(stored, Kind.LINE) == wanted:
        wanted = stored
    if row.pk is None or stored != wanted:
        changes[key] = wanted


def as_html(text: str) -> str:
    """A product text as it is stored: clean HTML; plain text in lines becomes paragraphs."""
    if "<" not in text and "\n" in text:
        paragraphs = re.split(r"\n{2,}", text)
        text = "".join(f"<p>{'<br>'.join(escape(part).splitlines())}</p>" for part in paragraphs)
    return clean_html(text)


def _same_text(stored: str, wanted: str) -> bool:
    if tidy(stored, Kind.TEXT) == wanted:
        return True
    return bool(stored) and clean_html(tidy(stored, Kind.TEXT)) == as_html(wanted)


def _image(name: Any, source: PictureSource) -> Any:
    """The picture of that name, ``CLEAR``, or None where the file says nothing."""
    return name if name is None or name is CLEAR else source.ref(name)


def _gallery(names: Any, stored: Sequence[int], source: PictureSource) -> tuple[Ref, ...] | None:
    """The gallery that the file asks for, where it is another than the stored one."""
    if names is None:
        return None
    wanted = () if names is CLEAR else tuple(source.ref(name) for name in names)
    return None if wanted == tuple(stored) else wanted


def missing_categories(plans: Iterable[SpuPlan], known: Mapping[CategoryPath, int]) -> set[CategoryPath]:
    """The paths, at every level, that have to be made."""
    wanted = {made.category[:level] for made in plans if made.category for level in (1, 2, 3)}
    return wanted - set(known)


def missing_brands(plans: Iterable[SpuPlan], known: Mapping[str, int]) -> set[str]:
    """The brands that have to be made."""
    return {made.brand for made in plans if made.brand} - set(known)
