"""Whether the collected static files are those of this version."""

import hashlib
import posixpath
from collections.abc import Iterator
from typing import Any, cast

from django.apps import apps
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

from meiduo.parts import Finding, Level
from meiduo.storefront.built import manifest

FIX = "run: manage.py collectstatic --noinput, then start the web processes again"


def examine() -> Iterator[Finding]:
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        yield Finding(Level.BAD, "static files carry no names of their content", "use the production settings")
        return
    collected = staticfiles_storage.hashed_files
    if not collected:
        yield Finding(Level.BAD, "no static files are collected", FIX)
        return
    missing, stale = [], []
    for path, storage, name in _found():
        if path not in collected or not staticfiles_storage.exists(path):
            missing.append(path)
        elif _digest(storage, name) != _digest(staticfiles_storage, path):
            stale.append(path)
    wrong = [*missing, *stale]
    yield Finding(
        Level.BAD if wrong else Level.GOOD,
        f"{len(missing)} static files are not collected and {len(stale)} are of another version, such as {wrong[0]}"
        if wrong
        else f"{len(collected)} static files are collected, of this version",
        FIX,
    )
    yield Finding(
        Level.GOOD if manifest() else Level.BAD,
        "the storefront is built" if manifest() else "the storefront is not built: buyers can read, but not buy",
        "run: manage.py build_storefront, then collectstatic",
    )


def _found() -> Iterator[tuple[str, Any, str]]:
    """What ``collectstatic`` would take: the first of each path, and none that it ignores."""
    ignored = cast(StaticFilesConfig, apps.get_app_config("staticfiles")).ignore_patterns
    seen = set()
    for finder in get_finders():
        for name, storage in finder.list(ignored):
            path = posixpath.join(getattr(storage, "prefix", None) or "", name)
            # Packed twins are whitenoise's to make: it packs what is collected anew.
            if path not in seen and not path.endswith((".gz", ".br")):
                seen.add(path)
                yield path, storage, name


def _digest(storage: Any, name: str) -> bytes:
    with storage.open(name) as file:
        return hashlib.file_digest(file, "sha256").digest()
