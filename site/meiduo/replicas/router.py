"""Which database a query of the ORM goes to. SQL by hand uses the default connection, which is the primary."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from meiduo.replicas import PRIMARY
from meiduo.replicas.scope import current

#: Rows of these apps may be read a little late. Wagtail's and Django's own may not: they keep what they read in
#: caches of the process or in the shared one, where an old row would stay.
APPS = frozenset({"shop", "accounts", "media"})
#: Who is asking, and whether that still counts, the primary says: a login that ended has ended.
IDENTITY = frozenset({"accounts.user", "accounts.refreshfamily"})


class ReplicaRouter:
    """Reads go where the scope of the request says; everything else goes to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        scope = current()
        if scope is None or model._meta.app_label not in APPS or model._meta.label_lower in IDENTITY:
            return PRIMARY
        return scope.reads_from()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """They are the same rows wherever they were read."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db in settings.REPLICAS else None
