"""People of the back office."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

_numbers = count(1)


def superuser(username: str | None = None, password: str = "a good pass phrase") -> Any:
    """Somebody who may do everything."""
    return get_user_model().objects.create_superuser(username or f"boss_{next(_numbers)}", password=password)


def clerk(*permissions: str) -> Any:
    """A member of staff with the admin's door and these permissions, ``shop.change_spu`` and the like."""
    user = get_user_model().objects.create_user(f"clerk_{next(_numbers)}", is_staff=True)
    for name in ("wagtailadmin.access_admin", *permissions):
        room, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=room, codename=codename))
    return user


def logged_in(user: Any) -> Client:
    """A browser of the back office in which this person is logged in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
