"""What the operator sees of the shop from outside."""

from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from kernel.masking import masked_deeply
from meiduo.env import env

#: Whoever sends it may read /metrics; empty: nobody.
METRICS_TOKEN = env().metrics_token


def _scrubbed(event: Any, hint: Any) -> Any:
    return masked_deeply(event)


if env().sentry_dsn:
    if find_spec("sentry_sdk") is None:
        raise ImproperlyConfigured("SENTRY_DSN is set, and sentry-sdk is not installed: pip install sentry-sdk")
    import sentry_sdk  # type: ignore[import-not-found]

    sentry_sdk.init(
        dsn=env().sentry_dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=_scrubbed,
    )
