from django.apps import AppConfig


class MeiduoConfig(AppConfig):
    """The project itself: it sees every room and holds the operator's commands."""

    name = "meiduo"
    verbose_name = "美多商城"
