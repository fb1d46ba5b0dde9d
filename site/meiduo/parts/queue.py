"""Huey's queue."""

from collections.abc import Iterator

from django.conf import settings
from huey.contrib.djhuey import HUEY

from meiduo.env import env
from meiduo.parts import Finding, Level, Part

#: More waiting tasks than this means that workers do not keep up.
LONG = 1000


def ping() -> None:
    HUEY.pending_count()


def examine() -> Iterator[Finding]:
    waiting = HUEY.pending_count()
    yield Finding(
        Level.GOOD if waiting < LONG else Level.WARNING,
        f"{waiting} tasks waiting",
        "start more workers: manage.py run_huey --no-periodic, or raise HUEY_WORKERS",
    )
    key = "doctor"
    HUEY.put(key, "手机")
    yield Finding(
        Level.GOOD if HUEY.get(key) == "手机" else Level.BAD, "wrote and read back", "look at the queue's storage"
    )
    if not settings.HUEY_REDIS_URL:
        return
    import redis

    server = redis.Redis.from_url(settings.HUEY_REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    aof = server.config_get("appendonly").get("appendonly") == "yes"
    yield Finding(
        Level.GOOD if aof else Level.WARNING,
        f"appendonly is {'on' if aof else 'off'}",
        "set appendonly yes on the queue's Redis: queued tasks survive a restart only then",
    )
    policy = server.config_get("maxmemory-policy").get("maxmemory-policy")
    yield Finding(
        Level.GOOD if policy == "noeviction" else Level.BAD,
        f"eviction policy {policy}",
        "set maxmemory-policy noeviction on the queue's Redis (its own server: HUEY_REDIS_URL)",
    )
    if env().redis_url and not env().huey_redis_url:
        yield Finding(
            Level.WARNING,
            "shares its server with the cache",
            "set HUEY_REDIS_URL to a Redis of its own with appendonly yes and noeviction",
        )


PART = Part(
    "queue",
    "Redis" if settings.HUEY.get("connection", {}).get("url") else "SQLite file",
    vital=True,
    ping=ping,
    examine=examine,
)
