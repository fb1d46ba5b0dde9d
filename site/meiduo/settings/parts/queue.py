"""Huey on Redis by REDIS_URL, else in a SQLite file; Wagtail's background jobs go the same way."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from meiduo.env import env


def _next_database(url: str) -> str:
    """The same Redis, one database further, so that flushing the cache leaves the queue alone."""
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{number + 1}"))


_consumer: dict[str, Any] = {
    # SQLite has one writer: more threads would only stand in each other's way, and some of Wagtail's index
    # jobs for one object would collide.
    "workers": env().huey_workers if env().database_url else 1,
    "worker_type": "thread",
    "flush_locks": True,
    # TERM lets the running task finish, for half a minute at the longest.
    "graceful_signal": "TERM",
    "shutdown_timeout": 30,
}

HUEY: dict[str, Any] = {"name": "mall", "immediate": False, "results": True, "utc": True, "consumer": _consumer}

HUEY_REDIS_URL = env().huey_redis_url or (_next_database(env().redis_url) if env().redis_url else "")
if HUEY_REDIS_URL:
    # The expiring class: results nobody reads go away, and it alone knows priorities on this Redis.
    HUEY["huey_class"] = "huey.PriorityRedisExpireHuey"
    HUEY["connection"] = {"url": HUEY_REDIS_URL}
else:
    HUEY["huey_class"] = "huey.SqliteHuey"
    HUEY["connection"] = {"filename": str(env().var_dir / "huey.sqlite3"), "timeout": 20}

TASKS = {
    "default": {
        "BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend",
        # Without it Wagtail's index jobs leave before the commit, and after a rollback too.
        "ENQUEUE_ON_COMMIT": True,
    }
}
