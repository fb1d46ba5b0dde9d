"""Hosts, CORS, proxies, languages, times, API limits."""

from meiduo.env import ROOT, env

PUBLIC_URL = env().public_url
TRUSTED_PROXIES = env().trusted_proxies
NINJA_NUM_PROXIES = env().trusted_proxies
ALLOWED_HOSTS = env().allowed_hosts or ["*"]
CSRF_TRUSTED_ORIGINS = env().csrf_trusted_origins

CORS_ALLOWED_ORIGINS = env().cors_origins
CORS_ALLOW_CREDENTIALS = True
CORS_PREFLIGHT_MAX_AGE = 86400
CORS_ALLOW_HEADERS = [
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "x-visitor-id",
    "x-requested-with",
]
CORS_EXPOSE_HEADERS = ["etag", "retry-after", "idempotency-replayed"]
CORS_URLS_REGEX = r"^/api/.*$"

ROOT_URLCONF = "meiduo.urls"
WSGI_APPLICATION = "meiduo.wsgi.application"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "site" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

NINJA_PAGINATION_PER_PAGE = 10
NINJA_PAGINATION_MAX_LIMIT = 100

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "kernel.masking.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "kernel.masking.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": env().log_format},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": env().log_level},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "PIL": {"level": "WARNING"},
        # One line per index job and per page would drown what matters.
        "django_tasks": {"level": "WARNING"},
        # With a handler of its own Huey leaves its logger alone; else it would write past the mask. What each task did
        # is in rows and metrics.
        "huey": {"handlers": ["nowhere"], "level": "WARNING"},
        "huey.consumer": {"level": "INFO"},
        "huey.consumer.Scheduler": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
