"""Where counters and one-use secrets are kept: Redis when it is the cache, else tables in the database."""

from typing import Any

from django.conf import settings
from django.core.cache import cache

from kernel import clock


def on_redis() -> bool:
    """Whether the shared store is Redis."""
    return "django_redis" in str(settings.CACHES["default"]["BACKEND"])


def redis() -> Any:
    """The Redis client of the default cache. Its own errors pass through: nobody swallows them here."""
    # Imported here: without REDIS_URL nothing of it is needed.
    from django_redis import get_redis_connection

    return get_redis_connection("default")


def redis_key(name: str) -> str:
    """The name as the cache would write it: shops on one Redis stay apart, and clearing the cache clears it too."""
    return str(cache.make_key(name))


def now_ms() -> int:
    """Now, in milliseconds since 1970; every process counts by its own clock, the store by none."""
    return int(clock.now().timestamp() * 1000)
