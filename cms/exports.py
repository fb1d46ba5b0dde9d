"""Lists as files for a spreadsheet, in which nothing that somebody typed is ever run."""

import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.coreutils import multigetattr

#: What a spreadsheet takes for the beginning of a formula; the wide ones count in East Asian versions.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Without it Excel reads a UTF-8 file as GBK.
BYTE_ORDER_MARK = "\ufeff".encode()


def neutral(value: Any) -> Any:
    """This cell as text that no spreadsheet runs: a formula gets an apostrophe in front. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def without_control_characters(value: Any) -> Any:
    """This cell without the characters that an XLSX file cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def local_time(value: datetime.datetime) -> datetime.datetime:
    """The moment on the wall clock of the shop, as people read it in a sheet."""
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value


def yes_or_no(value: bool) -> str:
    return _("是") if value else _("否")


class SafeExportMixin(SpreadsheetExportMixin):
    """For list views: CSV and XLSX with neutral cells, local times and a byte order mark.

    ``export_values`` says how a column of ``list_export`` that is no attribute of the row is made.
    """

    export_values: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    custom_value_preprocess = {
        bool: {"csv": yes_or_no, "xlsx": yes_or_no},
        datetime.datetime: {
            "csv": lambda value: f"{local_time(value):%Y-%m-%d %H:%M:%S}",
            "xlsx": local_time,
        },
        **{
            kind: formats
            for kind, formats in SpreadsheetExportMixin.custom_value_preprocess.items()
            if kind is not datetime.datetime
        },
    }

    def to_row_dict(self, item: Any) -> OrderedDict[str, Any]:
        made = self.export_values
        return OrderedDict(
            (name, made[name](item) if name in made else multigetattr(item, name)) for name in self.list_export
        )

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        cell = super().preprocess_field_value(field, value, export_format)
        if not isinstance(cell, (int, float, Decimal, datetime.date, datetime.time)):
            cell = "" if cell is None else force_str(cell)
        return neutral(cell) if export_format == self.FORMAT_CSV else without_control_characters(cell)

    def stream_csv(self, queryset: QuerySet[Any]) -> Iterator[bytes]:
        yield BYTE_ORDER_MARK
        yield from super().stream_csv(queryset)
