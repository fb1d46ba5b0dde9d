"""How the engines are set up, beyond answering."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from django.conf import settings
from django.db import connection

from meiduo.env import env
from meiduo.parts import Finding, Level
from meiduo.parts.redis_servers import primaries

#: Milliseconds that a statement may wait for a row before the buyer is told to try again.
LONGEST_LOCK_WAIT = 10_000
#: Seconds by which Redis' clock may differ: codes and limits are counted there.
MOST_SKEW = 5
#: Connections that PostgreSQL keeps for its superusers, and a person who looks at what is wrong needs one, too.
SPARE_CONNECTIONS = 5


def examine_database() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        yield Finding(Level.BAD, f"the database is {connection.vendor}", "set DATABASE_URL=postgres://…")
        return
    shown = _shown(
        "lock_timeout", "idle_in_transaction_session_timeout", "synchronous_commit", "max_connections", "is_superuser"
    )
    behind_pooler = "behind PgBouncer set it on the role: see PgBouncer in docs/deploy.md"
    waits = int(shown["lock_timeout"])
    yield Finding(
        Level.GOOD if 0 < waits <= LONGEST_LOCK_WAIT else Level.BAD,
        f"lock_timeout is {waits / 1000:g} s",
        f"every connection needs one, else a stuck transaction stops the checkout; {behind_pooler}",
    )
    idle = int(shown["idle_in_transaction_session_timeout"])
    yield Finding(
        Level.GOOD if idle else Level.BAD,
        f"idle_in_transaction_session_timeout is {idle / 1000:g} s",
        f"a process that hangs inside a transaction keeps its rows without it; {behind_pooler}",
    )
    yield Finding(
        Level.BAD if shown["synchronous_commit"] == "off" else Level.GOOD,
        f"synchronous_commit is {shown['synchronous_commit']}",
        "set synchronous_commit = on: an order that was answered may be lost in a crash without it",
    )
    most = int(shown["max_connections"])
    wanted = env().web_workers * env().web_threads + env().huey_workers + 2
    yield Finding(
        Level.GOOD if wanted + SPARE_CONNECTIONS <= most else Level.BAD,
        f"this machine's processes keep up to {wanted} connections of {most}",
        "raise max_connections, put PgBouncer between, or start fewer WEB_WORKERS and WEB_THREADS",
    )
    yield Finding(
        Level.WARNING if shown["is_superuser"] == "on" else Level.GOOD,
        f"the role is {'a superuser' if shown['is_superuser'] == 'on' else 'an ordinary one'}",
        "let the mall have a role of its own that owns its database and nothing else",
    )


def _shown(*names: str) -> dict[str, str]:
    """Settings as this connection has them; times in milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(names)])
        found: dict[str, str] = dict(cursor.fetchall())
        # Not in the view on every version.
        cursor.execute("SELECT current_setting('is_superuser')")
        return found | {"is_superuser": cursor.fetchone()[0]}


def examine_redis() -> Iterator[Finding]:
    if not (env().redis_url and settings.HUEY_REDIS_URL):
        yield Finding(Level.BAD, "the cache or the queue is embedded", "set REDIS_URL and HUEY_REDIS_URL")
        return
    urls = {"cache": env().redis_url, "queue": settings.HUEY_REDIS_URL}
    servers = [(name, place, server) for name, url in urls.items() for place, server in primaries(url).items()]
    runs = {name: {_info(server, "server")["run_id"] for one, _, server in servers if one == name} for name in urls}
    shared = bool(runs["cache"] & runs["queue"])
    yield Finding(
        Level.BAD if shared else Level.GOOD,
        "one server for both" if shared else "two servers",
        "set HUEY_REDIS_URL to a Redis of its own: a cache must forget when it is full, and a queue must not",
    )
    for name, place, server in servers:
        before = time.time()
        seconds, micros = server.time()
        skew = abs((before + time.time()) / 2 - (seconds + micros / 1_000_000))
        yield Finding(
            Level.GOOD if skew < MOST_SKEW else Level.BAD,
            f"{place}the {name}'s clock differs by {skew:.2f} s",
            "run a time service (chrony, systemd-timesyncd) on every machine",
        )
        lost = int(_info(server, "stats").get("evicted_keys", 0))
        yield Finding(
            Level.GOOD if not lost else Level.WARNING if name == "cache" else Level.BAD,
            f"{place}the {name} has evicted {lost} keys since it started",
            "give it more memory: codes, limits and sessions are in the cache, tasks in the queue",
        )


def _info(server: Any, section: str) -> dict[str, Any]:
    found: dict[str, Any] = server.info(section)
    return found


def examine_search() -> Iterator[Finding]:
    address = settings.MEILISEARCH_URL
    if not address:
        yield Finding(
            Level.WARNING, "search is the database's", "set MEILISEARCH_URL and MEILISEARCH_KEY before the shop grows"
        )
        return
    with httpx.Client(base_url=address, timeout=2) as server:
        stranger = server.get("/indexes").status_code
        yield Finding(
            Level.GOOD if stranger in {401, 403} else Level.BAD,
            "strangers are refused" if stranger in {401, 403} else f"strangers are answered {stranger}",
            "start Meilisearch with a master key (MEILI_MASTER_KEY) and MEILI_ENV=production",
        )
        own = {"Authorization": f"Bearer {settings.MEILISEARCH_KEY}"}
        for path in ("/indexes", "/tasks", "/keys"):
            answer = server.get(path, params={"limit": 1}, headers=own)
            if answer.status_code != 200:
                yield Finding(
                    Level.BAD,
                    f"our key may not ask {path} ({answer.status_code})",
                    "set MEILISEARCH_KEY to the server's Default Admin API Key",
                )
                return
        yield Finding(Level.GOOD, "our key may do what the mall does")
        keys = server.get("/keys", params={"limit": 1000}, headers=own).json()["results"]
    wide = [
        str(key.get("name"))
        for key in keys
        if str(key.get("name") or "").startswith("mall ")
        and (key["actions"] != ["search"] or any("*" in index for index in key["indexes"]))
    ]
    yield Finding(
        Level.BAD if wide else Level.GOOD,
        f"keys that sign browsers' tokens and may do more than search: {', '.join(wide) or 'none'}",
        "delete them; the mall makes narrow ones when it needs them",
    )
