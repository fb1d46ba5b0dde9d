"""Huey on Redis by REDIS_URL, else in a SQLite file; Wagtail's background jobs go the same way."""

from typing import Any

from kernel.redis_address import next_database
from meiduo.env import env

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

# The next database: flushing the cache leaves the queue alone.
HUEY_REDIS_URL = env().huey_redis_url or (next_database(env().redis_url) if env().redis_url else "")
if HUEY_REDIS_URL:
    # The expiring class: results nobody reads go away, and it alone knows priorities on this Redis.
    HUEY["huey_class"] = "tasks.queue.MallRedisHuey"
    HUEY["connection"] = {"url": HUEY_REDIS_URL}
else:
    HUEY["huey_class"] = "tasks.queue.MallSqliteHuey"
    HUEY["connection"] = {"filename": str(env().var_dir / "huey.sqlite3"), "timeout": 20}

#: Seconds between two signs of life of a consumer, and those after which it counts as dead; what it held is then
#: queued again.
CONSUMER_BEAT = 10
CONSUMER_DEAD_AFTER = 60

TASKS = {
    "default": {
        "BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend",
        # Without it Wagtail's index jobs leave before the commit, and after a rollback too.
        "ENQUEUE_ON_COMMIT": True,
    }
}
