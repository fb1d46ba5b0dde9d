"""Tests: cheap password hashes, tasks run where they are queued, files in a folder of their own."""

from meiduo.env import env
from meiduo.settings.base import *

DEBUG = False
SECRET_KEY = "tests only: signs nothing that leaves this process"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HUEY = {"name": "tests", "huey_class": "huey.MemoryHuey", "immediate": True, "results": True, "utc": True}
MEDIA_ROOT = env().var_dir / "test-media"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
# Files are looked up when asked for, instead of being listed anew for every test client.
WHITENOISE_AUTOREFRESH = True
MEILISEARCH_INDEX = "tests-skus"
TALLY_DIR = env().var_dir / "test-tallies"
# Whatever the environment says, no test sends a real message.
SMS_VENDORS = ["outbox"]
SMS_PROVIDERS["outbox"]["options"]["path"] = env().var_dir / "test-outbox" / "sms.jsonl"
# The tests of search choose their engine themselves; nobody else's needs one apart from the database.
SEARCH_ENGINE = "search.engines.database.DatabaseEngine"
