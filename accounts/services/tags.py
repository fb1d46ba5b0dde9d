"""Putting tags on customers."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import CustomerTag
from accounts.selectors.customers import customers
from accounts.services.customers import CustomerNotFound


@transaction.atomic
def set_tags(*, user_id: int, tag_ids: Iterable[int]) -> bool:
    """The customer has these tags and no others; returns whether it was otherwise.

    Raises: CustomerNotFound, also for staff.
    """
    customer = customers().filter(pk=user_id).first()
    if customer is None:
        raise CustomerNotFound
    wanted = set(CustomerTag.objects.filter(pk__in=set(tag_ids)).values_list("pk", flat=True))
    before = set(CustomerTag.objects.filter(users=user_id).values_list("pk", flat=True))
    for tag in CustomerTag.objects.filter(pk__in=wanted ^ before):
        if tag.pk in wanted:
            tag.users.add(user_id)
        else:
            tag.users.remove(user_id)
    return wanted != before


def clear_tags(*, user_id: int) -> None:
    """The user has no tag any more."""
    CustomerTag.users.through.objects.filter(user_id=user_id).delete()
