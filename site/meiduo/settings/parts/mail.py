"""SMTP by EMAIL_URL, else every message is a file in var/outbox/mail."""

from typing import Any

import environ

from meiduo.env import env

if env().email_url:
    _mail: dict[str, Any] = environ.Env.email_url_config(env().email_url)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        # The same, but it tells what may have left from what certainly did not.
        EMAIL_BACKEND = "accounts.smtp.CarefulBackend"
    EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
    EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
    EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
    EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
    EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
    EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(env().var_dir / "outbox" / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env().default_from_email
SERVER_EMAIL = env().default_from_email
