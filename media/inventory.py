"""Every file of the store, as a list that a later state of the store can be compared with."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import FileField

from media.models import Rendition

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file. ``digest`` is ``sha256:…``, or ``etag:…`` where the store tells that for nothing. Units: bytes."""

    name: str
    size: int
    digest: str


def stored_files() -> Iterator[StoredFile]:
    """Every file of the store by name. A bucket is listed a thousand at a time, and no file of it is read."""
    if isinstance(default_storage, FileSystemStorage) or not hasattr(default_storage, "bucket"):
        yield from _walked("")
        return
    bucket: Any = default_storage.bucket
    prefix = f"{location}/" if (location := str(getattr(default_storage, "location", "")).strip("/")) else ""
    for one in bucket.objects.filter(Prefix=prefix):
        yield StoredFile(one.key.removeprefix(prefix), one.size, f"etag:{one.e_tag.strip(chr(34))}")


def _walked(folder: str) -> Iterator[StoredFile]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    before = f"{folder}/" if folder else ""
    for file in sorted(files):
        try:
            with default_storage.open(before + file) as opened:
                size, digest = _read(opened)
        except FileNotFoundError:
            # Deleted between the list and now.
            continue
        yield StoredFile(before + file, size, digest)
    for one in sorted(folders):
        yield from _walked(before + one)


def copied(name: str, to: Path) -> StoredFile | None:
    """The file stands on this disk too; None where the store has none of that name."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        with default_storage.open(name) as opened, to.open("wb") as target:
            size, digest = _read(opened, target)
    except FileNotFoundError:
        to.unlink(missing_ok=True)
        return None
    return StoredFile(name, size, digest)


def put_back(name: str, source: Path) -> None:
    """The store has this file under exactly this name. Call it only for what is missing."""
    with source.open("rb") as file:
        # ``save`` would choose a random name: rows know this one.
        default_storage._save(name, File(file, name=name))  # type: ignore[attr-defined]  # Django's own hook


def remade_files() -> set[str]:
    """Names of files that are made again from others when they are missing; one query."""
    return set(Rendition.objects.order_by().values_list("file", flat=True))


def forget_remade(names: set[str]) -> int:
    """Ready sizes whose file is gone are made anew when somebody asks; returns how many."""
    gone = [pk for pk, file in Rendition.objects.order_by("pk").values_list("pk", "file") if file in names]
    for start in range(0, len(gone), 500):
        Rendition.objects.filter(pk__in=gone[start : start + 500]).delete()
    return len(gone)


def files_of_rows() -> set[str]:
    """Names that rows of any model hold in a file field; one query for each field."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField) and model._meta.managed and not model._meta.proxy:
                held = model._default_manager.order_by().exclude(**{field.name: ""}).values_list(field.name, flat=True)
                names.update(name for name in held if name)
    return names


def _read(file: IO[Any], copy: IO[bytes] | None = None) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        digest.update(chunk)
        if copy is not None:
            copy.write(chunk)
    return size, f"sha256:{digest.hexdigest()}"
