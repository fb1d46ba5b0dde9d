"""Media on any S3-compatible store by MEDIA_URL_S3, else in var/media; static files by whitenoise."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from meiduo.env import ROOT, env


def s3_options(url: str) -> dict[str, Any]:
    """Turn ``s3://key:secret@host:port/bucket?region=…&secure=0`` into django-storages options."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket or "/" in bucket:
        raise ValueError("MEDIA_URL_S3 must look like s3://key:secret@host/bucket?region=…")
    scheme = "https" if query.get("secure", "1") != "0" else "http"
    port = f":{parts.port}" if parts.port else ""
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": f"{scheme}://{parts.hostname}{port}",
        "region_name": query.get("region") or "us-east-1",
        "addressing_style": query.get("style", "path"),
        "default_acl": None,
        # Names are random, so nothing is ever overwritten and a CDN may keep files for good.
        "file_overwrite": False,
        "querystring_auth": False,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    }
    if env().media_public_url:
        public = urlsplit(env().media_public_url)
        options["custom_domain"] = public.netloc + public.path
        options["url_protocol"] = f"{public.scheme}:"
    return options


MEDIA_ROOT = env().var_dir / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = env().var_dir / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [ROOT / "site" / "static"]

STORAGES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "media.s3.S3MediaStorage", "OPTIONS": s3_options(env().media_url_s3)}
        if env().media_url_s3
        else {"BACKEND": "media.storages.LocalMediaStorage"}
    ),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
