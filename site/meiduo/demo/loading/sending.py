"""What sending costs in the demo shop."""

from decimal import Decimal

from django.db import transaction

from shop.shipping.models import FreightRule, FreightTemplate

NAME = "默认运费"
#: 西藏 and 新疆, then 内蒙古 and 青海, in codes of GB/T 2260.
FAR, FURTHER = ["150000", "630000"], ["540000", "650000"]


@transaction.atomic
def load_freight() -> None:
    """Sending costs 8 yuan, more to the far west, nothing from 99 on; a shop with a default template keeps it."""
    if FreightTemplate.objects.filter(is_default=True).exists():
        return
    template, _new = FreightTemplate.objects.update_or_create(
        name=NAME,
        defaults={"basis": FreightTemplate.Basis.FLAT, "is_default": True, "free_from": Decimal("99.00")},
    )
    template.rules.all().delete()
    fees: tuple[tuple[list[str], str], ...] = (([], "8.00"), (FAR, "15.00"), (FURTHER, "25.00"))
    FreightRule.objects.bulk_create(
        FreightRule(template=template, area_codes=codes, first_fee=Decimal(fee), sort_order=place)
        for place, (codes, fee) in enumerate(fees)
    )
