"""Carrying out the plans of one batch: specs, their options, and which SKU has which."""

from collections import defaultdict
from collections.abc import Sequence

from shop.catalog.models import SkuOption, Spec, SpecOption
from shop.exchange.plans import SpuPlan
from shop.exchange.snapshot import Snapshot


def write_specs(plans: Sequence[SpuPlan], *, shop: Snapshot) -> None:
    """Specs and options are those of the plans, and every SKU has the options that its plan says.

    Options that lost their last SKU here are gone; those that never had one stay the merchant's.
    """
    lost = _unchoose(plans, shop)
    _drop_specs(plans, shop)
    _add_specs(plans, shop)
    _add_options(plans, shop)
    _choose(plans, shop)
    SpecOption.objects.filter(pk__in=lost, chosen_by__isnull=True).delete()


def _unchoose(plans: Sequence[SpuPlan], shop: Snapshot) -> set[int]:
    """Take the old options off the SKUs that get others, and return them."""
    ids: list[int] = []
    lost: set[int] = set()
    for made in plans:
        for plan in made.skus:
            if plan.options is None or plan.is_new:
                continue
            ids.append(plan.sku.pk)
            for name, value in shop.chosen[plan.sku.pk].items():
                if plan.options.get(name) != value:
                    lost.add(shop.options[shop.specs[made.spu.pk][name].pk][value].pk)
    SkuOption.objects.filter(sku_id__in=ids).delete()
    return lost


def _drop_specs(plans: Sequence[SpuPlan], shop: Snapshot) -> None:
    """Remove the specs that no SKU has any more; a plan that drops one lists every SKU."""
    gone = [
        spec.pk
        for made in plans
        if made.specs is not None and not made.is_new
        for name, spec in shop.specs[made.spu.pk].items()
        if name not in made.specs
    ]
    SpecOption.objects.filter(spec_id__in=gone).delete()
    Spec.objects.filter(pk__in=gone).delete()


def _add_specs(plans: Sequence[SpuPlan], shop: Snapshot) -> None:
    rows: list[Spec] = []
    for made in plans:
        known = shop.specs[made.spu.pk]
        place = max((spec.sort_order for spec in known.values()), default=-1)
        for name in made.specs or ():
            if name not in known:
                place += 1
                known[name] = Spec(spu_id=made.spu.pk, name=name, sort_order=place)
                rows.append(known[name])
    Spec.objects.bulk_create(rows)


def _add_options(plans: Sequence[SpuPlan], shop: Snapshot) -> None:
    """Make the values that are new, behind those that exist, in the order of the file."""
    rows: list[SpecOption] = []
    places: dict[int, int] = defaultdict(lambda: -1)
    for made in plans:
        for plan in made.skus:
            for name, value in (plan.options or {}).items():
                spec = shop.specs[made.spu.pk][name]
                known = shop.options[spec.pk]
                if value in known:
                    continue
                if spec.pk not in places:
                    places[spec.pk] = max((option.sort_order for option in known.values()), default=-1)
                places[spec.pk] += 1
                known[value] = SpecOption(spec_id=spec.pk, value=value, sort_order=places[spec.pk])
                rows.append(known[value])
    SpecOption.objects.bulk_create(rows)


def _choose(plans: Sequence[SpuPlan], shop: Snapshot) -> None:
    SkuOption.objects.bulk_create(
        SkuOption(
            sku_id=plan.sku.pk,
            spec_id=(spec := shop.specs[made.spu.pk][name]).pk,
            option_id=shop.options[spec.pk][value].pk,
        )
        for made in plans
        for plan in made.skus
        for name, value in (plan.options or {}).items()
    )
