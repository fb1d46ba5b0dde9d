"""The dimensions in which the SKUs of one product differ."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from shop.catalog.errors import FieldInvalid, OptionInUse, SpecInUse, SpecNeedsOptions, Taken
from shop.catalog.matrix import specs_of
from shop.catalog.models import Sku, SkuOption, Spec, SpecOption
from shop.catalog.services.changes import skus_changed
from shop.catalog.services.naming import names_follow
from shop.catalog.services.spus import spu_locked
from shop.catalog.services.storing import check_fields

Row = TypeVar("Row", Spec, SpecOption)


@dataclass(frozen=True, slots=True)
class OptionInput:
    """One option as it shall be; without ``id`` it is the spec's option of that value, or a new one."""

    value: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SpecInput:
    """One spec as it shall be; without ``id`` it is the product's spec of that name, or a new one."""

    name: str
    options: Sequence[OptionInput]
    id: int | None = None


@transaction.atomic
def save_specs(*, spu_id: int, specs: Sequence[SpecInput]) -> list[Spec]:
    """Make the product's specs and options exactly these, in this order, and its SKUs fit them.

    Existing SKUs get the first option of a spec that is new to them. What is left out is deleted, if
    no SKU needs it. SKUs whose names were generated follow renamed options.
    Locks: the SPU, then its SKUs in id order.
    Raises: SpuNotFound; SpecNeedsOptions; Taken for a name or value given twice; FieldInvalid;
    OptionInUse and SpecInUse for what may not be left out.
    Emits: SkusChanged, after commit.
    """
    spu = spu_locked(spu_id)
    _check_input(specs)
    existing = specs_of(spu_id)
    pairs = _matched_specs(existing, specs)
    kept = [old for old, _wanted in pairs if old]
    with names_follow(spu, old_name=spu.name):
        _drop_specs(spu_id, [spec for spec in existing if spec not in kept], kept=kept)
        for old, wanted in pairs:
            if old and old.name != wanted.name:
                Spec.objects.filter(pk=old.pk).update(name=f"~{old.pk}")
        for place, (old, wanted) in enumerate(pairs):
            spec = old or Spec(spu=spu)
            spec.name, spec.sort_order = wanted.name, place
            _check(spec, "name")
            spec.save()
            options = _save_options(spec, wanted.options)
            if old is None:
                _give_to_all(spu_id, options[0])
    skus_changed(Sku.objects.filter(spu_id=spu_id).values_list("pk", flat=True))
    return specs_of(spu_id)


def _check_input(specs: Sequence[SpecInput]) -> None:
    for spec in specs:
        if not spec.options:
            raise SpecNeedsOptions(spec=spec.name)
        _check_once(option.value for option in spec.options)
    _check_once(spec.name for spec in specs)


def _check_once(names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise Taken(field="specs", value=twice[0])


def _matched_specs(existing: Sequence[Spec], wanted: Sequence[SpecInput]) -> list[tuple[Spec | None, SpecInput]]:
    by_id = {row.pk: row for row in existing}
    claimed = {spec.id for spec in wanted}
    by_name = {row.name: row for row in existing if row.pk not in claimed}
    return [(_found(by_id, spec.id) if spec.id else by_name.get(spec.name), spec) for spec in wanted]


def _matched_options(
    existing: Sequence[SpecOption], wanted: Sequence[OptionInput]
) -> list[tuple[SpecOption | None, OptionInput]]:
    by_id = {row.pk: row for row in existing}
    claimed = {option.id for option in wanted}
    by_value = {row.value: row for row in existing if row.pk not in claimed}
    return [(_found(by_id, option.id) if option.id else by_value.get(option.value), option) for option in wanted]


def _found(by_id: Mapping[int, Row], row_id: int) -> Row:
    if row_id not in by_id:
        # Another product's, or deleted by another editor meanwhile.
        raise FieldInvalid(field="specs", reason=_("规格或选项已不存在，请刷新后重试"))
    return by_id[row_id]


def _drop_specs(spu_id: int, dropped: Sequence[Spec], *, kept: Sequence[Spec]) -> None:
    """Delete specs, unless two SKUs differ only there."""
    if not dropped:
        return
    chosen = SkuOption.objects.filter(sku__spu_id=spu_id)
    left: dict[int, set[int]] = {pk: set() for pk in Sku.objects.filter(spu_id=spu_id).values_list("pk", flat=True)}
    for sku_id, option_id in chosen.filter(spec__in=kept).values_list("sku_id", "option_id"):
        left[sku_id].add(option_id)
    if len({frozenset(key) for key in left.values()}) < len(left):
        raise SpecInUse(spec=dropped[0].name)
    chosen.filter(spec__in=dropped).delete()
    Spec.objects.filter(pk__in=[spec.pk for spec in dropped]).delete()


def _save_options(spec: Spec, wanted: Sequence[OptionInput]) -> list[SpecOption]:
    """Make the spec's options exactly these and return them in order."""
    existing = list(SpecOption.objects.filter(spec=spec))
    pairs = _matched_options(existing, wanted)
    kept = {old.pk for old, _wanted in pairs if old}
    dropped = [option for option in existing if option.pk not in kept]
    used = SkuOption.objects.filter(option__in=dropped).select_related("option").first()
    if used:
        raise OptionInUse(option=used.option.value)
    SpecOption.objects.filter(pk__in=[option.pk for option in dropped]).delete()
    # Two options may swap their values; each passes through a name nobody has.
    for old, option in pairs:
        if old and old.value != option.value:
            SpecOption.objects.filter(pk=old.pk).update(value=f"~{old.pk}")
    saved = []
    for place, (old, option) in enumerate(pairs):
        row = old or SpecOption(spec=spec)
        row.value, row.sort_order = option.value, place
        _check(row, "value")
        row.save()
        saved.append(row)
    return saved


def _give_to_all(spu_id: int, option: SpecOption) -> None:
    """Let every SKU of the product have this option; none has one of its spec yet."""
    SkuOption.objects.bulk_create(
        [
            SkuOption(sku_id=sku_id, spec_id=option.spec_id, option=option)
            for sku_id in Sku.objects.filter(spu_id=spu_id).values_list("pk", flat=True)
        ]
    )


def _check(row: Spec | SpecOption, field: str) -> None:
    """Names are checked for length and emptiness here; that each is given once was checked before."""
    try:
        check_fields(row, {field})
    except FieldInvalid as wrong:
        raise FieldInvalid(field="specs", reason=wrong.params["reason"]) from wrong
