"""The spec matrix of a detail page: where each option leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, JSONField, Subquery
from django.db.models.functions import JSONArray

from shop.catalog.models import Sku, SkuOption, SpecOption


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """One option of a spec, as seen from one SKU.

    ``sku_id`` is the SKU that differs from that one in this option alone, itself where it has the
    option already, None where no such SKU is on sale. ``sold_out``: there is nothing to buy there.
    """

    id: int
    value: str
    selected: bool
    sku_id: int | None
    sold_out: bool


@dataclass(frozen=True, slots=True)
class SpecChoices:
    """A spec with its options in the merchant's order."""

    id: int
    name: str
    options: list[OptionChoice]


def spec_matrix(sku: Sku, on_sale: Iterable[Sku]) -> list[SpecChoices]:
    """Where each option leads from this SKU, among the SKUs of its SPU that are on sale. Two queries."""
    stocks = {one.pk: one.stock for one in on_sale}
    chosen: dict[int, dict[int, int]] = {pk: {} for pk in stocks}
    rows = SkuOption.objects.filter(sku_id__in=stocks).values_list("sku_id", "spec_id", "option_id")
    for sku_id, spec_id, option_id in rows:
        chosen[sku_id][spec_id] = option_id
    by_choice = {_key(choice): pk for pk, choice in sorted(chosen.items(), reverse=True)}
    mine = chosen.get(sku.pk, {})

    specs: dict[int, SpecChoices] = {}
    options = SpecOption.objects.filter(spec__spu_id=sku.spu_id).select_related("spec")
    for option in options.order_by("spec__sort_order", "spec_id", "sort_order", "pk"):
        spec = specs.setdefault(option.spec_id, SpecChoices(option.spec_id, option.spec.name, []))
        selected = mine.get(option.spec_id) == option.pk
        found = sku.pk if selected else by_choice.get(_key({**mine, option.spec_id: option.pk}))
        spec.options.append(
            OptionChoice(
                id=option.pk,
                value=option.value,
                selected=selected,
                sku_id=found,
                sold_out=found is None or stocks[found] <= 0,
            )
        )
    return list(specs.values())


class _Rows(Func):
    """All rows of a subquery as one JSON array; no aggregate to the ORM, so that it groups by nothing."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # The inner array is text to SQLite until it is told otherwise.
        return self.as_sql(compiler, connection, template="%(function)s(JSON(%(expressions)s))", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def chosen_options(sku_id: Any) -> Subquery:
    """What ``options_text`` makes a text of: the options of this SKU (an expression), read inside another query."""
    chosen = SkuOption.objects.filter(sku_id=sku_id).order_by()
    parts = JSONArray("spec__sort_order", "spec_id", "spec__name", "option__value")
    return Subquery(chosen.values(rows=_Rows(parts)))


def options_text(rows: Sequence[Sequence[Any]] | None, *, longest: int = 200) -> str:
    """``颜色：黑 / 容量：256G``, in the merchant's order of specs; empty for a SKU without any."""
    return " / ".join(f"{name}：{value}" for _order, _spec, name, value in sorted(map(tuple, rows or ())))[:longest]


def _key(choice: Mapping[int, int]) -> frozenset[tuple[int, int]]:
    return frozenset(choice.items())
