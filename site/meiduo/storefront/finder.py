"""Lets Django's static files hold the built storefront, whether or not it is built yet."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import get_files
from django.core.files.storage import FileSystemStorage

from meiduo.storefront.built import PREFIX


class StorefrontFinder(BaseFinder):
    """The files of STOREFRONT_DIST under ``storefront/``."""

    def check(self, **kwargs: Any) -> list[Any]:
        """A missing folder is no mistake: the mall runs without its storefront too."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        storage = self._storage()
        name = path.replace("\\", "/").removeprefix(PREFIX)
        if not path.replace("\\", "/").startswith(PREFIX) or not storage.exists(name):
            return []
        return [storage.path(name)] if find_all else storage.path(name)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        if not settings.STOREFRONT_DIST.is_dir():
            return
        storage = self._storage()
        for path in get_files(storage, list(ignore_patterns or [])):
            yield path, storage

    def _storage(self) -> FileSystemStorage:
        storage = FileSystemStorage(location=settings.STOREFRONT_DIST)
        storage.prefix = PREFIX  # type: ignore[attr-defined]  # collectstatic and whitenoise read it
        return storage
