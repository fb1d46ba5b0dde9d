"""Checks of uploaded documents: a file must be what its ending says."""

import codecs
import zipfile
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid
from media.kinds import DOCUMENTS, ending_of

#: What a text file may be written in; the mark of UTF-16 is looked for first.
_ENCODINGS = ("utf-8", "gb18030")
_CHUNK = 256 * 1024


class DocumentKindRefused(Invalid):
    code = "document.kind_refused"
    text = _("不支持的文件类型，可上传：%(kinds)s")
    field = "file"


class DocumentTooBig(Invalid):
    code = "document.too_big"
    text = _("文件不能超过 %(megabytes)s MB")
    field = "file"


class DocumentMismatch(Invalid):
    """The bytes are not what the ending says, or the file is damaged."""

    code = "document.mismatch"
    text = _("文件内容与扩展名 %(ending)s 不符，或文件已损坏")
    field = "file"


class DocumentHasMacros(Invalid):
    code = "document.macros"
    text = _("文件含有宏，请另存为不含宏的格式")
    field = "file"


def check_document(file: IO[Any], name: str, *, max_bytes: int | None = None, field: str | None = None) -> str:
    """Make sure this file is of a kind we take and is what its name says; return the ending to store it under.

    Leaves the file at its start. Units: bytes.
    Raises: DocumentKindRefused, DocumentTooBig, DocumentMismatch, DocumentHasMacros.
    """
    ending = ending_of(name)
    allowed = settings.WAGTAILDOCS_EXTENSIONS
    if ending not in DOCUMENTS or ending.removeprefix(".") not in allowed:
        raise DocumentKindRefused(field=field, kinds=", ".join(allowed))
    max_bytes = max_bytes or settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > max_bytes:
        raise DocumentTooBig(field=field, megabytes=max_bytes // 1024 // 1024)
    try:
        if not _CHECKS[ending](file):
            raise DocumentMismatch(field=field, ending=ending)
        if ending in {".docx", ".xlsx"} and _has_macros(file):
            raise DocumentHasMacros(field=field)
    finally:
        file.seek(0)
    return ending


def _is_pdf(file: IO[Any]) -> bool:
    return bytes(file.read(8)).startswith(b"%PDF-")


def _members(file: IO[Any]) -> set[str]:
    """The names inside a ZIP archive; none for what is no archive. Nothing is unpacked."""
    file.seek(0)
    if bytes(file.read(2)) != b"PK":
        return set()
    try:
        with zipfile.ZipFile(file) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return set()


def _is_zip(file: IO[Any]) -> bool:
    return bool(_members(file))


def _is_word(file: IO[Any]) -> bool:
    return {"[Content_Types].xml", "word/document.xml"} <= _members(file)


def _is_excel(file: IO[Any]) -> bool:
    return {"[Content_Types].xml", "xl/workbook.xml"} <= _members(file)


def _has_macros(file: IO[Any]) -> bool:
    return any(name.lower().endswith("vbaproject.bin") for name in _members(file))


def _is_text(file: IO[Any]) -> bool:
    """Whether all of it decodes in one of our encodings, and holds no NUL."""
    start = bytes(file.read(2))
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return _decodes(file, "utf-16")
    return any(_decodes(file, encoding) for encoding in _ENCODINGS)


def _decodes(file: IO[Any], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := bytes(file.read(_CHUNK)):
            if "\x00" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_CHECKS: dict[str, Callable[[IO[Any]], bool]] = {
    ".csv": _is_text,
    ".docx": _is_word,
    ".pdf": _is_pdf,
    ".txt": _is_text,
    ".xlsx": _is_excel,
    ".zip": _is_zip,
}
