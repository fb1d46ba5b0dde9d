"""What sending some goods to some place costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kernel import money
from kernel.prepared import Prepared
from shop.shipping.errors import NoDelivery
from shop.shipping.models import FreightRule, FreightTemplate

Basis = FreightTemplate.Basis


@dataclass(frozen=True)
class Goods:
    """So many pieces of one SKU. Units: yuan and grams of all of them together."""

    amount: Decimal
    pieces: int
    grams: int
    ship_free: bool = False


def default_rules() -> list[FreightRule]:
    """The rules of the shop's default template, with it; one query. No template means no freight."""
    return _rules()


_rules = Prepared(lambda: FreightRule.objects.filter(template__is_default=True).select_related("template"))


def freight(*, rules: Sequence[FreightRule], goods: Sequence[Goods], area_codes: Iterable[int | None]) -> Decimal:
    """The freight of these goods to the place with these area codes (province, city, district).

    The narrowest area that a rule names decides; a rule without areas is for all others. Goods that
    ship free weigh nothing here. Reaching the template's amount makes all free, but no rule away.
    Units: yuan. Raises: NoDelivery.
    """
    rule = _rule_for(rules, [int(code) for code in area_codes if code is not None])
    if rule is None:
        return money.ZERO
    if rule.no_delivery:
        raise NoDelivery
    paying = [one for one in goods if not one.ship_free]
    free_from = rule.template.free_from
    if not paying or (free_from is not None and sum(one.amount for one in goods) >= free_from):
        return money.ZERO
    if rule.template.basis == Basis.FLAT:
        return money.yuan(rule.first_fee)
    units = sum(one.grams if rule.template.basis == Basis.WEIGHT else one.pieces for one in paying)
    further = max(0, units - rule.first_units)
    steps = -(-further // rule.further_units)
    return money.yuan(rule.first_fee + steps * rule.further_fee)


def _rule_for(rules: Sequence[FreightRule], codes: Sequence[int]) -> FreightRule | None:
    for code in reversed(codes):
        for rule in rules:
            if code in {int(named) for named in rule.area_codes}:
                return rule
    return next((rule for rule in rules if not rule.area_codes), None)
