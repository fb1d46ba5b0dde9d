"""Menus from code: the demo shop, tests."""

from collections.abc import Sequence

from django.db import transaction

from cms.models import Menu
from cms.services.streams import RawBlock, checked_stream


@transaction.atomic
def save_menu(*, key: str, title: str, items: Sequence[RawBlock]) -> Menu:
    """There is a menu of this key with these lines.

    Raises: ContentInvalid. Emits: HomeChanged, after commit.
    """
    value = checked_stream(Menu.items.field, items, place=f"menu/{key}")
    menu, _created = Menu.objects.update_or_create(key=key, defaults={"title": title, "items": value})
    return menu
