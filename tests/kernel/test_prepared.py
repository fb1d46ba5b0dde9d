"""Queries compiled once: the same objects as the ORM's own, for every caller's values."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import RefreshFamily, User
from accounts.selectors.users import user_with_session
from kernel.prepared import Prepared, PreparedRows
from shop.cart.selectors import selected_lines_locked
from shop.cart.services import add_to_cart
from shop.catalog.models import Sku
from tests.factories.people import UserFactory
from tests.factories.trade import sku_with_stock
from tests.fakes.parallel import at_once

pytestmark = pytest.mark.django_db


def test_each_call_gets_the_rows_of_its_own_values_in_one_query():
    users = UserFactory.create_batch(3)
    by_name = Prepared(lambda name: User.objects.filter(username=name, is_active=True), name="stand-in")

    for user in users:
        with CaptureQueriesContext(connection) as counted:
            assert by_name(name=user.username) == [user]
        assert len(counted) == 1
    assert by_name(name="nobody") == []


def test_joined_rows_annotations_and_left_out_columns_are_those_of_the_orm():
    buyer, sku = UserFactory(), sku_with_stock(9)
    add_to_cart(user=buyer, sku_id=sku.pk, count=2)

    for _again in range(2):
        (line,) = selected_lines_locked(user_id=buyer.pk)
        with CaptureQueriesContext(connection) as counted:
            assert (line.sku, line.sku.price, line.sku.spu_id, line.count) == (sku, sku.price, sku.spu_id, 2)
            assert line.sku.spu.ship_free is False
        assert len(counted) == 0
        assert line.sku.get_deferred_fields() >= {"code", "created_at"}
        assert "chosen" in line.__dict__


def test_a_list_of_any_length_up_to_that_of_its_stand_in_and_a_time_are_values_too():
    users = UserFactory.create_batch(3)
    since = users[0].date_joined
    User.objects.filter(pk=users[2].pk).update(date_joined=since - timedelta(days=1))
    named = PreparedRows(
        lambda ids, since: (
            User.objects.filter(pk__in=ids, date_joined__gte=since).order_by("pk").values_list("username")
        ),
        ids=(-1, -2, -3),
        since=datetime(1000, 1, 1, tzinfo=UTC),
    )
    ids = [one.pk for one in users]

    for number in (1, 2, 3):
        assert [name for (name,) in named(ids=ids[:number], since=since)] == [
            one.username for one in users[:2][:number]
        ]
    assert list(named(ids=ids, since=since + timedelta(days=1))) == []
    for wrong in ([], [*ids, 4]):
        with pytest.raises(ValueError, match="from 1 to 3 values"):
            named(ids=wrong, since=since)


def test_rows_have_the_types_of_the_orm():
    sku = sku_with_stock(9)
    rows = PreparedRows(lambda pk: Sku.objects.filter(pk=pk).values_list("price", "created_at", "is_on_sale"), pk=-1)

    assert [tuple(row) for row in rows(pk=sku.pk)] == list(
        Sku.objects.filter(pk=sku.pk).values_list("price", "created_at", "is_on_sale")
    )


def test_a_stand_in_that_is_not_in_the_query_is_a_mistake():
    with pytest.raises(ValueError, match="other"):
        Prepared(lambda name, other: User.objects.filter(username=name), name="stand-in", other="another")(
            name="x", other="y"
        )


def test_a_login_counts_by_its_own_number_on_every_database():
    user, other = UserFactory.create_batch(2)
    login = RefreshFamily.objects.create(user=user, current_jti="1")

    def who(**changed):
        return user_with_session(**{"user_id": user.pk, "version": user.token_version, "family_id": login.pk} | changed)

    assert who() == user
    assert who(family_id=None) == user
    assert who(user_id=other.pk) is None
    assert who(family_id=uuid4()) is None
    assert who(version=user.token_version + 1) is None


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_text_and_nothing_else():
    users = UserFactory.create_batch(8)
    by_name = Prepared(lambda name: User.objects.filter(username=name), name="stand-in")

    assert at_once(8, lambda number: by_name(name=users[number].username)) == [[user] for user in users]
