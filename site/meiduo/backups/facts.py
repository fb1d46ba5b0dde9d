"""What a backup says of itself: how much is in it, and which code, engines and settings it was made under."""

import hashlib
import hmac
import platform
import tomllib
from collections.abc import Iterable
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max, Sum

from kernel import money
from kernel.errors import DomainError
from meiduo.backups.engines import tables
from meiduo.backups.errors import Refused
from meiduo.env import ROOT, env
from search.engine import every_engine
from search.errors import EngineRefused
from search.models import IndexVersion
from shop.orders.models import Order
from shop.payments.models import PaymentAttempt, Refund


def contents() -> dict[str, Any]:
    """Everything that can be counted again after a restore, and what a person wants to read."""
    return {"migrations": applied_migrations(), "rows": dict(tables()), "trade": _trade()}


def surroundings() -> dict[str, Any]:
    """Under what it was made; no value of a variable is in it, and no key."""
    return {
        "version": code_version(),
        "django": django.get_version(),
        "python": platform.python_version(),
        "settings": settings.SETTINGS_MODULE,
        "engines": dict(env().engines),
        "variables": sorted(name.upper() for name in env().model_fields_set),
        "keys": key_marks(),
        "time_zone": settings.TIME_ZONE,
    }


def key_marks() -> dict[str, str]:
    """A mark of each key, by which another key is told from the same; nobody gets the key out of it."""
    marks = {}
    for name, key in (("SECRET_KEY", settings.SECRET_KEY), ("JWT_SECRET_KEY", env().jwt_secret_key)):
        if key:
            marks[name] = hmac.new(str(key).encode(), b"mall-backup", hashlib.sha256).hexdigest()[:16]
    return marks


def search_settings() -> dict[str, Any]:
    """How the indexes stand. Synonyms, pins and hot words are rows, so they are in the dump."""
    engines: list[dict[str, Any]] = []
    for one in every_engine():
        try:
            status = one.status()
        except (DomainError, EngineRefused) as trouble:
            engines.append({"engine": one.name, "trouble": str(trouble)})
            continue
        engines.append(
            {
                "engine": status.engine,
                "version": status.version,
                "documents": status.documents,
                "drift": list(status.drift),
                "outdated": status.outdated,
            }
        )
    rows = IndexVersion.objects.order_by("index").values_list("index", "version", "digest", "built_at")
    built = [
        {"index": index, "version": version, "digest": digest, "built_at": at.isoformat()}
        for index, version, digest, at in rows
    ]
    return {"engines": engines, "built": built, "languages": list(settings.SEARCH_LANGUAGES)}


def code_version() -> str:
    """The version of this code."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def applied_migrations() -> list[str]:
    """``app.name`` of every migration that the database has."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def check_not_newer(migrations: Iterable[str]) -> None:
    """Raises: Refused for a backup with tables that this code does not know."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    for one in loader.disk_migrations.values():
        known |= {f"{app}.{name}" for app, name in one.replaces}
    unknown = sorted(set(migrations) - known)
    if unknown:
        raise Refused(f"the backup is of newer code than this: it has {', '.join(unknown[:5])}")


def _trade() -> dict[str, Any]:
    orders = Order.objects.aggregate(count=Count("pk"), last=Max("created_at"))
    last = Order.objects.order_by("-pk").values_list("number", flat=True).first()
    paid = PaymentAttempt.objects.filter(state=PaymentAttempt.State.PAID).aggregate(
        count=Count("pk"), sum=Sum("amount")
    )
    back = Refund.objects.filter(state=Refund.State.SUCCEEDED).aggregate(count=Count("pk"), sum=Sum("amount"))
    return {
        "orders": orders["count"],
        "last_order": last,
        "last_order_at": orders["last"].isoformat() if orders["last"] else None,
        "payments": paid["count"],
        "paid": money.text(paid["sum"] or money.ZERO),
        "refunds": back["count"],
        "refunded": money.text(back["sum"] or money.ZERO),
    }
