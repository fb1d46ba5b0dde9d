"""The file of shipments: its columns, reading it, and the empty one to start from."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from shop.exchange.cells import CLEAR, Raw, understood
from shop.exchange.columns import About, Column, Kind
from shop.exchange.errors import CellWrong
from shop.exchange.reading import open_table
from shop.fulfilment.errors import ColumnsMissing, TooManyRows
from shop.shipping.carriers import carriers

#: Rows of one file; each order is a transaction of its own, and somebody waits for the answer.
MOST_ROWS = 2000
#: What it may unpack to: a web process reads it, and the texts of a workbook lie in memory all at once.
MOST_UNPACKED = 32 * 1024 * 1024
SHEET = "发货"
_READY = 2000
_LARGEST = 1_000_000


def _column(key: str, title: str, kind: Kind, longest: int, *aliases: str) -> Column:
    return Column(key, title, kind, About.SKU, aliases, longest)


#: Titles are part of the file, in Chinese whatever language is active.
COLUMNS = (
    _column("number", "订单号", Kind.CODE, 32, "订单编号", "order", "order_id"),
    _column("carrier", "承运商", Kind.CODE, 30, "快递公司", "物流公司", "carrier"),
    _column("waybill", "运单号", Kind.CODE, 64, "快递单号", "物流单号", "waybill"),
    _column("sku", "SKU编码", Kind.CODE, 64, "商家编码", "sku"),
    _column("count", "件数", Kind.COUNT, _LARGEST, "数量", "count"),
)
TITLES: Mapping[str, str] = {column.key: column.title for column in COLUMNS}
NEEDED = ("number", "carrier", "waybill")


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row as it was written; ``count`` is None where nothing stood. ``wrong`` names a column and what is wrong."""

    row: int
    number: str = ""
    carrier: str = ""
    waybill: str = ""
    sku: str = ""
    count: int | None = None
    wrong: tuple[str, str] | None = None


def read_rows(path: Path) -> list[AskedRow]:
    """The rows of an XLSX or CSV file.

    Raises: FileUnreadable; ColumnsMissing; TooManyRows.
    """
    with open_table(path, most_bytes=MOST_UNPACKED) as table:
        places = _places(table.titles)
        if missing := [TITLES[key] for key in NEEDED if key not in places]:
            raise ColumnsMissing(columns="、".join(missing))
        found: list[AskedRow] = []
        for row, values in table.rows:
            if len(found) == MOST_ROWS:
                raise TooManyRows(most=MOST_ROWS)
            found.append(_asked(row, values, places))
    return found


def write_template(target: Path | IO[bytes]) -> None:
    """The file is an empty list of shipments, with a sheet that explains it and one of the carriers' names."""
    book = Workbook()
    sheet, manual, known = (book.create_sheet(title) for title in (SHEET, "说明", "承运商"))
    del book["Sheet"]
    sheet.append([column.title for column in COLUMNS])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 28 if column.kind is Kind.CODE else 10
        # Numbers as texts: a spreadsheet rounds what has more than 15 digits.
        sheet.column_dimensions[letter].number_format = "@" if column.kind is Kind.CODE else "0"
        sheet.cell(1, number).font = Font(bold=True)
    names = [name for _code, name in carriers()]
    for name in names:
        known.append([name])
    choices = DataValidation(type="list", formula1=f"'承运商'!$A$1:$A${max(len(names), 1)}", allow_blank=True)
    sheet.add_data_validation(choices)
    choices.add(f"B2:B{_READY}")
    for rule in (
        _("一行是一个包裹；不写 SKU编码 时，把订单里还没发的商品全部发出。"),
        _("只发一部分：写 SKU编码 和 件数；同一个包裹里有几种商品就写几行，承运商和运单号相同。"),
        _("承运商写名称或代码都可以，见“承运商”工作表。"),
        _("订单号和运单号请保持文本格式。"),
        _("先检查，再发货；同一个文件再导入一次不会重复发货。"),
    ):
        manual.append([rule])
    manual.column_dimensions["A"].width = 90
    book.save(target)


def _places(titles: Sequence[str]) -> dict[str, int]:
    known = {_plain(name): column.key for column in COLUMNS for name in (column.title, *column.aliases)}
    places: dict[str, int] = {}
    for place, title in enumerate(titles):
        key = known.get(_plain(title))
        if key is not None:
            places.setdefault(key, place)
    return places


def _plain(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split()).casefold()


def _asked(row: int, values: Sequence[Raw], places: Mapping[str, int]) -> AskedRow:
    cells: dict[str, str | int] = {}
    wrong: tuple[str, str] | None = None
    for column in COLUMNS:
        place = places.get(column.key)
        raw = values[place] if place is not None and place < len(values) else None
        try:
            value = understood(raw, column)
        except CellWrong as error:
            wrong = wrong or (column.title, error.message)
            continue
        if value is not None and value is not CLEAR:
            cells[column.key] = value
    return AskedRow(
        row=row,
        number=str(cells.get("number", "")),
        carrier=str(cells.get("carrier", "")),
        waybill=str(cells.get("waybill", "")),
        sku=str(cells.get("sku", "")),
        count=int(cells["count"]) if "count" in cells else None,
        wrong=wrong,
    )
