"""The cache: codes, limits, sessions and kept bytes."""

import secrets
from collections.abc import Iterator

from django.core.cache import cache
from django.db import close_old_connections

from meiduo.env import env
from meiduo.parts import Finding, Level, Part
from meiduo.parts.redis_servers import name_of, of_servers, primaries


def ping() -> None:
    close_old_connections()
    word = secrets.token_hex(8)
    cache.set("readyz", word, 60)
    if cache.get("readyz") is None:
        raise RuntimeError("the cache forgets what it is told")


def examine() -> Iterator[Finding]:
    word = secrets.token_hex(8)
    cache.set(f"doctor:{word}", {"手机": word}, 60)
    same = cache.get(f"doctor:{word}") == {"手机": word}
    cache.delete(f"doctor:{word}")
    yield Finding(Level.GOOD if same else Level.BAD, "wrote and read back", "run: manage.py createcachetable")
    if not env().redis_url:
        return
    yield from of_servers(env().redis_url)
    for place, server in primaries(env().redis_url).items():
        policy = str(server.config_get("maxmemory-policy").get("maxmemory-policy"))
        limited = int(server.config_get("maxmemory").get("maxmemory") or 0) > 0
        yield Finding(
            Level.GOOD if limited and policy != "noeviction" else Level.WARNING,
            f"{place}maxmemory {'set' if limited else 'not set'}, policy {policy}",
            "set maxmemory and maxmemory-policy allkeys-lru on the cache's Redis",
        )


PART = Part("cache", name_of(env().redis_url) or "database table", vital=True, ping=ping, examine=examine)
