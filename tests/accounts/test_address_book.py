"""The address book below HTTP: snapshots, races, erasure."""

import pytest
from django.db import IntegrityError, transaction

from accounts.addressing.errors import TooManyAddresses
from accounts.models import Address
from accounts.selectors.addresses import address_snapshot, live_addresses, owned_address
from accounts.selectors.paste import _index, chain_of_names
from accounts.services.addresses import delete_address, make_default
from accounts.services.erasure import anonymise, exported_data
from tests.factories.areas import SOME, install_areas, make_address
from tests.factories.people import UserFactory
from tests.fakes.parallel import at_once


@pytest.fixture
def areas(db):
    install_areas()


def test_a_snapshot_is_words_and_costs_no_query(areas, django_assert_num_queries):
    user = UserFactory()
    pk = make_address(user, province_id=110000, city_id=110100, district_id=110105, place="建国路88号").pk
    address = owned_address(user_id=user.pk, address_id=pk)

    with django_assert_num_queries(0):
        snapshot = address_snapshot(address)

    assert snapshot["text"] == "北京市朝阳区建国路88号"
    assert (snapshot["province"], snapshot["city"], snapshot["district"]) == ("北京市", "市辖区", "朝阳区")


def test_a_snapshot_outlives_a_renamed_district(areas):
    user = UserFactory()
    snapshot = address_snapshot(make_address(user))

    install_areas(
        [(pk, up, "新名区" if pk == 440106 else name, level) for pk, up, name, level in SOME], version="2027-01-01"
    )

    assert snapshot["district"] == "天河区"
    assert address_snapshot(live_addresses(user_id=user.pk).get())["district"] == "新名区"


def test_the_database_refuses_two_defaults_and_a_deleted_default(areas):
    user = UserFactory()
    make_address(user)
    second = make_address(user)

    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=second.pk).update(is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(is_default=True).update(is_deleted=True)


def test_names_find_their_chain_however_they_are_written(areas):
    _index.cache_clear()
    whole = chain_of_names(province="广东省", city="广州市", district="天河区")
    short = chain_of_names(province="北京", city="北京市", district="朝阳区")

    assert whole.district.id == 440106
    assert short.district.id == 110105
    assert chain_of_names(province="火星省", city="", district="") is None
    _index.cache_clear()


def test_erasing_an_account_erases_its_addresses_deleted_ones_too(areas):
    user = UserFactory()
    delete_address(user_id=user.pk, address_id=make_address(user).pk)
    make_address(user)
    stays = make_address(UserFactory())

    exported = exported_data(user=user)
    anonymise(user_id=user.pk)

    assert len(exported["addresses"]) == 2
    assert exported["addresses"][0]["address"] == "广东省广州市天河区体育西路123号"
    assert list(Address.objects.all()) == [stays]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_thirty_addresses_at_once_are_twenty_with_one_default():
    install_areas()
    user = UserFactory()

    results = at_once(30, lambda number: make_address(user, receiver=f"收货{number}"))

    assert sum(isinstance(one, TooManyAddresses) for one in results) == 10
    assert Address.objects.filter(user=user).count() == 20
    assert Address.objects.filter(user=user, is_default=True).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_new_defaults_at_once_leave_exactly_one():
    install_areas()
    user = UserFactory()
    addresses = [make_address(user) for _ in range(8)]

    results = at_once(8, lambda number: make_default(user_id=user.pk, address_id=addresses[number].pk))

    assert results == [None] * 8
    assert Address.objects.filter(user=user, is_default=True).count() == 1
