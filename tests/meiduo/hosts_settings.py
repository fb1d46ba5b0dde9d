"""Production, on hosts that tests start: passwords are cheap, codes go to each host's own file."""

from meiduo.settings import production
from meiduo.settings.production import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SMS_VENDORS = ["outbox"]
# Nothing was collected: pages of the back office name their files as they lie in the tree.
STORAGES = production.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
