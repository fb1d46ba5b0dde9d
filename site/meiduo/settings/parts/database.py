"""PostgreSQL by DATABASE_URL, else SQLite in one file."""

from typing import Any

import environ

from meiduo.env import env

_var = env().var_dir
_var.mkdir(parents=True, exist_ok=True)

if env().database_url:
    _default: dict[str, Any] = environ.Env.db_url_config(env().database_url)
    # A fresh connection costs some 14 ms; keep them, and drop those that PostgreSQL closed meanwhile.
    _default["CONN_MAX_AGE"] = None
    _default["CONN_HEALTH_CHECKS"] = True
    if _default["ENGINE"].endswith("postgresql"):
        _default["OPTIONS"] = {
            "connect_timeout": 5,
            # A server that vanished without a word is noticed within a minute, not after the system's two hours.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            # No statement waits for a row longer than a buyer would.
            "options": "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=60000",
            **_default.get("OPTIONS", {}),
        }
else:
    _default = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _var / "mall.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            # Writers queue at BEGIN instead of failing when a reader tries to become one.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        },
    }

DATABASES = {"default": _default}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
