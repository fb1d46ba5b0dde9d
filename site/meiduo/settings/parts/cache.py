"""Redis by REDIS_URL (a server, Sentinels or a Cluster), else a table in the database.

Cache trouble raises: codes and limits live here and must fail closed.
"""

from typing import Any

from kernel.redis_address import Kind, address_of
from kernel.redis_outage import connection_class_of
from meiduo.env import env

#: A single server is django-redis' own business; the others take their clients from ``kernel.redis_clients``.
_REPLICATED = {
    Kind.SENTINEL: "kernel.redis_clients.SentinelCacheClient",
    Kind.CLUSTER: "kernel.redis_clients.ClusterCacheClient",
}


def on_redis(url: str) -> dict[str, Any]:
    """A cache on this Redis."""
    cache: dict[str, Any] = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url,
        "OPTIONS": {
            "CLIENT_CLASS": "django_redis.client.DefaultClient",
            # Pickle would run code out of a cache that somebody else can write.
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 2,
            "CONNECTION_POOL_KWARGS": {"connection_class": connection_class_of(url)},
        },
        "KEY_PREFIX": "mall",
    }
    if client := _REPLICATED.get(address_of(url).kind):
        cache["OPTIONS"] |= {"CLIENT_CLASS": client, "CONNECTION_FACTORY": "kernel.redis_clients.Factory"}
    return cache


if env().redis_url:
    _default = on_redis(env().redis_url)
else:
    _default = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }

CACHES = {"default": _default}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
