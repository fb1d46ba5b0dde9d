"""The vendors in the order in which they are asked."""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from accounts.sms.port import SmsProvider


def providers() -> Sequence[SmsProvider]:
    """The vendors that ``SMS_VENDORS`` names, ready to send; built anew, so a changed setting counts at once."""
    built: list[SmsProvider] = []
    for name in settings.SMS_VENDORS:
        if name not in settings.SMS_PROVIDERS:
            raise ImproperlyConfigured(f"SMS_VENDORS names {name!r}; known: {', '.join(settings.SMS_PROVIDERS)}")
        described = settings.SMS_PROVIDERS[name]
        built.append(import_string(described["class"])(**described["options"]))
    return built
