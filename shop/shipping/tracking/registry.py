"""The provider that the settings name."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from shop.shipping.tracking.port import TrackingProvider


def provider() -> TrackingProvider | None:
    """Who tells where parcels are; None when nobody does. Built anew, so a changed setting counts at once."""
    name = settings.TRACKING
    if name == "off":
        return None
    if name not in settings.TRACKING_PROVIDERS:
        raise ImproperlyConfigured(f"TRACKING names {name!r}; known: {', '.join(settings.TRACKING_PROVIDERS)}")
    described = settings.TRACKING_PROVIDERS[name]
    built: TrackingProvider = import_string(described["class"])(**described["options"])
    return built
