"""The SKU matrix of an SPU: every combination of options, with the SKU that has it or none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from django.db.models import Prefetch

from shop.catalog.errors import OptionsIncomplete, TooManyCombinations
from shop.catalog.models import Sku, SkuOption, Spec, SpecOption

#: So many combinations are made or shown at once.
MOST_COMBINATIONS = 200

#: A set of option ids: what makes a SKU differ from the others of its SPU.
Key = frozenset[int]


@dataclass(frozen=True, slots=True)
class Combination:
    """One option of every spec, in the specs' order, and the SKU that has exactly these."""

    options: tuple[SpecOption, ...]
    sku: Sku | None

    @property
    def key(self) -> Key:
        return frozenset(option.pk for option in self.options)


def specs_of(spu_id: int) -> list[Spec]:
    """The SPU's specs with their options, both in the merchant's order. Two queries."""
    options = SpecOption.objects.order_by("sort_order", "pk")
    return list(
        Spec.objects.filter(spu_id=spu_id)
        .prefetch_related(Prefetch("options", queryset=options))
        .order_by("sort_order", "pk")
    )


def skus_by_key(spu_id: int) -> dict[Key, Sku]:
    """The SPU's SKUs by their options, in the merchant's order. Two queries."""
    skus = Sku.objects.filter(spu_id=spu_id).order_by("sort_order", "pk").prefetch_related("chosen")
    return {frozenset(chosen.option_id for chosen in sku.chosen.all()): sku for sku in skus}


def combinations(specs: Sequence[Spec], option_ids: Collection[int] | None = None) -> list[tuple[SpecOption, ...]]:
    """Every way to choose one option of each spec, among these options (all, unless told).

    An SPU without specs has one way: the empty one.
    Raises: OptionsIncomplete for a spec with no option to choose; TooManyCombinations before making any.
    """
    choices: list[list[SpecOption]] = []
    for spec in specs:
        wanted = [option for option in spec.options.all() if option_ids is None or option.pk in option_ids]
        if not wanted:
            raise OptionsIncomplete(spec=spec.name)
        choices.append(wanted)
    count = prod(len(wanted) for wanted in choices)
    if count > MOST_COMBINATIONS:
        raise TooManyCombinations(count=count, most=MOST_COMBINATIONS)
    return list(product(*choices))


def matrix(spu_id: int, option_ids: Collection[int] | None = None) -> list[Combination]:
    """Every combination of these options with its SKU, then the SKUs that have other options.

    Raises: OptionsIncomplete, TooManyCombinations.
    """
    specs = specs_of(spu_id)
    skus = skus_by_key(spu_id)
    rows = [
        Combination(options=options, sku=skus.pop(frozenset(option.pk for option in options), None))
        for options in combinations(specs, option_ids)
    ]
    return [*rows, *_rows_of(specs, skus)]


def existing(spu_id: int) -> list[Combination]:
    """The SKUs that the SPU has, as rows of its matrix. Four queries."""
    return _rows_of(specs_of(spu_id), skus_by_key(spu_id))


def _rows_of(specs: Sequence[Spec], skus: Mapping[Key, Sku]) -> list[Combination]:
    options = [option for spec in specs for option in spec.options.all()]
    return [
        Combination(options=tuple(option for option in options if option.pk in key), sku=sku)
        for key, sku in skus.items()
    ]


def generated_name(spu_name: str, values: Sequence[str]) -> str:
    """The name that a SKU gets from its SPU's name and its options: ``Mate 60 黑色 256GB``."""
    longest = Sku._meta.get_field("name").max_length or 160
    return " ".join([spu_name, *values])[:longest]


def generated_names(*, spu_id: int, spu_name: str) -> dict[int, str]:
    """The generated name of each SKU of the SPU, by id, as specs and options stand now. One query."""
    values: dict[int, list[str]] = {pk: [] for pk in Sku.objects.filter(spu_id=spu_id).values_list("pk", flat=True)}
    rows = (
        SkuOption.objects.filter(sku__spu_id=spu_id)
        .order_by("spec__sort_order", "spec_id")
        .values_list("sku_id", "option__value")
    )
    for sku_id, value in rows:
        values[sku_id].append(value)
    return {sku_id: generated_name(spu_name, chosen) for sku_id, chosen in values.items()}
