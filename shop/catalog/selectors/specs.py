"""The spec matrix of a detail page: where each option leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


def _key(choice: Mapping[int, int]) -> frozenset[tuple[int, int]]:
    return frozenset(choice.items())
