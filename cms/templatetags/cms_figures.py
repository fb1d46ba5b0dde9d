"""Numbers as the back office writes them."""

from decimal import Decimal

from django import template

from kernel import money

register = template.Library()


@register.filter
def percent(value: float) -> str:
    """0.1234 as 12.34%."""
    return f"{value:.2%}"


@register.filter
def yuan(value: Decimal | int) -> str:
    """An amount with two places."""
    return money.text(Decimal(value))
