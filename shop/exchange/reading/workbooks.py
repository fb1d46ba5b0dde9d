"""XLSX files, read row by row."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shop.exchange.cells import Flaw, Raw
from shop.exchange.errors import FileUnreadable
from shop.exchange.reading.tables import MOST_COLUMNS, MOST_ROWS, Row, Table, is_blank

#: The sheet of our template.
SHEET = "商品"
#: Unpacked size; a workbook of 200,000 full rows stays below it, a bomb does not.
MOST_BYTES = 2 * 1024**3
#: The last row that a sheet can have.
_LAST_ROW = 1_048_576
#: What openpyxl lets through for bytes that are no workbook.
_BROKEN = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, NotImplementedError),
)


@contextmanager
def open_workbook(path: Path, *, sheet: str | None, most_bytes: int = 0) -> Iterator[Table]:
    """The rows of one sheet: the named one, else 商品, else the first.

    Units: bytes that it may unpack to; 0: as many as an import by command.
    Raises: FileUnreadable, also while rows are read.
    """
    # Opened by us: of a path, openpyxl looks at the name and not at the content.
    with path.open("rb") as file, warnings.catch_warnings():
        # Notes about validations and styles that openpyxl leaves out; only values are read here.
        warnings.filterwarnings("ignore", module="openpyxl")
        with _as_unreadable():
            _check_size(file, most_bytes or MOST_BYTES)
            book = load_workbook(file, read_only=True, data_only=False)
        try:
            worksheet = _chosen(book, sheet)
            # Some programs write a wrong extent, and openpyxl would believe it.
            worksheet.reset_dimensions()
            rows = _rows(worksheet)
            header_row, header = next(rows, (0, []))
            others = [other.title for other in book.worksheets if other is not worksheet]
            yield Table(
                header_row=header_row,
                titles=["" if value is None else str(value) for value in header],
                rows=rows,
                others=others,
            )
        finally:
            book.close()


@contextmanager
def _as_unreadable() -> Iterator[None]:
    try:
        yield
    except _BROKEN as broken:
        raise FileUnreadable(_("不是有效的 XLSX 文件，或文件已损坏")) from broken


def _check_size(file: BinaryIO, most_bytes: int) -> None:
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > most_bytes:
        raise FileUnreadable(_("文件解压后过大，请拆分后再导入"))


def _chosen(book: Any, sheet: str | None) -> Any:
    sheets = {worksheet.title: worksheet for worksheet in book.worksheets}
    if not sheets:
        raise FileUnreadable(_("文件中没有工作表"))
    if sheet is not None and sheet not in sheets:
        raise FileUnreadable(
            _("没有工作表“%(sheet)s”，现有：%(sheets)s") % {"sheet": sheet, "sheets": "、".join(sheets)}
        )
    return sheets.get(sheet or SHEET) or next(iter(sheets.values()))


def _rows(worksheet: Any) -> Iterator[Row]:
    """Every row that holds something."""
    found = 0
    rows = enumerate(worksheet.iter_rows(max_col=None), start=1)
    while True:
        with _as_unreadable():
            number, cells = next(rows, (0, ()))
        if not number:
            return
        if number > _LAST_ROW:
            raise FileUnreadable(_("行号超出工作表的范围，文件已损坏"), row=number)
        values = [_value(cell) for cell in cells[:MOST_COLUMNS]]
        if is_blank(values):
            continue
        found += 1
        if found > MOST_ROWS + 1:
            raise FileUnreadable(_("超过 %(most)s 行，请拆分后再导入") % {"most": MOST_ROWS}, row=number)
        yield number, values


def _value(cell: Any) -> Raw:
    value = cell.value
    if cell.data_type == "f":
        shown = value if isinstance(value, str) else f"={getattr(value, 'text', '') or ''}"
        return Flaw(str(shown), _("单元格是公式，请复制后“粘贴为值”"))
    if cell.data_type == "e":
        return Flaw(str(value), _("单元格是错误值，请改正"))
    return value  # type: ignore[no-any-return]
