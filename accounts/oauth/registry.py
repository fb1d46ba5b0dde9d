"""The platforms that buyers can choose from."""

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.oauth.errors import ProviderUnknown
from accounts.oauth.port import OAuthProvider

#: Where the stand-in lives; settings for production refuse it by this path.
FAKE = "accounts.oauth.providers.fake.FakeProvider"


def provider(name: str) -> OAuthProvider:
    """The platform of this name with our keys; built anew, so a changed setting counts at once.

    Raises: ProviderUnknown when this shop does not offer it.
    """
    path = settings.OAUTH_PROVIDERS.get(name)
    if path is None:
        raise ProviderUnknown
    built: OAuthProvider = import_string(path)(name=name, **settings.OAUTH_CLIENTS.get(name, {}))
    return built


def offered() -> list[tuple[str, str]]:
    """Name and title of every platform that this shop offers."""
    return [(name, str(provider(name).title)) for name in settings.OAUTH_PROVIDERS]


def is_fake(name: str) -> bool:
    """Whether this platform is the stand-in here."""
    return bool(settings.OAUTH_PROVIDERS.get(name) == FAKE)
