"""CSV files, in the encodings that spreadsheets of Chinese merchants save them in."""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from shop.exchange.cells import Raw
from shop.exchange.columns import LONGEST_TEXT, layout_of
from shop.exchange.errors import FileUnreadable
from shop.exchange.neutral import restored
from shop.exchange.reading.tables import MOST_COLUMNS, MOST_ROWS, Row, Table, is_blank

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: GB18030 holds GBK and GB2312.
_GUESSES = ("utf-8", "gb18030")
_DELIMITERS = (",", "\t", ";")
_CHUNK = 1024 * 1024
#: So much is looked at to find the header.
_HEAD = 64 * 1024
_LINE_ENDS = ("\r\n", "\n", "\r")


@contextmanager
def open_text(path: Path, *, encoding: str | None) -> Iterator[Table]:
    """The rows of a CSV file in this encoding, or in the one that it is found to be in.

    Raises: FileUnreadable, also while rows are read.
    """
    name = _named(encoding) if encoding else _found(path)
    _check_all(path, name)
    delimiter = _delimiter(path, name)
    # The csv module's own limit is one for the whole process, and lower than a long product text.
    csv.field_size_limit(max(csv.field_size_limit(), 4 * LONGEST_TEXT))
    with path.open(encoding=name, newline="") as file:
        rows = _rows(csv.reader(file, delimiter=delimiter, strict=True))
        header_row, header = next(rows, (0, []))
        yield Table(
            header_row=header_row,
            titles=[str(value or "") for value in header],
            rows=rows,
            encoding=name.removesuffix("-sig"),
        )


def _named(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding).name
        "".encode(found)
    except (LookupError, ValueError) as wrong:
        raise FileUnreadable(_("没有编码 %(encoding)s") % {"encoding": encoding}) from wrong
    # A mark at the start is no part of the first title.
    return "utf-8-sig" if found == "utf-8" else found


def _found(path: Path) -> str:
    """The encoding by its mark; without one, by what the bytes are valid in and what the header then says."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if b"\x00" in head[:200]:
        # Text of UTF-16 without a mark: in the titles' commas every second byte is zero.
        name = "utf-16-le" if head[1:200:2].count(0) >= head[0:200:2].count(0) else "utf-16-be"
        if _layout_known(head, name):
            return name
    fitting = [name for name in _GUESSES if _wrong_at(path, name) is None]
    if fitting:
        return fitting[0]
    # No encoding fits all of it: the one whose header makes sense is the one that is damaged further down.
    for name in _GUESSES:
        if _layout_known(head, name):
            return name
    raise FileUnreadable(_("无法识别文件编码，请另存为 UTF-8 的 CSV 或 XLSX，或用 --encoding 指明"))


def _check_all(path: Path, encoding: str) -> None:
    """Make sure that every byte is of this encoding."""
    place = _wrong_at(path, encoding)
    if place is not None:
        raise FileUnreadable(
            _("有不属于 %(encoding)s 编码的字节，文件已损坏或混用了编码") % {"encoding": encoding.removesuffix("-sig")},
            row=_record_at(path, encoding, place),
        )


def _wrong_at(path: Path, encoding: str) -> int | None:
    """The place of the first byte that is not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as wrong:
                return done - waiting + wrong.start
            done += len(chunk)
            if not chunk:
                return None


def _record_at(path: Path, encoding: str, place: int) -> int:
    """The number of the row in which this byte stands."""
    with path.open("rb") as file:
        before = file.read(place).decode(encoding, errors="replace")
    return max(sum(1 for _record in csv.reader(before.splitlines(keepends=True))), 1)


def _first_line(head: bytes, encoding: str) -> str:
    text = head.decode(encoding, errors="replace").lstrip("\ufeff")
    return next((line for line in text.splitlines() if line.strip(" \t,;")), "")


def _layout_known(head: bytes, encoding: str) -> bool:
    line = _first_line(head, encoding)
    return any(layout_of(next(csv.reader([line], delimiter=mark), [])).known for mark in _DELIMITERS)


def _delimiter(path: Path, encoding: str) -> str:
    """The mark between cells with which the header makes most sense."""
    with path.open("rb") as file:
        line = _first_line(file.read(_HEAD), encoding)
    return max(_DELIMITERS, key=lambda mark: layout_of(next(csv.reader([line], delimiter=mark), [])).known)


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    """Every row that holds something, formulas that an export made harmless put back."""
    found = number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as wrong:
            raise FileUnreadable(_("引号不成对，或单元格过长"), row=number + 1) from wrong
        if cells is None:
            return
        number += 1
        values: list[Raw] = [restored(cell) for cell in cells[:MOST_COLUMNS]]
        if is_blank(values):
            continue
        found += 1
        if found > MOST_ROWS + 1:
            raise FileUnreadable(_("超过 %(most)s 行，请拆分后再导入") % {"most": MOST_ROWS}, row=number)
        yield number, values
