"""Where an export goes: a workbook or a CSV file, written row by row."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from shop.exchange.neutral import neutral
from shop.exchange.reading.workbooks import SHEET

#: What a cell of an export holds. Moments are local and naive: spreadsheets know no zones.
Value = None | str | int | Decimal | datetime

#: A workbook's cell holds no more characters, and openpyxl cuts off the rest in silence.
MOST_CHARACTERS = 32_767
_MOMENT = "yyyy-mm-dd hh:mm:ss"
_TEXT = "@"
_MONEY = "0.00"


class Sink(Protocol):
    """Takes the rows of an export in order."""

    #: Characters that one cell can hold; 0: any number.
    most_characters: int

    def add(self, row: Sequence[Value]) -> None:
        """The next row, the header first."""


class CsvSink:
    """UTF-8 with its mark, which Excel needs to know it by; formulas made harmless."""

    most_characters = 0

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def add(self, row: Sequence[Value]) -> None:
        self._writer.writerow([self._cell(value) for value in row])

    def _cell(self, value: Value) -> str:
        if isinstance(value, datetime):
            return value.isoformat(sep=" ")
        if isinstance(value, str):
            return neutral(value)
        return "" if value is None else str(value)


class WorkbookSink:
    """A streamed XLSX. Texts are written as texts, so that none is a formula and no code loses its zeros."""

    most_characters = MOST_CHARACTERS

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._is_header = True

    def add(self, row: Sequence[Value]) -> None:
        self._sheet.append([self._header(value) if self._is_header else self._cell(value) for value in row])
        self._is_header = False

    def _header(self, value: Value) -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        cell.value = value
        cell.font = Font(bold=True)
        return cell

    def _cell(self, value: Value) -> Any:
        if value is None or isinstance(value, int):
            return value
        cell: Any = WriteOnlyCell(self._sheet)
        if isinstance(value, datetime):
            # A spreadsheet counts days as floats; finer than a second it would not come back the same.
            if value.microsecond:
                value = value.isoformat(sep=" ")
            else:
                cell.value, cell.number_format = value, _MOMENT
                return cell
        elif isinstance(value, Decimal):
            cell.value, cell.number_format = value, _MONEY
            return cell
        cell.value = value
        # "=1+1" stays a text even when somebody edits the cell.
        cell.data_type, cell.number_format, cell.quotePrefix = "s", _TEXT, True
        return cell


@contextmanager
def open_sink(path: Path, *, widths: Sequence[int]) -> Iterator[Sink]:
    """A sink for this file, by its ending. The file appears when all of it is written, or not at all.

    Raises: OSError.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        if path.suffix.lower() == ".csv":
            with partial.open("w", encoding="utf-8-sig", newline="") as text:
                yield CsvSink(csv.writer(text))
        else:
            with partial.open("wb") as file, _streamed(file, widths) as sheet:
                yield WorkbookSink(sheet)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _streamed(file: BinaryIO, widths: Sequence[int]) -> Iterator[Any]:
    """The sheet of a workbook that goes to this file when it is complete."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    try:
        yield sheet
    except BaseException:
        # Its rows went to a temporary file that is open until the sheet is closed.
        sheet.close()
        raise
    book.save(file)
