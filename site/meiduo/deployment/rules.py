"""What can be read from the settings alone."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from meiduo.env import env
from meiduo.parts import Finding, Level

PRODUCTION = "meiduo.settings.production"
SHORTEST_SECRET = 50
#: `openssl rand -hex 32` has 16 different characters at the most, and rarely fewer than 13.
FEWEST_DIFFERENT = 10
SHORTEST_TOKEN = 20
#: Words of secrets that were copied from somewhere instead of made.
_COPIED = re.compile(r"change|example|secret|insecure|password|placeholder|only-while", re.IGNORECASE)


def examine_settings() -> Iterator[Finding]:
    module = settings.SETTINGS_MODULE
    yield Finding(
        Level.GOOD if module == PRODUCTION else Level.BAD,
        f"DJANGO_SETTINGS_MODULE is {module}",
        f"set DJANGO_SETTINGS_MODULE={PRODUCTION}: it refuses what is only safe on one machine",
    )
    yield Finding(
        Level.BAD if settings.DEBUG else Level.GOOD,
        f"DEBUG is {'on' if settings.DEBUG else 'off'}",
        "remove DEBUG: its error pages show settings and code to everybody",
    )
    said = [one for one in checks.run_checks(include_deployment_checks=True) if not one.is_silenced()]
    for one in said:
        yield Finding(
            Level.BAD if one.is_serious() else Level.WARNING,
            f"check --deploy: {one.id}: {_first_sentence(one.msg)}",
            _first_sentence(
                one.hint or f"production settings answer it; else look {one.id} up in Django's documentation"
            ),
        )
    if not said:
        yield Finding(Level.GOOD, "check --deploy says nothing")
    token = env().metrics_token
    yield Finding(
        Level.GOOD if len(token) >= SHORTEST_TOKEN else Level.BAD if token else Level.WARNING,
        "METRICS_TOKEN is set" if len(token) >= SHORTEST_TOKEN else f"METRICS_TOKEN has {len(token)} characters",
        "set METRICS_TOKEN to the output of: openssl rand -hex 32. Nobody can watch the shop without one",
    )


def _first_sentence(text: str) -> str:
    return " ".join(text.split()).split(". ")[0]


def examine_secrets() -> Iterator[Finding]:
    fix = "make each one anew: openssl rand -hex 32. Everybody has to sign in again"
    keys = {"SECRET_KEY": settings.SECRET_KEY, "JWT_SECRET_KEY": settings.JWT_SECRET_KEY}
    for name, key in keys.items():
        wrong = _weakness(key)
        yield Finding(Level.BAD if wrong else Level.GOOD, f"{name} {wrong or 'is strong'}", fix)
    same = settings.SECRET_KEY == settings.JWT_SECRET_KEY
    yield Finding(Level.BAD if same else Level.GOOD, f"the two are {'the same' if same else 'different'}", fix)


def _weakness(key: str) -> str:
    if len(key) < SHORTEST_SECRET:
        return f"has {len(key)} characters; {SHORTEST_SECRET} are the least"
    if len(set(key)) < FEWEST_DIFFERENT:
        return f"has {len(set(key))} different characters"
    return "looks copied from an example" if _COPIED.search(key) else ""


def examine_edge() -> Iterator[Finding]:
    public = urlsplit(settings.PUBLIC_URL)
    host = public.hostname or ""
    placeholder = host.endswith(".example") or host == "localhost" or _is_address(host)
    yield Finding(
        Level.BAD if public.scheme != "https" or placeholder else Level.GOOD,
        f"PUBLIC_URL is {settings.PUBLIC_URL}",
        "set PUBLIC_URL to the https address of the registered domain",
    )
    served = any(_serves(allowed, host) for allowed in settings.ALLOWED_HOSTS)
    yield Finding(
        Level.GOOD if served and "*" not in settings.ALLOWED_HOSTS else Level.BAD,
        f"ALLOWED_HOSTS is {', '.join(settings.ALLOWED_HOSTS)}",
        f"name the shop's hosts, {host} among them, and never *: links in mails are made of the host",
    )
    yield Finding(
        Level.GOOD if settings.TRUSTED_PROXIES else Level.BAD,
        f"TRUSTED_PROXIES is {settings.TRUSTED_PROXIES}",
        "set the number of proxies of your own. With 0 all buyers share one address, so one of them uses up the limits "
        "of all, and https is not recognised behind nginx: every page is sent on for ever",
    )
    origins = [*settings.CORS_ALLOWED_ORIGINS, *settings.CSRF_TRUSTED_ORIGINS]
    plain = [one for one in origins if not one.startswith("https://")]
    yield Finding(
        Level.BAD if plain else Level.GOOD,
        f"origins without https: {', '.join(plain) or 'none'}",
        "name only https origins in CORS_ORIGINS and CSRF_TRUSTED_ORIGINS",
    )


def _serves(allowed: str, host: str) -> bool:
    return host == allowed or (allowed.startswith(".") and (host == allowed[1:] or host.endswith(allowed)))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
