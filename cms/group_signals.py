"""When the staff groups are looked after: once per migration, when every app's permissions are there."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

from cms.services.site import is_migrated
from cms.services.staff_groups import ensure_groups

#: The permissions that stood before the migration under way; None when nothing told us of one.
_before: set[int] | None = None


def connect() -> None:
    """From now on every migration ends with the groups in place."""
    pre_migrate.connect(_remember, dispatch_uid="cms.groups.before")
    post_migrate.connect(_groups_stand, dispatch_uid="cms.groups")


def _remember(sender: AppConfig, using: str, **kwargs: Any) -> None:
    global _before
    if using != "default" or sender.label != _first_or_last(0):
        return
    with connection.cursor() as cursor:
        there = Permission._meta.db_table in connection.introspection.table_names(cursor)
    _before = set(Permission.objects.values_list("pk", flat=True)) if there else set()


def _groups_stand(sender: AppConfig, using: str, plan: Any = None, **kwargs: Any) -> None:
    # Each app's permissions are made after its own turn, so the last one knows them all.
    global _before
    if using != "default" or sender.label != _first_or_last(-1) or not (plan is None or is_migrated()):
        return
    known, _before = _before, None
    # After a test emptied the tables there was no migration, and every group is made anew.
    fresh = set(Permission.objects.values_list("pk", flat=True)) - known if known is not None else set()
    ensure_groups(fresh=fresh)


def _first_or_last(place: int) -> str:
    """The label of the app whose turn is first or last."""
    labels: list[str] = [config.label for config in apps.get_app_configs() if config.models_module is not None]
    return labels[place]
