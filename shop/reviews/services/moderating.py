"""What staff do with reviews."""

from django.db import transaction

from accounts.models import User
from kernel import clock
from shop.reviews.errors import ReplyWrong, ReviewNotFound
from shop.reviews.models import Review
from shop.reviews.services.counting import count_comments
from shop.reviews.services.writing import plain_text

#: Characters of a reply.
MOST_REPLY = 500


@transaction.atomic
def show_review(*, review_id: int, by: User | None) -> Review:
    """Everybody sees the review. Twice is as good as once.

    Locks: the review, then its SKU. Raises: ReviewNotFound. Emits: SkusChanged, after commit.
    """
    return _become(review_id, Review.State.SHOWN)


@transaction.atomic
def hide_review(*, review_id: int, by: User | None) -> Review:
    """Nobody but staff sees the review, and it counts in no number. Twice is as good as once.

    Locks: the review, then its SKU. Raises: ReviewNotFound. Emits: SkusChanged, after commit.
    """
    return _become(review_id, Review.State.HIDDEN)


@transaction.atomic
def reply_to_review(*, review_id: int, by: User, text: str) -> Review:
    """The merchant's answer stands under the review; another one replaces it.

    Locks: the review. Raises: ReviewNotFound; ReplyWrong for an empty or too long one.
    Emits: SkusChanged, after commit, where it is shown.
    """
    reply = plain_text(text)
    if not 1 <= len(reply) <= MOST_REPLY:
        raise ReplyWrong(most=MOST_REPLY)
    review = _locked(review_id)
    review.reply, review.replied_by, review.replied_at = reply, by, clock.now()
    review.save(update_fields=["reply", "replied_by", "replied_at"])
    if review.state == Review.State.SHOWN:
        count_comments({review.sku_id: 0})
    return review


def _become(review_id: int, state: Review.State) -> Review:
    review = _locked(review_id)
    before = review.state
    if before == state:
        return review
    review.state = state
    review.save(update_fields=["state"])
    if Review.State.SHOWN in (before, state):
        count_comments({review.sku_id: 1 if state == Review.State.SHOWN else -1})
    return review


def _locked(review_id: int) -> Review:
    review = Review.objects.select_for_update(of=("self",)).filter(pk=review_id).first()
    if review is None:
        raise ReviewNotFound
    return review
