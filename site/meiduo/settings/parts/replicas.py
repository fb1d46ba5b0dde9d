"""Streaming replicas by DATABASE_REPLICA_URLS: some reads go there. Without it nothing of them is installed."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from meiduo.env import env
from meiduo.replicas.routes import MAY_BE_OLD
from meiduo.settings.parts.apps import MIDDLEWARE
from meiduo.settings.parts.database import DATABASES

#: Seconds behind the primary from which a replica is read no more.
REPLICA_MAX_LAG = env().replica_max_lag
#: Seconds after a write in which a browser is known as its writer; longer than any replica in use is behind.
REPLICA_PIN = env().replica_pin
#: The routes whose reads may go there.
REPLICA_ROUTES = MAY_BE_OLD
#: Names of the replicas among the databases.
REPLICAS: tuple[str, ...] = tuple(f"replica_{number}" for number, _url in enumerate(env().database_replica_urls, 1))


def _replica(url: str) -> dict[str, Any]:
    found: dict[str, Any] = environ.Env.db_url_config(url)
    if not found["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_REPLICA_URLS must be PostgreSQL: SQLite has no replicas")
    return found | {
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # A whole result comes with the statement: nothing is fetched from a replica that is gone meanwhile.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            # A replica that is away is noticed soon; libpq knows no shorter time to connect than two seconds.
            "connect_timeout": 2,
            "keepalives_idle": 5,
            "keepalives_interval": 1,
            "keepalives_count": 3,
            "tcp_user_timeout": 5000,
            "application_name": "mall-replica",
            # What the primary locked may be locked for long where the log is replayed slowly.
            "options": "-c lock_timeout=1000",
            **found.get("OPTIONS", {}),
        },
        "TEST": {"MIRROR": "default"},
    }


if REPLICAS:
    if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_REPLICA_URLS is set, and DATABASE_URL is not PostgreSQL")
    DATABASES |= {name: _replica(url) for name, url in zip(REPLICAS, env().database_replica_urls, strict=True)}
    DATABASE_ROUTERS = ["meiduo.replicas.router.ReplicaRouter"]
    # Outside of the sessions, which write; inside of what counts requests.
    MIDDLEWARE.insert(1, "meiduo.replicas.middleware.ReplicaMiddleware")
