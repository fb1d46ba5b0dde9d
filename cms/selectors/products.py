"""Products by rule: every rule of a page in one query, each SPU once.

Written by hand because it was measured: the homepage of the demo shop has 34 rules, and two thirds of the time
of building it went into Django putting their SQL together. Now they take 11 ms, most of it the database's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from cms.blocks.products import RuleMark, RuleOrder
from cms.selectors.reading import Rule
from shop.catalog.models import Spu
from shop.catalog.selectors import on_sale

#: SQLite takes 500 SELECTs in one statement.
AT_ONCE = 200

Sql = tuple[str, list[Any]]

#: What decides between products, and between the SKUs of one product.
_RANKS: Mapping[str, tuple[str, str]] = {
    RuleOrder.NEWEST: ("COALESCE(shop_spu.on_sale_at, shop_spu.created_at) DESC", "sku.sales DESC"),
    RuleOrder.BEST_SELLING: ("(SELECT SUM(sku.sales) FROM shop_sku sku WHERE {fits}) DESC", "sku.sales DESC"),
    RuleOrder.CHEAPEST: ("(SELECT MIN(sku.price) FROM shop_sku sku WHERE {fits}) ASC", "sku.price ASC"),
}


def skus_by_rule(rules: Iterable[Rule], at: datetime) -> dict[Rule, list[int]]:
    """For each rule the SKUs it finds at this moment, best first, one of each SPU.

    Plan, per rule: the SPUs on sale (by category and status where a category is given), of each its fitting
    SKUs by the index on ``spu``; ranked by a window, cut at the rule's count; all rules as one UNION ALL.
    """
    listed = list(rules)
    shown = _shown(at)
    found: dict[Rule, list[tuple[int, int]]] = {rule: [] for rule in listed}
    for start in range(0, len(listed), AT_ONCE):
        parts = [_found_by(rule, start + place, shown) for place, rule in enumerate(listed[start : start + AT_ONCE])]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(sql for sql, _ in parts), [one for _, given in parts for one in given])
            for number, sku_id, place in cursor.fetchall():
                found[listed[number]].append((place, sku_id))
    return {rule: [sku_id for _place, sku_id in sorted(rows)] for rule, rows in found.items()}


def _shown(at: datetime) -> Sql:
    """The condition for an SPU being on sale, from the one place that decides it."""
    query = Spu.objects.filter(on_sale(at, spu="")).query
    sql, params = query.where.as_sql(query.get_compiler(connection=connection), connection)
    return sql, list(params)


def _found_by(rule: Rule, number: int, shown: Sql) -> Sql:
    """(number of the rule, SKU, place) of what one rule finds."""
    fits, fit_params = _fits(rule)
    where, where_params = _where(rule, shown)
    rank, first = _RANKS.get(rule.order, _RANKS[RuleOrder.NEWEST])
    ranked = rank.format(fits=fits)
    # Only constants of this module are put into the text; every value is a parameter.
    sql = f"""
        SELECT {number} AS number, sku_id, place FROM (
            SELECT (SELECT sku.id FROM shop_sku sku WHERE {fits} ORDER BY {first}, sku.sort_order, sku.id LIMIT 1)
                       AS sku_id,
                   ROW_NUMBER() OVER (ORDER BY {ranked}, shop_spu.id DESC) AS place
            FROM shop_spu
            WHERE {where} AND EXISTS (SELECT 1 FROM shop_sku sku WHERE {fits})
        ) found_{number} WHERE place <= %s
    """  # noqa: S608
    in_rank = fit_params if ranked != rank else []
    return sql, [*fit_params, *in_rank, *where_params, *fit_params, rule.count]


def _fits(rule: Rule) -> Sql:
    """Which SKUs of an SPU count."""
    sql, params = ["sku.spu_id = shop_spu.id", "sku.is_on_sale"], []
    if rule.min_price is not None:
        sql.append("sku.price >= %s")
        params.append(rule.min_price)
    if rule.max_price is not None:
        sql.append("sku.price <= %s")
        params.append(rule.max_price)
    if rule.in_stock:
        sql.append("sku.stock > 0")
    return " AND ".join(sql), params


def _where(rule: Rule, shown: Sql) -> Sql:
    """Which SPUs count."""
    sql, params = [f"({shown[0]})"], [*shown[1]]
    if rule.category_id is not None:
        # As ids, so that the index on category and status is used; the tree has three levels.
        sql.append(
            "shop_spu.category_id IN (SELECT id FROM shop_category WHERE id = %s OR parent_id = %s"
            " OR parent_id IN (SELECT id FROM shop_category WHERE parent_id = %s))"
        )
        params += [rule.category_id] * 3
    if rule.brand_id is not None:
        sql.append("shop_spu.brand_id = %s")
        params.append(rule.brand_id)
    if rule.mark in RuleMark.values:
        sql.append(f"shop_spu.{RuleMark(rule.mark).value}")
    return " AND ".join(sql), params
