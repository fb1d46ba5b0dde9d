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
HUEY = {"name": "tests", "huey_class": "tasks.queue.MallMemoryHuey", "immediate": True, "results": True, "utc": True}
# Tests of replicas start their own servers; all others have one database.
DATABASES = {"default": DATABASES["default"]}
DATABASE_ROUTERS = []
REPLICAS = ()
MIDDLEWARE = [one for one in MIDDLEWARE if not one.startswith("meiduo.replicas.")]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as the embedded size has: in memory all threads of a live server would share one connection.
    _FOLDER.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": _FOLDER / "mall.sqlite3"}
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
# Tests see what they wrote a line before; those of remembering switch it on.
SEARCH_KEEP_SECONDS = 0
SEARCH_WORDS_SECONDS = 0
SEARCH_PLACED_SECONDS = 0
# And nothing of one test is written in another, or after the last.
SEARCH_LOG_SECONDS = 0
# Nor does one talk to the real Alipay: those that pay start the stand-in and name its address themselves.
ALIPAY_FAKE = True
PAY_GATEWAYS = {
    "alipay": {
        "class": "shop.payments.gateways.standin.StandInGateway",
        "options": {
            "app_id": "2021000000000000",
            "folder": _FOLDER / "alipay-fake",
            "url": "http://127.0.0.1:9/gateway.do",
            "notify_url": "http://shop.example/api/v1/payment/alipay/notify/",
            "return_url": "http://shop.example/pay/{order_id}/result/",
        },
    }
}
# Whether or not a developer has built it: the tests that want the storefront build it themselves.
STOREFRONT_DIST = _FOLDER / "storefront"
