"""Reviews of an account that goes."""

from collections import Counter
from functools import partial

from django.db import transaction

from shop.reviews.models import Review
from shop.reviews.pictures import delete_pictures
from shop.reviews.services.counting import count_comments


@transaction.atomic
def erase_reviews(*, user_id: int) -> int:
    """Nothing that this user wrote of what they bought is left, nor its pictures; returns how many there were.

    Locks: the reviews in id order, then their SKUs. Emits: SkusChanged, after commit.
    """
    rows = list(Review.objects.select_for_update().filter(user_id=user_id).order_by("pk"))
    names = [name for row in rows for name in row.images]
    Review.objects.filter(pk__in=[row.pk for row in rows]).delete()
    shown = Counter(row.sku_id for row in rows if row.state == Review.State.SHOWN)
    count_comments({sku_id: -count for sku_id, count in shown.items()})
    if names:
        # A file that cannot be deleted now is an orphan, not a reason to keep the review.
        transaction.on_commit(partial(delete_pictures, names), robust=True)
    return len(rows)
