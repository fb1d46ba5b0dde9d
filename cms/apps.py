from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class CmsConfig(AppConfig):
    """Wagtail: content, and the back office's screens."""

    name = "cms"
    verbose_name = "内容"

    def ready(self) -> None:
        from cms import group_signals, signals

        signals.connect()
        # The signal goes from app to app; only behind the last one are all content types there.
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(_site_stands, sender=last, dispatch_uid="cms.site")
        # After the site: the groups get rights on its pages and folders.
        group_signals.connect()


def _site_stands(using: str, plan: Any = None, **kwargs: Any) -> None:
    """After every migration, and after a test flushed the tables, there is a homepage again."""
    from cms.services.site import ensure_site, is_migrated

    if using == "default" and (plan is None or is_migrated()):
        ensure_site()
