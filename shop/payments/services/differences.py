"""Staff's word on a difference between the gateway's bill and our books."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kernel import clock
from kernel.errors import Conflict, NotFound
from shop.payments.models import BillDifference


class DifferenceNotFound(NotFound):
    code = "bill.difference_not_found"
    text = _("对账差异不存在")


class DifferenceSettled(Conflict):
    """Somebody, or a later bill, settled it first."""

    code = "bill.difference_settled"
    text = _("该差异已处理")


@transaction.atomic
def settle_difference(*, difference_id: int, by: User, note: str) -> BillDifference:
    """The difference is explained and off the list; no money moves by it.

    Locks: the row. Raises: DifferenceNotFound, DifferenceSettled.
    """
    row = BillDifference.objects.select_for_update().filter(pk=difference_id).first()
    if row is None:
        raise DifferenceNotFound
    if row.settled_at is not None:
        raise DifferenceSettled
    row.settled_by, row.settled_at = by, clock.now()
    # What reconciling found stays in front of what staff say of it.
    row.note = "；".join(part for part in (row.note, note) if part)[:200]
    row.save(update_fields=["settled_by", "settled_at", "note"])
    return row
