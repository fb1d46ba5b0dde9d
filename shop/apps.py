from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "商城"

    def ready(self) -> None:
        from shop import personal_parts

        personal_parts.register_parts()
