"""Where counters and one-use secrets are kept: Redis when it is the cache, else tables in the database."""

from typing import Any

from django.conf import settings
from django.core.cache import cache, caches

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


def slot_key(slot: str, name: str) -> str:
    """The name as ``redis_key`` gives it; on a Cluster it lies beside all others of this slot.

    So one step may change many of them. Elsewhere nothing is to be gained by it, and names stay what they are.
    """
    return redis_key(f"{{{slot}}}{name}" if _on_cluster() else name)


def _on_cluster() -> bool:
    return "ClusterCacheClient" in str(settings.CACHES["default"].get("OPTIONS", {}).get("CLIENT_CLASS", ""))


def is_on_a_replica(key: str, *, alias: str = "default") -> bool:
    """Whether what this process wrote under this key of the cache outlives its server, where another takes over.

    True also where no other does. Raises: what the store raises when it is down.
    """
    client = getattr(caches[alias], "client", None)
    confirmed = getattr(client, "on_a_replica", None)
    return bool(confirmed(key)) if confirmed else True


def now_ms() -> int:
    """Now, in milliseconds since 1970; every process counts by its own clock, the store by none."""
    return int(clock.now().timestamp() * 1000)
