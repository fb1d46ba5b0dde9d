"""Redis by REDIS_URL, else a table in the database.

Cache trouble raises: codes and limits live here and must fail closed.
"""

from typing import Any

from meiduo.env import env

if env().redis_url:
    _default: dict[str, Any] = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env().redis_url,
        "OPTIONS": {
            "CLIENT_CLASS": "django_redis.client.DefaultClient",
            # Pickle would run code out of a cache that somebody else can write.
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 2,
        },
        "KEY_PREFIX": "mall",
    }
else:
    _default = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }

CACHES = {"default": _default}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
