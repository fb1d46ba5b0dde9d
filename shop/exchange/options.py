"""The specs of a product as its file wants them: every SKU with the same specs, no two with the same options."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shop.catalog.matrix import generated_name
from shop.catalog.models import Sku
from shop.exchange.cells import tidy
from shop.exchange.columns import Kind
from shop.exchange.plans import Problems, SkuPlan, SpuPlan
from shop.exchange.snapshot import Snapshot


@dataclass(slots=True)
class _Standing:
    """One SKU of the product as it will be, in the file or not."""

    sku: Sku
    options: dict[str, str]
    is_different: bool
    plan: SkuPlan | None = None

    @property
    def row(self) -> int | None:
        return self.plan.draft.row if self.plan and self.plan.draft else None


def plan_options(made: SpuPlan, *, shop: Snapshot, problems: Problems) -> None:
    """Note which SKUs get other options, which specs come and go, and which names follow."""
    standings = list(_standings(made, shop))
    stored = list(shop.specs[made.spu.pk]) if made.spu.pk else []
    wanted = stored
    if any(standing.is_different for standing in standings):
        wanted = _wanted_specs(standings, stored)
        _check_same_specs(made, standings, wanted, problems)
        if not problems.issues:
            _check_all_differ(standings, problems)
        if set(wanted) != set(stored):
            made.specs = [name for name in stored if name in wanted] + [name for name in wanted if name not in stored]
        for standing in standings:
            if standing.plan and standing.is_different:
                standing.plan.options = standing.options
    if not problems.issues:
        _name_skus(made, standings, shop, stored=stored, wanted=made.specs or stored)


def _standings(made: SpuPlan, shop: Snapshot) -> Iterator[_Standing]:
    """The SKUs of the file in its order, then those that the file leaves out."""
    for plan in made.skus:
        stored = shop.chosen[plan.sku.pk] if plan.sku.pk else {}
        given = plan.draft.options if plan.draft else None
        options = given if given is not None else stored
        yield _Standing(plan.sku, options, is_different=plan.is_new or options != stored, plan=plan)
    named = {plan.sku.pk for plan in made.skus}
    for sku in shop.skus[made.spu.pk] if made.spu.pk else ():
        if sku.pk not in named:
            yield _Standing(sku, shop.chosen[sku.pk], is_different=False)


def _wanted_specs(standings: list[_Standing], stored: list[str]) -> list[str]:
    """The specs that the first row with any names; the stored ones if no row does."""
    for standing in standings:
        if standing.plan and standing.plan.draft and standing.plan.draft.options is not None:
            return list(standing.options)
    return stored


def _check_same_specs(made: SpuPlan, standings: list[_Standing], wanted: list[str], problems: Problems) -> None:
    left_out = []
    for standing in standings:
        if set(standing.options) == set(wanted):
            continue
        if standing.row is None:
            left_out.append(standing.sku.code)
        else:
            message = _("同一商品的规格必须一致，应为：%(specs)s") % {"specs": "、".join(wanted) or _("无规格")}
            problems.tell_spec(standing.row, "、".join(standing.options), message)
    if left_out:
        message = _("规格改变时要列出商品的全部 SKU，文件中缺少：%(codes)s") % {"codes": "、".join(left_out[:10])}
        problems.tell_spec(made.draft.row, "、".join(wanted), message)


def _check_all_differ(standings: list[_Standing], problems: Problems) -> None:
    taken: dict[frozenset[tuple[str, str]], _Standing] = {}
    # Those that are not in the file come first, so that the complaint is about a row of it.
    for standing in sorted(standings, key=lambda standing: standing.row or 0):
        other = taken.setdefault(frozenset(standing.options.items()), standing)
        if other is standing or standing.row is None or not (standing.is_different or other.is_different):
            continue
        if not standing.options:
            message = _("一个商品有多个 SKU 时，要用规格区分")
        elif other.row is None:
            message = _("与已有 SKU “%(code)s”的规格相同") % {"code": other.sku.code}
        else:
            message = _("与第 %(row)s 行的规格相同") % {"row": other.row}
        problems.tell_spec(standing.row, " ".join(standing.options.values()), message)


def _name_skus(
    made: SpuPlan, standings: list[_Standing], shop: Snapshot, *, stored: list[str], wanted: list[str]
) -> None:
    """Give new SKUs a name, and let names that were generated follow the product's name and the options."""
    old_name = made.spu.name
    new_name = made.changes.get("name", old_name)
    for standing in standings:
        sku, plan = standing.sku, standing.plan
        generated = generated_name(new_name, [standing.options[name] for name in wanted if name in standing.options])
        given = plan.draft.values.get("sku_name") if plan and plan.draft else None
        if plan and plan.is_new:
            plan.changes["name"] = given or generated
            continue
        if given is not None and given != tidy(sku.name, Kind.LINE):
            name = given
        else:
            chosen = shop.chosen[sku.pk]
            was = generated_name(old_name, [chosen[name] for name in stored if name in chosen])
            name = generated if sku.name == was else sku.name
        if name != sku.name:
            if plan is None:
                plan = SkuPlan(sku=sku, draft=None)
                made.skus.append(plan)
            plan.changes["name"] = name
