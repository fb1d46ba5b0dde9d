"""Reviews: who may write one, what is shown, what it counts, what staff do with it."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services.erasure import anonymise, exported_data
from kernel import clock
from media.validators import NotAPicture, PictureTooBig
from shop.audit.counters import counter_drifts
from shop.catalog.models import Sku
from shop.orders.errors import OrderNotFound
from shop.orders.models import Order
from shop.orders.services import RefundedPieces, book_refund, end_refunding, start_refunding
from shop.orders.states import OrderState
from shop.reviews.errors import (
    AlreadyReviewed,
    LineNotFound,
    LineRefunded,
    NotYetReviewable,
    PictureUnknown,
    ReplyWrong,
    ReviewNotFound,
    ScoreWrong,
    TextTooLong,
    TextTooShort,
    TooManyPictures,
)
from shop.reviews.models import Review
from shop.reviews.pictures import forget_loose_pictures, keep_picture
from shop.reviews.selectors import lines_to_review, review_summary, reviews_for_staff, shown_name, shown_reviews
from shop.reviews.services import hide_review, reply_to_review, show_review, write_review
from shop.reviews.services.writing import plain_text
from tests.accounts.people import picture
from tests.factories.people import StaffFactory, UserFactory
from tests.factories.sending import received_order, review, shipped_order
from tests.factories.trade import buyer_with_address, paid_order, sku_with_stock

pytestmark = pytest.mark.django_db

TEXT = "很好用，推荐购买"


@pytest.fixture(autouse=True)
def _counts_hold(db):
    yield
    assert list(counter_drifts()) == []


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def staff():
    return StaffFactory()


def write(order, sku=None, **changed):
    sku_id = sku.pk if sku else order.lines.first().sku_id
    values = {"number": order.number, "sku_id": sku_id, "by": order.user, "score": 5, "text": TEXT}
    return write_review(**values | changed)


def refund(order, line):
    start_refunding(order_id=order.pk, actor="staff")
    pieces = [RefundedPieces(line_id=line.pk, count=line.count, amount=line.amount, restock=False)]
    book_refund(order_id=order.pk, amount=line.amount, pieces=pieces, actor="staff")
    return end_refunding(order_id=order.pk, actor="staff")


def comments(sku):
    return Sku.objects.get(pk=sku.pk).comments


def test_a_review_is_kept_shown_and_counted_and_the_last_one_ends_the_order():
    first, second = sku_with_stock(), sku_with_stock()
    order = received_order(items={first: 1, second: 2})

    row = write(order, first, score=4, is_anonymous=True)
    assert (row.state, row.score, row.text, row.spu_id) == ("shown", 4, TEXT, first.spu_id)
    assert row.order_line.order.state == OrderState.TO_REVIEW
    assert [line.sku_id for line in lines_to_review(user_id=order.user_id, number=order.number)] == [second.pk]

    assert write(order, second).order_line.order.state == OrderState.DONE
    assert (comments(first), comments(second)) == (1, 1)
    assert lines_to_review(user_id=order.user_id, number=order.number) == []


def test_a_line_is_reviewed_once():
    order = received_order(items={sku_with_stock(): 1, sku_with_stock(): 1})
    write(order)

    with pytest.raises(AlreadyReviewed):
        write(order)
    assert Review.objects.count() == 1


def test_the_last_line_twice_says_already_and_not_too_early():
    order = received_order()
    write(order)

    with pytest.raises(AlreadyReviewed):
        write(order)


def test_only_what_one_bought_and_received_is_reviewed():
    order, stranger = received_order(), UserFactory()
    with pytest.raises(OrderNotFound):
        write(order, by=stranger)
    with pytest.raises(OrderNotFound):
        lines_to_review(user_id=stranger.pk, number=order.number)
    with pytest.raises(LineNotFound):
        write(order, sku_with_stock())
    for early in (paid_order(), shipped_order()):
        with pytest.raises(NotYetReviewable):
            write(early)
    assert Review.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"text": "好"}, TextTooShort),
        ({"text": "    好    "}, TextTooShort),
        ({"text": "<b></b><i></i><u></u>"}, TextTooShort),
        ({"text": "好" * 1001}, TextTooLong),
        ({"score": 6}, ScoreWrong),
        ({"score": -1}, ScoreWrong),
        ({"pictures": ["forged"]}, PictureUnknown),
        ({"pictures": ["x"] * 10}, TooManyPictures),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(changed, error):
    order = received_order()

    with pytest.raises(error):
        write(order, **changed)

    order.refresh_from_db()
    assert (Review.objects.count(), order.state, order.lines.get().reviewed_at) == (0, OrderState.TO_REVIEW, None)


def test_texts_are_plain():
    assert plain_text("好<script>alert(1)</script>用 <b>真的</b>") == "好用 真的"
    assert plain_text("a < b && c > d") == "a < b && c > d"
    assert plain_text("1\r\n\r\n\r\n\r\n2\x00\x07") == "1\n\n2"
    nested = plain_text("&amp;amp;lt;script&amp;amp;gt;alert(1)")
    assert "<" not in nested


def test_pictures_are_drawn_anew_and_only_their_sender_can_use_them():
    order = received_order()
    given, name = keep_picture(user_id=order.user_id, file=picture("JPEG"))
    foreign, _name = keep_picture(user_id=UserFactory().pk, file=picture("PNG"))

    with pytest.raises(PictureUnknown):
        write(order, pictures=[foreign])
    row = write(order, pictures=[given, given])

    assert row.images == [name]
    assert name.endswith(".webp")
    assert default_storage.exists(name)


def test_what_is_no_picture_is_refused(settings):
    with pytest.raises(NotAPicture):
        keep_picture(user_id=1, file=io.BytesIO(b"<svg onload=alert(1)>"))
    with pytest.raises(PictureTooBig):
        keep_picture(user_id=1, file=io.BytesIO(b"x" * (5 * 1024 * 1024 + 1)))


def test_an_upload_counts_for_a_day_and_is_gone_after_two_unless_a_review_took_it():
    now = clock.now()
    order, late = received_order(), received_order()
    with time_machine.travel(now, tick=False):
        used, kept = keep_picture(user_id=order.user_id, file=picture())
        over, loose = keep_picture(user_id=late.user_id, file=picture())
        write(order, pictures=[used])
    with time_machine.travel(now.replace(microsecond=0) + clock_days(1), tick=False), pytest.raises(PictureUnknown):
        write(late, pictures=[over])
    with time_machine.travel(now + clock_days(2), tick=False):
        assert (forget_loose_pictures(), forget_loose_pictures()) == (1, 0)
    assert (default_storage.exists(kept), default_storage.exists(loose)) == (True, False)


def clock_days(days):
    return timedelta(days=days, seconds=5)


def test_what_went_back_whole_is_not_reviewed_and_not_waited_for():
    kept, returned = sku_with_stock(), sku_with_stock()
    order = received_order(items={kept: 1, returned: 1})
    assert refund(order, order.lines.get(sku=returned)).state == OrderState.TO_REVIEW

    with pytest.raises(LineRefunded):
        write(order, returned)
    assert [line.sku_id for line in lines_to_review(user_id=order.user_id, number=order.number)] == [kept.pk]
    assert write(order, kept).order_line.order.state == OrderState.DONE


def test_a_refund_of_the_last_open_line_ends_a_reviewed_order():
    kept, returned = sku_with_stock(), sku_with_stock()
    order = received_order(items={kept: 1, returned: 1})
    write(order, kept)

    assert refund(order, order.lines.get(sku=returned)).state == OrderState.DONE


def test_a_full_refund_of_a_received_order_is_a_refund():
    order = received_order()

    assert refund(order, order.lines.get()).state == OrderState.REFUNDED


def test_moderation_keeps_a_review_back_until_staff_show_it(settings, staff):
    settings.REVIEW_MODERATION = True
    sku = sku_with_stock()
    row = review(sku=sku)
    assert (row.state, comments(sku), list(shown_reviews(sku_id=sku.pk))) == ("pending", 0, [])

    for _time in range(2):
        show_review(review_id=row.pk, by=staff)
    assert (comments(sku), list(shown_reviews(sku_id=sku.pk))) == (1, [row])
    for _time in range(2):
        hide_review(review_id=row.pk, by=staff)
    assert (comments(sku), list(shown_reviews(sku_id=sku.pk))) == (0, [])


def test_the_merchant_answers(staff):
    row = review()

    reply_to_review(review_id=row.pk, by=staff, text=" <i>谢谢</i>支持 ")

    row.refresh_from_db()
    assert (row.reply, row.replied_by) == ("谢谢支持", staff)
    assert row.replied_at is not None
    for bad in ("", "  ", "谢" * 501):
        with pytest.raises(ReplyWrong):
            reply_to_review(review_id=row.pk, by=staff, text=bad)
    with pytest.raises(ReviewNotFound):
        reply_to_review(review_id=0, by=staff, text="谢谢")
    for act in (show_review, hide_review):
        with pytest.raises(ReviewNotFound):
            act(review_id=0, by=staff)


def test_the_summary_counts_what_is_shown_of_a_sku_and_of_its_product(staff, django_assert_num_queries):
    sku = sku_with_stock()
    sibling = sku_with_stock(spu=sku.spu)
    order = received_order(items={sku: 1})
    given, _name = keep_picture(user_id=order.user_id, file=picture())
    write(order, pictures=[given], score=4)
    for score in (5, 1):
        review(sku=sku, score=score)
    review(sku=sibling, score=5)
    hide_review(review_id=review(sku=sku, score=0).pk, by=staff)

    with django_assert_num_queries(1):
        of_sku = review_summary(sku_id=sku.pk)
    assert (of_sku.count, of_sku.average, of_sku.good_rate, of_sku.with_images) == (3, 3.3, 67, 1)
    assert of_sku.stars == {0: 0, 1: 1, 2: 0, 3: 0, 4: 1, 5: 1}
    assert (review_summary(spu_id=sku.spu_id).count, review_summary(spu_id=sku.spu_id).average) == (4, 3.8)
    assert review_summary(sku_id=0).average is None
    assert shown_reviews(sku_id=sku.pk, with_images=True).count() == 1
    assert shown_reviews(sku_id=sku.pk, score=1).count() == 1
    assert shown_reviews(spu_id=sku.spu_id).count() == 4


@pytest.mark.parametrize(
    ("nickname", "anonymous", "shown"),
    [("小多", False, "小多"), ("小多多", True, "小***多"), ("多", True, "***"), ("", False, "python")],
)
def test_an_anonymous_buyer_keeps_two_characters(nickname, anonymous, shown):
    buyer = buyer_with_address(username="python", nickname=nickname)

    assert shown_name(review(buyer, is_anonymous=anonymous)) == shown


def test_staff_read_all_reviews_in_one_query(django_assert_num_queries):
    review()
    buyer, sku = buyer_with_address(), sku_with_stock(50)
    for _number in range(5):
        review(buyer, sku=sku)

    with CaptureQueriesContext(connection) as queries:
        seen = [
            (row.user.username, row.sku.name, row.spu.name, row.order_line.order.number) for row in reviews_for_staff()
        ]
    assert (len(queries), len(seen)) == (1, 6)


def test_an_account_that_goes_takes_its_reviews_along(django_capture_on_commit_callbacks):
    sku = sku_with_stock()
    order = received_order(items={sku: 1})
    given, name = keep_picture(user_id=order.user_id, file=picture())
    write(order, pictures=[given])
    told = exported_data(user=order.user)["reviews"]
    assert [(one["order"], one["text"], len(one["pictures"])) for one in told] == [(order.number, TEXT, 1)]

    with django_capture_on_commit_callbacks(execute=True):
        anonymise(user_id=order.user_id)

    assert (Review.objects.count(), comments(sku), default_storage.exists(name)) == (0, 0, False)
    assert Order.objects.get(pk=order.pk).state == OrderState.DONE
    assert order.paid_amount > Decimal(0)
