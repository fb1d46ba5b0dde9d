"""Favourites and history below HTTP: counters under races, erasure."""

import pytest

from accounts.services.erasure import anonymise, exported_data
from shop.catalog.models import Spu
from shop.interest.models import Favorite, Visit
from shop.interest.selectors import favorite_spu_ids
from shop.interest.services import add_favorite, record_visit, remove_favorites
from tests.factories.catalog import SkuFactory
from tests.factories.people import UserFactory
from tests.fakes.parallel import at_once


def test_a_product_is_a_favourite_by_any_of_its_skus(db):
    user, sku, other = UserFactory(), SkuFactory(), SkuFactory()
    add_favorite(user_id=user.pk, sku_id=SkuFactory(spu=sku.spu).pk)

    assert favorite_spu_ids(user_id=user.pk, spu_ids=[sku.spu_id, other.spu_id]) == {sku.spu_id}
    assert remove_favorites(user_id=user.pk, spu_id=sku.spu_id) == 1
    assert Spu.objects.get(pk=sku.spu_id).favorites == 0


def test_erasing_an_account_takes_its_interest_along_and_counts_down(db):
    user, sku = UserFactory(), SkuFactory()
    add_favorite(user_id=user.pk, sku_id=sku.pk)
    add_favorite(user_id=UserFactory().pk, sku_id=sku.pk)
    record_visit(user_id=user.pk, sku_id=sku.pk)

    exported = exported_data(user=user)
    anonymise(user_id=user.pk)

    assert exported["interest"]["favorites"][0]["sku"] == sku.name
    assert exported["interest"]["history"][0]["sku"] == sku.name
    assert Visit.objects.count() == 0
    assert Favorite.objects.count() == 1
    assert Spu.objects.get(pk=sku.spu_id).favorites == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_clicking_the_heart_ten_times_at_once_counts_once():
    user, sku = UserFactory(), SkuFactory()

    added = at_once(10, lambda number: add_favorite(user_id=user.pk, sku_id=sku.pk))

    assert sorted(added) == [False] * 9 + [True]
    assert Spu.objects.get(pk=sku.spu_id).favorites == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_removing_ten_times_at_once_counts_down_once():
    user, sku = UserFactory(), SkuFactory()
    add_favorite(user_id=UserFactory().pk, sku_id=sku.pk)
    add_favorite(user_id=user.pk, sku_id=sku.pk)

    removed = at_once(10, lambda number: remove_favorites(user_id=user.pk, sku_id=sku.pk))

    assert sum(removed) == 1
    assert Spu.objects.get(pk=sku.spu_id).favorites == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_looking_at_many_things_at_once_keeps_the_limit(settings):
    settings.BROWSE_HISTORY_LIMIT = 5
    user, skus = UserFactory(), SkuFactory.create_batch(12)

    results = at_once(12, lambda number: record_visit(user_id=user.pk, sku_id=skus[number].pk))
    record_visit(user_id=user.pk, sku_id=skus[0].pk)

    assert results == [None] * 12
    assert Visit.objects.filter(user=user).count() == 5
