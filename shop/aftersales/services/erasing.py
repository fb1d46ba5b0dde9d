"""What a buyer wrote and photographed goes with the account; what was refunded stays with the order."""

from functools import partial

from django.db import transaction

from shop.aftersales.models import AfterSale
from shop.aftersales.photos import delete_photos


@transaction.atomic
def erase_after_sales(*, user_id: int) -> int:
    """No words, photos or waybills of this buyer are left; returns how many applications there were."""
    rows = list(AfterSale.objects.filter(user_id=user_id).only("pk", "photos"))
    names = [name for row in rows for name in row.photos]
    if names:
        # A file that cannot be deleted now is an orphan, not a reason to keep the words.
        transaction.on_commit(partial(delete_photos, names), robust=True)
    return AfterSale.objects.filter(user_id=user_id).update(text="", photos=[], return_waybill="")
