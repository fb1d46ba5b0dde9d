"""Catalog files for tests, and what is in the shop after them."""

import csv
import io
from pathlib import Path
from typing import Any

from django.apps import apps
from openpyxl import Workbook

from shop.exchange import Report, import_file

#: A whole, correct row; tests change what they are about.
ROW: dict[str, Any] = {
    "商品编码": "P1",
    "商品名称": "星河手机",
    "一级分类": "手机数码",
    "二级分类": "手机通讯",
    "三级分类": "手机",
    "品牌": "星河",
    "规格1": "颜色:黑色",
    "SKU编码": "P1-1",
    "售价": "5499.00",
    "库存": "10",
}


def row(**changes: Any) -> dict[str, Any]:
    """The correct row with these cells instead."""
    return {**ROW, **changes}


def other(**changes: Any) -> dict[str, Any]:
    """A correct row of another product without specs."""
    return row(**{"商品编码": "P2", "商品名称": "保温杯", "规格1": "", "SKU编码": "P2", "售价": "89.90", **changes})


def grid(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Header and rows; the header has every column that any row has."""
    titles = list(dict.fromkeys(title for one in rows for title in one))
    return [titles, *([one.get(title, "") for title in titles] for one in rows)]


def write_csv(path: Path, rows: list[dict[str, Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(grid(rows))
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: list[dict[str, Any]], *, sheet: str = "商品") -> Path:
    book = Workbook()
    book.active.title = sheet
    for values in grid(rows):
        book.active.append(values)
    book.save(path)
    return path


def imported(folder: Path, *rows: dict[str, Any], **options: Any) -> Report:
    """What importing a file of these rows reports."""
    return import_file(write_csv(folder / "goods.csv", list(rows)), **options)


def told(report: Report) -> list[tuple[int | None, str, str]]:
    """Row, column and message of every error."""
    return [(issue.row, issue.column, issue.message) for issue in report.errors]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the shop and of the pictures, all columns."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for label in ("shop", "media")
        for model in apps.get_app_config(label).get_models()
    }
