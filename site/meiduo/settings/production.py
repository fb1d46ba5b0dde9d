"""Production: refuses to start on anything that is only safe for one person on one machine."""

from django.core.exceptions import ImproperlyConfigured

from meiduo.env import env
from meiduo.settings.base import *
from meiduo.settings.parts import oauth, payments, shipping


def _problems() -> list[str]:
    """Every reason not to start, each with its cure."""
    found = []
    needed = {
        "SECRET_KEY": env().secret_key,
        "JWT_SECRET_KEY": env().jwt_secret_key,
        "ALLOWED_HOSTS": env().allowed_hosts,
        "DATABASE_URL": env().database_url,
        "REDIS_URL": env().redis_url,
    }
    found += [f"{name} is not set" for name, value in needed.items() if not value]
    if env().debug:
        found.append("DEBUG is on: remove it")
    if env().database_url and not env().database_url.startswith(("postgres", "pgsql")):
        found.append("DATABASE_URL must be PostgreSQL: the embedded database serves one machine only")
    if 0 < len(env().secret_key) < 32 or 0 < len(env().jwt_secret_key) < 32:
        found.append("SECRET_KEY and JWT_SECRET_KEY need at least 32 characters")
    if env().secret_key and env().secret_key == env().jwt_secret_key:
        found.append("JWT_SECRET_KEY must differ from SECRET_KEY")
    if "*" in env().allowed_hosts:
        found.append("ALLOWED_HOSTS must name the shop's hosts, not *")
    if "oauth_fake" in env().model_fields_set and env().oauth_fake:
        found.append("OAUTH_FAKE is on: the stand-in lets anybody be anybody; remove it")
    for name, keys in OAUTH_CLIENTS.items():
        if name in OAUTH_PROVIDERS and "client_id" in keys and not keys["client_secret"]:
            found.append(f"{name.upper()}_CLIENT_SECRET is not set")
    found += sms_problems()
    if env().tracking == "fake":
        found.append("TRACKING is fake: it invents where parcels are; remove it, or set KUAIDI100_KEY")
    if TRACKING == "kuaidi100" and not (env().kuaidi100_key and env().kuaidi100_customer):
        found.append("KUAIDI100_CUSTOMER and KUAIDI100_KEY are both needed")
    found += alipay_problems()
    if not env().public_url.startswith("https://"):
        found.append("PUBLIC_URL must start with https://")
    return found


if _found := _problems():
    raise ImproperlyConfigured("production settings refuse to start:\n- " + "\n- ".join(_found))

DEBUG = False
if oauth.OAUTH_FAKE:
    # Without keys there is no login by other platforms; the stand-in is for one person on one machine.
    OAUTH_FAKE, OAUTH_PROVIDERS, OAUTH_CLIENTS = False, {}, {}
# Codes are for the mobile alone: without a vendor they go nowhere, and to no file either.
SMS_VENDORS = [name for name in SMS_VENDORS if name != "outbox"]
if shipping.TRACKING == "fake":
    # Invented steps are for one person on one machine; buyers get carrier and waybill alone.
    TRACKING = "off"
if payments.ALIPAY_FAKE:
    # Without keys there is cash on delivery only: nobody pays with play money.
    ALIPAY_FAKE, PAY_GATEWAYS = False, {}
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env().trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
WHITENOISE_USE_FINDERS = False
# Wagtail shows its previews in frames of the same origin, which DENY would forbid.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
