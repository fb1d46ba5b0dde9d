from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CmsConfig(AppConfig):
    """Wagtail: content, and the back office's screens."""

    name = "cms"
    verbose_name = "内容"

    def ready(self) -> None:
        from cms import signals

        signals.connect()
        post_migrate.connect(_site_stands, sender=self, dispatch_uid="cms.site")


def _site_stands(using: str, plan: Any = None, **kwargs: Any) -> None:
    """After every migration, and after a test flushed the tables, there is a homepage again."""
    from cms.services.site import ensure_site, is_migrated

    if using == "default" and (plan is None or is_migrated()):
        ensure_site()
