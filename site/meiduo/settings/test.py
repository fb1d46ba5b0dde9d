"""Tests: cheap password hashes, tasks run where they are queued, files and Redis databases of their own."""

import os

from meiduo.env import env
from meiduo.settings.base import *

# Test processes side by side share nothing: each has its own folder and its own Redis database.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_FOLDER = env().var_dir / "tests" / _WORKER
for _cache in CACHES.values():
    if str(_cache.get("LOCATION", "")).startswith("redis"):
        _server, _, _number = _cache["LOCATION"].rpartition("/")
        _cache["LOCATION"] = f"{_server}/{int(_number) + 2 * int(_WORKER.removeprefix('gw'))}"

DEBUG = False
SECRET_KEY = "tests only: signs nothing that leaves this process"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HUEY = {"name": "tests", "huey_class": "huey.MemoryHuey", "immediate": True, "results": True, "utc": True}
# A live server's threads give their connections back with each answer: none outlives its test.
DATABASES["default"]["CONN_MAX_AGE"] = 0
MEDIA_ROOT = _FOLDER / "media"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
# Files are looked up when asked for, instead of being listed anew for every test client.
WHITENOISE_AUTOREFRESH = True
MEILISEARCH_INDEX = "tests-skus"
TALLY_DIR = _FOLDER / "tallies"
# Whatever the environment says, no test sends a real message.
SMS_VENDORS = ["outbox"]
SMS_PROVIDERS["outbox"]["options"]["path"] = _FOLDER / "outbox" / "sms.jsonl"
# The tests of search choose their engine themselves; nobody else's needs one apart from the database.
SEARCH_ENGINE = "search.engines.database.DatabaseEngine"
