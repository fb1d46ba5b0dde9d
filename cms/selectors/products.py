"""Products by rule: every rule of a page in one query, each SPU once."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from cms.blocks.products import RuleMark, RuleOrder
from cms.selectors.reading import Rule
from shop.catalog.models import Sku, Spu
from shop.catalog.selectors import on_sale

#: SQLite takes 500 SELECTs in one statement.
AT_ONCE = 200


def skus_by_rule(rules: Iterable[Rule], at: datetime) -> dict[Rule, list[int]]:
    """For each rule the SKUs it finds at this moment, best first, one of each SPU."""
    listed = list(rules)
    found: dict[Rule, list[tuple[int, int]]] = {rule: [] for rule in listed}
    for start in range(0, len(listed), AT_ONCE):
        batch = [_found_by(rule, start + place, at) for place, rule in enumerate(listed[start : start + AT_ONCE])]
        for number, sku_id, place in batch[0].union(*batch[1:], all=True):
            found[listed[number]].append((place, sku_id))
    return {rule: [sku_id for _place, sku_id in sorted(rows)] for rule, rows in found.items()}


def _found_by(rule: Rule, number: int, at: datetime) -> QuerySet[Spu, tuple[int, int, int]]:
    """(number of the rule, SKU, place) of what one rule finds."""
    wanted = Q(is_on_sale=True)
    if rule.min_price is not None:
        wanted &= Q(price__gte=rule.min_price)
    if rule.max_price is not None:
        wanted &= Q(price__lte=rule.max_price)
    if rule.in_stock:
        wanted &= Q(stock__gt=0)
    fitting = Sku.objects.filter(wanted, spu=OuterRef("pk"))
    first = ("price",) if rule.order == RuleOrder.CHEAPEST else ("-sales",)

    spus = Spu.objects.filter(on_sale(at, spu=""))
    if rule.category_id is not None:
        spus = spus.filter(
            Q(category_id=rule.category_id)
            | Q(category__parent_id=rule.category_id)
            | Q(category__parent__parent_id=rule.category_id)
        )
    if rule.brand_id is not None:
        spus = spus.filter(brand_id=rule.brand_id)
    if rule.mark in RuleMark.values:
        spus = spus.filter(**{rule.mark: True})
    if rule.order == RuleOrder.CHEAPEST:
        spus = spus.annotate(rank=Subquery(fitting.order_by("price").values("price")[:1]))
        order = [F("rank").asc(), F("pk").desc()]
    elif rule.order == RuleOrder.BEST_SELLING:
        sold = fitting.order_by().values("spu").annotate(total=Sum("sales")).values("total")
        spus = spus.annotate(rank=Subquery(sold))
        order = [F("rank").desc(), F("pk").desc()]
    else:
        spus = spus.annotate(rank=Coalesce("on_sale_at", "created_at"))
        order = [F("rank").desc(), F("pk").desc()]
    return (
        spus.annotate(
            number=Value(number, output_field=IntegerField()),
            sku_id=Subquery(fitting.order_by(*first, "sort_order", "pk").values("pk")[:1]),
        )
        .filter(sku_id__isnull=False)
        .annotate(place=Window(RowNumber(), order_by=order))
        # A condition on a window function becomes an outer query, which SQLite takes where it refuses a LIMIT.
        .filter(place__lte=rule.count)
        .order_by()
        .values_list("number", "sku_id", "place")
    )
