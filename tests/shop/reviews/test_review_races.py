"""One line, two reviews at the same moment."""

import threading

import pytest
from django.db import IntegrityError, transaction

from kernel import clock, events
from shop.audit.counters import counter_drifts
from shop.orders.models import OrderLine
from shop.orders.states import OrderState
from shop.reviews.errors import AlreadyReviewed
from shop.reviews.models import Review
from shop.reviews.services import hide_review, show_review, write_review
from tests.factories.people import StaffFactory
from tests.factories.sending import received_order, review
from tests.fakes.parallel import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch):
    monkeypatch.setattr(events, "deliver", lambda event: None)


def test_of_two_reviews_of_one_line_one_stays():
    order = received_order()
    sku = order.lines.get().sku

    became = at_once(
        4,
        lambda number: write_review(
            number=order.number, sku_id=sku.pk, by=order.user, score=number, text="很好用，推荐购买"
        ),
    )

    assert [type(one) for one in became if isinstance(one, Exception)] == [AlreadyReviewed] * 3
    order.refresh_from_db()
    sku.refresh_from_db()
    assert (Review.objects.count(), sku.comments, order.state) == (1, 1, OrderState.DONE)


def test_control_without_the_lock_both_pass_the_check_and_only_the_table_refuses():
    order = received_order()
    line_id = order.lines.get().pk
    both_have_read = threading.Barrier(2)

    def write_unguarded(number: int) -> None:
        with transaction.atomic():
            line = OrderLine.objects.select_related("sku").get(pk=line_id)
            both_have_read.wait(10)
            assert line.reviewed_at is None
            Review.objects.create(
                order_line=line, sku=line.sku, spu_id=line.sku.spu_id, user=order.user, score=5, text="很好用，推荐"
            )
            OrderLine.objects.filter(pk=line_id).update(reviewed_at=clock.now())

    became = at_once(2, write_unguarded)

    assert [type(one) for one in became if isinstance(one, Exception)] == [IntegrityError]


def test_showing_and_hiding_at_once_keeps_the_count():
    row, staff = review(), StaffFactory()

    at_once(6, lambda number: (show_review if number % 2 else hide_review)(review_id=row.pk, by=staff))

    assert list(counter_drifts()) == []
