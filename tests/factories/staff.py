"""People of the back office."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.test import Client
from wagtail.test.utils.form_data import querydict_from_html

_numbers = count(1)


def superuser() -> Any:
    """Somebody who may do everything; logs in by ``logged_in`` or with the password ``a good pass phrase``."""
    return get_user_model().objects.create_superuser(f"boss_{next(_numbers)}", password="a good pass phrase")


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


def opened(browser: Client, url: str, *, form_id: str = "w-editor-form") -> QueryDict:
    """What a browser would send if the form at this address were sent as it is shown."""
    data: QueryDict = querydict_from_html(browser.get(url).content.decode(), form_id=form_id)
    for name, values in data.lists():
        # A ticked box without a value is sent as "on"; every other control of an editor's form has a value or is text.
        if values == [""] and name.rsplit("-")[-1].startswith(("is_", "make", "ship_free")):
            data[name] = "on"
    return data
