"""Buyers and staff. Everybody's password is ``PASSWORD``."""

from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from accounts.models import User

PASSWORD = "lychee-on-ice-7"


class UserFactory(DjangoModelFactory[User]):
    """A buyer with a mobile. ``UserFactory(password="…")`` sets another password."""

    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"buyer_{n}")
    mobile = factory.Sequence(lambda n: f"139{n:08d}")

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        kwargs["password"] = make_password(kwargs.get("password", PASSWORD))
        return kwargs


class StaffFactory(UserFactory):
    """A member of staff who may do everything."""

    is_staff = True
    is_superuser = True
