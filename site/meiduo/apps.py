from django.apps import AppConfig


class MeiduoConfig(AppConfig):
    """The project itself: it sees every room and holds the operator's commands."""

    name = "meiduo"
    verbose_name = "美多商城"

    def ready(self) -> None:
        # Once all apps are there: it speaks of Wagtail's widgets.
        from meiduo import inline_scripts

        inline_scripts.replace()
