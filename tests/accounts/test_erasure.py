"""Erasing and exporting, beneath HTTP."""

import pytest

from accounts.models import User
from accounts.personal_data import PersonalData, _parts, parts, register
from accounts.services.erasure import erase_account
from tests.factories.people import PASSWORD, UserFactory


@pytest.mark.django_db
def test_when_one_part_cannot_be_erased_nothing_is():
    user = UserFactory(username="python")

    def broken(user_id):
        raise RuntimeError("on purpose")

    register(PersonalData("broken", export=lambda user_id: None, erase=broken))
    try:
        with pytest.raises(RuntimeError, match="on purpose"):
            erase_account(user=user, address="203.0.113.9", password=PASSWORD)
    finally:
        del _parts["broken"]

    row = User.objects.get(pk=user.pk)
    assert (row.username, row.mobile, row.is_active) == ("python", user.mobile, True)


def test_a_part_registered_twice_is_one_part():
    first = PersonalData("twice", export=lambda user_id: 1)
    second = PersonalData("twice", export=lambda user_id: 2)
    register(first)
    register(second)
    try:
        assert [part for part in parts() if part.name == "twice"] == [second]
    finally:
        del _parts["twice"]
