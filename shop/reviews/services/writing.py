"""A buyer says what a thing they bought is like."""

import html
import re
from collections.abc import Sequence

import nh3
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from kernel import clock
from shop.orders.errors import OrderStateConflict
from shop.orders.models import OrderLine
from shop.orders.services import mark_reviewed, order_locked
from shop.orders.states import OrderState
from shop.reviews.errors import (
    AlreadyReviewed,
    LineNotFound,
    LineRefunded,
    NotYetReviewable,
    ScoreWrong,
    TextTooLong,
    TextTooShort,
)
from shop.reviews.models import Review
from shop.reviews.pictures import names_of
from shop.reviews.services.counting import count_comments

#: Characters of a review.
LEAST, MOST = 5, 1000
#: Stars.
WORST, BEST = 0, 5

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\n{3,}")


def write_review(
    *,
    number: str,
    sku_id: int,
    by: User,
    score: int,
    text: str,
    is_anonymous: bool = False,
    pictures: Sequence[str] = (),
) -> Review:
    """This line of the buyer's order has its one review; with the last line's the order is done.

    It is shown at once, or waits for staff where ``REVIEW_MODERATION`` is on. ``pictures`` are passes of
    ``keep_picture``. A line whose pieces all went back cannot be reviewed, and is not waited for.
    The review comes with its line, and that with the order as it is now.
    Units: stars, 0 to 5. Locks: the order, then the SKU.
    Raises: OrderNotFound, also for someone else's; LineNotFound, NotYetReviewable, LineRefunded, AlreadyReviewed;
    ScoreWrong, TextTooShort, TextTooLong, TooManyPictures, PictureUnknown.
    Emits: SkusChanged, after commit, if it is shown.
    """
    if not WORST <= score <= BEST:
        raise ScoreWrong
    said = plain_text(text)
    if len(said) < LEAST:
        raise TextTooShort(least=LEAST)
    if len(said) > MOST:
        raise TextTooLong(most=MOST)
    names = names_of(user_id=by.pk, passes=pictures)
    with transaction.atomic():
        line = _line(number, sku_id, by)
        state = Review.State.PENDING if settings.REVIEW_MODERATION else Review.State.SHOWN
        review = Review(
            order_line=line,
            sku_id=line.sku_id,
            spu_id=line.sku.spu_id,
            user=by,
            score=score,
            text=said,
            is_anonymous=is_anonymous,
            images=names,
            state=state,
        )
        _store(review)
        try:
            line.order = mark_reviewed(line_id=line.pk, by=by)
        except OrderStateConflict as lost:
            raise AlreadyReviewed from lost
        if state == Review.State.SHOWN:
            count_comments({line.sku_id: 1})
    return review


def plain_text(text: str) -> str:
    """The text without tags, controls and heaps of empty lines; ``a < b`` stays as it is."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for _round in range(3):
        cleaned = html.unescape(nh3.clean(_CONTROLS.sub("", plain), tags=set(), clean_content_tags={"script", "style"}))
        if cleaned == plain:
            break
        plain = cleaned
    else:
        # Entities of entities of tags: nobody writes these by mistake.
        plain = plain.replace("<", "").replace(">", "")
    return _EMPTY_LINES.sub("\n\n", plain).strip()


def _line(number: str, sku_id: int, by: User) -> OrderLine:
    order = order_locked(number=number, owner=by)
    line = OrderLine.objects.select_related("sku").filter(order=order, sku_id=sku_id).first()
    if line is None:
        raise LineNotFound
    if line.reviewed_at is not None:
        raise AlreadyReviewed
    if order.state != OrderState.TO_REVIEW:
        raise NotYetReviewable(state=order.state)
    if line.refunded_count >= line.count:
        raise LineRefunded
    return line


def _store(review: Review) -> None:
    """One review per line, by the table's own rule, whatever the caller has locked."""
    review.created_at = clock.now()
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError as twice:
        raise AlreadyReviewed from twice
