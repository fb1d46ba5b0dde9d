"""From picture names in a file to pictures of the library. The same content is never stored twice.

A name is looked up in the merchant's folder first, then among the names that an export writes: those
of the stored files. So an exported file can be imported without its pictures at hand.
"""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from kernel.errors import Invalid
from media.models import MallImage
from media.services import content_hash, store_picture
from media.validators import check_picture

#: Where Wagtail keeps originals; left out of the names that an export writes.
ORIGINALS = "original_images/"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DRIVE = re.compile(r"[a-zA-Z]:")

#: A picture of the library by its id; one that is still to be stored by its hash.
Ref = int | str


@dataclass(slots=True)
class _Examined:
    """What is known of one name."""

    ref: Ref | None = None
    path: Path | None = None
    problem: str = ""


def exported_name(stored: str) -> str:
    """How an export calls a stored picture."""
    return stored.removeprefix(ORIGINALS)


class PictureSource:
    """The pictures that an import may use: those in a folder and those in the library."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None
        self._known: dict[str, _Examined] = {}
        self._by_hash: dict[str, int] = {}
        self.added = 0

    def examine(self, names: Iterable[str]) -> None:
        """Find out what these names stand for. Reads files and the database, stores nothing."""
        fresh = {name: self._located(name) for name in dict.fromkeys(names) if name not in self._known}
        hashes = {name: self._read(found) for name, found in fresh.items() if found.path}
        stored = _images_by_file([name for name, found in fresh.items() if not found.problem])
        by_hash = _images_by_hash([digest for digest in hashes.values() if digest])
        for name, found in fresh.items():
            self._known[name] = found
            if found.problem:
                continue
            image = stored.get(name)
            digest = hashes.get(name)
            if digest is None:
                found.ref = image.pk if image else None
                found.problem = "" if image else self._not_found()
            elif image is not None and _hash_of(image) == digest:
                found.ref = image.pk
            elif digest in by_hash:
                found.ref = by_hash[digest]
            else:
                found.ref = self._by_hash.get(digest, digest)
                found.problem = _checked(found.path)

    def problem(self, name: str) -> str:
        """Why this name cannot be used; empty when it can."""
        return self._known[name].problem

    def ref(self, name: str) -> Ref:
        """What this name stands for."""
        ref = self._known[name].ref
        if ref is None:
            raise LookupError(name)
        return ref

    def store(self, names: Collection[str]) -> None:
        """Put what is new among these into the library. May travel to a store on the network."""
        for name in dict.fromkeys(names):
            found = self._known[name]
            if not isinstance(found.ref, str) or found.path is None:
                continue
            digest = found.ref
            if digest not in self._by_hash:
                with found.path.open("rb") as file:
                    stored = store_picture(file=file, title=PurePosixPath(name).stem)
                self._by_hash[digest] = stored.image.pk
                self.added += stored.is_new
            found.ref = self._by_hash[digest]

    def _located(self, name: str) -> _Examined:
        """The file in the folder, if there is one; a problem for a name that leads anywhere else."""
        path = PurePosixPath(name.replace("\\", "/"))
        if _ADDRESS.match(name):
            return _Examined(problem=_("不能用网址，请把图片放进文件夹并写文件名"))
        if path.is_absolute() or ".." in path.parts or _DRIVE.match(name) or len(name) > 255:
            return _Examined(problem=_("只能写图片文件夹里的文件名"))
        if self._folder is None:
            return _Examined()
        file = self._folder / path
        if not file.is_file():
            file = self._spelled_otherwise.get(_spelling(str(path)), file)
        if not file.is_file():
            return _Examined()
        if not file.resolve().is_relative_to(self._folder):
            # A link that leads out of the folder.
            return _Examined(problem=_("只能写图片文件夹里的文件名"))
        return _Examined(path=file)

    @cached_property
    def _spelled_otherwise(self) -> dict[str, Path]:
        """The folder's files by a spelling without case: on Windows, ``a.jpg`` finds ``A.JPG``."""
        files: dict[str, Path] = {}
        if self._folder:
            for parent, _folders, names in os.walk(self._folder):
                for name in sorted(names):
                    path = Path(parent, name)
                    files.setdefault(_spelling(path.relative_to(self._folder).as_posix()), path)
        return files

    def _read(self, found: _Examined) -> str | None:
        """The hash of the file's content."""
        if found.path is None:
            return None
        try:
            with found.path.open("rb") as file:
                return content_hash(file)
        except OSError as wrong:
            found.problem = _("图片读不出来：%(reason)s") % {"reason": wrong.strerror}
            return None

    def _not_found(self) -> str:
        if self._folder is None:
            return _("找不到图片；没有指定图片文件夹（--pictures）")
        return _("图片文件夹里没有这个文件")


def _spelling(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _checked(path: Path | None) -> str:
    """Why the file is no picture that we take; empty when it is."""
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            check_picture(file)
    except Invalid as wrong:
        return wrong.message
    return ""


def _images_by_file(names: Collection[str]) -> dict[str, MallImage]:
    """Pictures of the library by the name that an export gives them."""
    files = {file for name in names for file in (ORIGINALS + name, name)}
    rows = MallImage.objects.filter(file__in=files).only("file", "file_hash", "width", "height").order_by("-pk")
    stored = {image.file.name: image for image in rows}
    found = {name: stored.get(ORIGINALS + name) or stored.get(name) for name in names}
    return {name: image for name, image in found.items() if image}


def _images_by_hash(hashes: Collection[str]) -> dict[str, int]:
    """The oldest picture of the library for each content."""
    rows = MallImage.objects.filter(file_hash__in=hashes).order_by("-pk").values_list("file_hash", "pk")
    return dict(rows)


def _hash_of(image: MallImage) -> str:
    """The hash of the stored content, also for a picture that was made without noting it."""
    if image.file_hash:
        return str(image.file_hash)
    with image.file.open("rb") as file:
        return content_hash(file)
