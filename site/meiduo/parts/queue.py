"""Huey's queue."""

from collections.abc import Iterator

from django.conf import settings
from huey.contrib.djhuey import HUEY

from meiduo.env import env
from meiduo.parts import Finding, Level, Part
from meiduo.parts.redis_servers import name_of, of_servers, primaries

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
    yield from of_servers(settings.HUEY_REDIS_URL)
    for place, server in primaries(settings.HUEY_REDIS_URL).items():
        aof = server.config_get("appendonly").get("appendonly") == "yes"
        yield Finding(
            Level.GOOD if aof else Level.WARNING,
            f"{place}appendonly is {'on' if aof else 'off'}",
            "set appendonly yes on the queue's Redis: queued tasks survive a restart only then",
            grave=True,
        )
        policy = server.config_get("maxmemory-policy").get("maxmemory-policy")
        yield Finding(
            Level.GOOD if policy == "noeviction" else Level.BAD,
            f"{place}eviction policy {policy}",
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
    name_of(settings.HUEY_REDIS_URL) or "SQLite file",
    vital=True,
    ping=ping,
    examine=examine,
)
