"""What staff say freight costs: templates whose rules leave no place out and name none twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kernel import money
from kernel.errors import Conflict, Invalid, NotFound
from shop.shipping.models import FreightRule, FreightTemplate


class FreightTemplateNotFound(NotFound):
    code = "freight.not_found"
    text = _("运费模板不存在")


class FreightNameTaken(Conflict):
    code = "freight.name_taken"
    text = _("已有同名的运费模板")
    field = "name"


class OneRuleForTheRest(Invalid):
    """No rule, or more than one, is for all areas that the others do not name."""

    code = "freight.one_rule_for_the_rest"
    text = _("必须有且只有一条规则不填地区，用于其余所有地区")
    field = "rules"


class AreaTwice(Invalid):
    """Two rules name the same area: ``area`` is its code."""

    code = "freight.area_twice"
    text = _("地区 %(area)s 出现在多条规则里")
    field = "rules"


class OneDefaultTemplate(Conflict):
    """The shop always has one default; it changes by making another one the default."""

    code = "freight.one_default"
    text = _("必须有一个默认模板；请把另一个模板设为默认")
    field = "is_default"


@dataclass(frozen=True)
class RuleInput:
    """What freight costs for these area codes; for all others where there are none. Units: yuan; grams or pieces."""

    area_codes: Sequence[int] = ()
    no_delivery: bool = False
    first_units: int = 1
    first_fee: Decimal = money.ZERO
    further_units: int = 1
    further_fee: Decimal = money.ZERO


@transaction.atomic
def save_freight_template(
    *,
    template_id: int | None = None,
    name: str,
    basis: FreightTemplate.Basis,
    free_from: Decimal | None,
    is_default: bool,
    rules: Sequence[RuleInput],
) -> FreightTemplate:
    """The template with exactly these rules, in this order; the first one of all is the default by itself.

    A narrower area inside a wider one of another rule is fine: the narrowest decides. Orders that stand keep
    their freight.
    Locks: all templates, so that two who change the default leave one.
    Raises: FreightTemplateNotFound, FreightNameTaken, OneRuleForTheRest, AreaTwice, OneDefaultTemplate.
    """
    _check(rules)
    standing = {row.pk: row for row in FreightTemplate.objects.select_for_update().order_by("pk")}
    row = standing.get(template_id) if template_id is not None else FreightTemplate()
    if row is None:
        raise FreightTemplateNotFound
    others = [one for one in standing.values() if one.pk != row.pk]
    if row.is_default and not is_default:
        raise OneDefaultTemplate
    if any(one.name == name for one in others):
        raise FreightNameTaken
    becomes_default = is_default or not any(one.is_default for one in standing.values())
    if becomes_default:
        FreightTemplate.objects.filter(is_default=True).exclude(pk=row.pk).update(is_default=False)
    row.name, row.basis, row.free_from, row.is_default = name, basis, free_from, becomes_default
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise FreightNameTaken from taken
    row.rules.all().delete()
    FreightRule.objects.bulk_create(
        FreightRule(
            template=row,
            area_codes=list(rule.area_codes),
            no_delivery=rule.no_delivery,
            first_units=rule.first_units,
            first_fee=money.yuan(rule.first_fee),
            further_units=rule.further_units,
            further_fee=money.yuan(rule.further_fee),
            sort_order=place,
        )
        for place, rule in enumerate(rules)
    )
    return row


@transaction.atomic
def delete_freight_template(*, template_id: int) -> None:
    """The template and its rules are gone. Raises: FreightTemplateNotFound, OneDefaultTemplate."""
    row = FreightTemplate.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise FreightTemplateNotFound
    if row.is_default:
        raise OneDefaultTemplate
    row.delete()


def _check(rules: Sequence[RuleInput]) -> None:
    if sum(not rule.area_codes for rule in rules) != 1:
        raise OneRuleForTheRest
    seen: set[int] = set()
    for rule in rules:
        for code in rule.area_codes:
            if code in seen:
                raise AreaTwice(area=code)
            seen.add(code)
