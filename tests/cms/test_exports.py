"""Lists as CSV and XLSX files."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.test import RequestFactory
from wagtail.admin.views import generic

from cms.exports import SafeExportMixin, neutral
from shop.catalog.models import Brand
from tests.factories.catalog import BrandFactory


class BrandsExport(SafeExportMixin, generic.IndexView):
    model = Brand
    list_export = ["name", "sort_order", "price", "at", "is_new", "nothing", "logo"]
    export_headings = {"price": "价格"}
    export_values = {
        "price": lambda brand: Decimal("-9.50"),
        "at": lambda brand: datetime(2026, 11, 20, 16, 30, tzinfo=UTC),
        "is_new": lambda brand: True,
        "nothing": lambda brand: None,
    }


def _file(kind):
    view = BrandsExport()
    view.setup(RequestFactory().get("/", {"export": kind}))
    return b"".join(view.as_spreadsheet(Brand.objects.order_by("pk"), kind).streaming_content)


@pytest.mark.fault
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_csv_formula_a_cell_that_begins_like_a_formula_is_text(start):
    assert neutral(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("cell", ["普通文字", "1+1", "", " =1", -5, Decimal("-5.00"), None])
def test_every_other_cell_stays_as_it_is(cell):
    assert neutral(cell) == cell


@pytest.mark.django_db
def test_a_csv_opens_in_excel_with_neutral_cells_local_times_and_real_numbers():
    BrandFactory(name="=cmd|' /C calc'!A0", sort_order=3)

    body = _file("csv")

    assert body.startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert heading == ["名称", "顺序", "价格", "at", "is_new", "nothing", "标志"]
    assert row == ["'=cmd|' /C calc'!A0", "3", "-9.50", "2026-11-21 00:30:00", "是", "", ""]


@pytest.mark.django_db
def test_an_xlsx_holds_no_formula_and_no_character_that_breaks_it():
    BrandFactory(name="=1+1")
    BrandFactory(name="坏\x0b字")

    sheet = openpyxl.load_workbook(io.BytesIO(_file("xlsx"))).active

    (formula, *_), (broken, *rest) = list(sheet.iter_rows(min_row=2))
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert broken.value == "坏字"
    assert rest[1].value == -9.5
    assert rest[2].value == datetime(2026, 11, 21, 0, 30)  # noqa: DTZ001  # a sheet has no zones
