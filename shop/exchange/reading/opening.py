"""Which kind of file it is, by its first bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from shop.exchange.errors import FileUnreadable
from shop.exchange.reading.tables import Table
from shop.exchange.reading.texts import open_text
from shop.exchange.reading.workbooks import open_workbook

_ZIP = b"PK\x03\x04"
#: The container of old XLS files, and of XLSX files with a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

__all__ = ["Table", "open_table"]


@contextmanager
def open_table(
    path: Path, *, sheet: str | None = None, encoding: str | None = None, most_bytes: int = 0
) -> Iterator[Table]:
    """The file's header and rows. XLSX and CSV are told apart by content, not by name.

    Raises: FileUnreadable, also while rows are read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except (OSError, ValueError) as wrong:
        raise FileUnreadable(_("文件打不开：%(path)s") % {"path": path}) from wrong
    if not start:
        raise FileUnreadable(_("文件是空的"))
    if start.startswith(_OLE):
        raise FileUnreadable(_("这是旧的 XLS 格式，或带密码的文件，请另存为不带密码的 XLSX"))
    opened = (
        open_workbook(path, sheet=sheet, most_bytes=most_bytes)
        if start.startswith(_ZIP)
        else open_text(path, encoding=encoding)
    )
    with opened as table:
        if not table.header_row:
            raise FileUnreadable(_("文件是空的"))
        yield table
