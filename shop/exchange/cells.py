"""From what stands in a cell to what it means. Says no with a reason, and never guesses twice.

An empty cell says nothing: what exists stays, what is new gets its default. ``[清空]`` empties a
value on purpose.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from kernel import money
from shop.catalog.models import Spu
from shop.exchange.columns import Column, Kind
from shop.exchange.errors import CellWrong


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that its own program marks as no plain value: a formula, ``#REF!``."""

    shown: str
    message: str

    def __str__(self) -> str:
        return self.shown


#: What the readers hand over.
Raw = None | str | int | float | bool | datetime | date | time | timedelta | Flaw


class _Clear:
    """The value of a cell that says: make it empty."""

    def __repr__(self) -> str:
        return "[清空]"


CLEAR: Final = _Clear()

_CLEAR_WORDS = re.compile(r"(\\*)(?:\[清空\]|\[clear\])", re.IGNORECASE)
#: Controls but tab and line ends: no screen shows them, XML cannot hold them, PostgreSQL refuses NUL.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
#: Halves of characters, which no encoding can hold.
_HALVES = re.compile(r"[\ud800-\udfff]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_YUAN = re.compile(r"^(?:¥|CNY|RMB)\s*|\s*元$", re.IGNORECASE)
#: Numbers with more digits are already rounded when Excel writes them.
_EXCEL_DIGITS = 15
#: The days that a number may stand for, as Excel counts them: 1954 to 2173.
_SERIALS = range(20_000, 100_000)
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]+(\d{1,2})\s*[:时]\s*(\d{1,2})\s*(?:[:分]\s*(\d{1,2})(?:\.(\d{1,6}))?\s*秒?|分)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?",
)

YES: Final = frozenset({"是", "1", "true", "yes", "y", "√", "✓", "✔", "上架", "在售", "on"})
NO: Final = frozenset({"否", "0", "false", "no", "n", "×", "✗", "✘", "下架", "停售", "off"})
STATUSES: Final = MappingProxyType(
    {
        **dict.fromkeys(("草稿", "draft", "0"), Spu.Status.DRAFT),
        **dict.fromkeys(("上架", "on_sale", "onsale", "1", "在售", "是"), Spu.Status.ON_SALE),
        **dict.fromkeys(("下架", "off_sale", "offsale", "2", "停售", "否"), Spu.Status.OFF_SALE),
    }
)


def understood(raw: Raw, column: Column) -> Any:
    """What the cell means for this column: a value, ``CLEAR``, or None for an empty cell.

    Raises: CellWrong.
    """
    if raw is None:
        return None
    if isinstance(raw, str):
        bare = raw.strip()
        if not bare:
            return None
        if bare[0] in "[\\" and (match := _CLEAR_WORDS.fullmatch(bare)):
            if not match[1]:
                if column.key in _NEVER_EMPTY:
                    raise CellWrong(_("不能清空"))
                return CLEAR
            raw = bare[1:]
    elif isinstance(raw, Flaw):
        raise CellWrong(raw.message)
    return _READERS[column.kind](raw, column)


def protected(text: str) -> str:
    """The text as it must stand in a cell so that it is not read as ``[清空]``."""
    return "\\" + text if _CLEAR_WORDS.fullmatch(text.strip()) else text


def tidy(text: str, kind: Kind) -> str:
    """The text without what a file cannot carry: how stored texts are compared with those of a file."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", text)
    return " ".join(text.split()) if kind is Kind.LINE else text.strip()


def _text(raw: Raw, column: Column) -> str:
    text = raw if isinstance(raw, str) else _not_typed_as_text(raw)
    if _CONTROLS.search(text):
        raise CellWrong(_("含有看不见的控制字符，请删除"))
    if not text.isascii() and _HALVES.search(text):
        raise CellWrong(_("含有损坏的字符，请重新输入"))
    text = tidy(text, column.kind)
    if column.longest and len(text) > column.longest:
        raise CellWrong(_("有 %(long)s 个字，最多 %(most)s 个") % {"long": len(text), "most": column.longest})
    return text


def _not_typed_as_text(raw: Raw) -> str:
    if isinstance(raw, datetime | date | time | timedelta):
        raise CellWrong(_("表格软件已把它变成日期，请把单元格设为文本后重新填写"))
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _digits(raw)
    raise CellWrong(_("这里需要文字，不是真假值"))


def _digits(raw: int | float) -> str:
    """A number typed where a text is meant, such as a code of digits only."""
    if abs(raw) >= 10**_EXCEL_DIGITS:
        raise CellWrong(_("数字超过 15 位，表格软件已丢失后面的数位，请把单元格设为文本后重新填写"))
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else f"{raw:.{_EXCEL_DIGITS}g}"
    return str(raw)


def _code(raw: Raw, column: Column) -> str:
    text = _text(raw, column)
    if _SCIENTIFIC.fullmatch(text) and "." in text:
        raise CellWrong(_("编码被表格软件改成了科学计数法，请把单元格设为文本后重新填写"))
    return text


def _number(raw: Raw) -> Decimal:
    if isinstance(raw, bool | datetime | date | time | timedelta):
        raise CellWrong(_("不是数字"))
    if isinstance(raw, int | float):
        # What the sheet shows has 15 digits; 0.1 + 0.2 is meant to be 0.3.
        return Decimal(f"{raw:.{_EXCEL_DIGITS}g}")
    text = _YUAN.sub("", unicodedata.normalize("NFKC", str(raw)).strip())
    if len(text) > 30 or not text.isascii() or not _NUMBER.fullmatch(text):
        raise CellWrong(_("不是数字"))
    return Decimal(text.replace(",", ""))


def _money(raw: Raw, column: Column) -> Decimal:
    amount = _number(raw)
    if amount < 0:
        raise CellWrong(_("不能是负数"))
    if amount > money.MOST:
        raise CellWrong(_("金额太大，最多 %(most)s") % {"most": money.MOST})
    if amount != money.yuan(amount):
        raise CellWrong(_("最多两位小数"))
    return money.yuan(amount)


def _count(raw: Raw, column: Column) -> int:
    number = _number(raw)
    if number < 0:
        raise CellWrong(_("不能是负数"))
    if number > column.longest:
        raise CellWrong(_("数字太大，最多 %(most)s") % {"most": column.longest})
    if number != number.to_integral_value():
        raise CellWrong(_("必须是整数"))
    return int(number)


def _word(raw: Raw) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int | float):
        return f"{raw:g}"
    return unicodedata.normalize("NFKC", str(raw)).strip().casefold()


def _yes_no(raw: Raw, column: Column) -> bool:
    word = _word(raw)
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellWrong(_("请填“是”或“否”"))


def _status(raw: Raw, column: Column) -> int:
    word = _word(raw)
    if word not in STATUSES:
        raise CellWrong(_("请填“上架”、“下架”或“草稿”"))
    return int(STATUSES[word])


def _moment(raw: Raw, column: Column) -> datetime:
    if isinstance(raw, str) and (match := _MOMENT.fullmatch(unicodedata.normalize("NFKC", raw).strip())):
        return _written_moment(match)
    if isinstance(raw, datetime):
        return timezone.make_aware(raw) if timezone.is_naive(raw) else raw
    if isinstance(raw, date):
        return timezone.make_aware(datetime.combine(raw, time()))
    try:
        # A date whose cell lost its format: the days since 1900.
        serial = _number(raw)
    except CellWrong:
        raise CellWrong(_("不是日期时间，请写成 2026-11-11 00:00")) from None
    if int(serial) not in _SERIALS:
        raise CellWrong(_("不是日期时间，请写成 2026-11-11 00:00"))
    moment = from_excel(float(serial))
    if not isinstance(moment, datetime):
        raise CellWrong(_("不是日期时间，请写成 2026-11-11 00:00"))
    return timezone.make_aware(moment)


def _written_moment(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micros = int((match[7] or "").ljust(6, "0") or 0)
    try:
        naive = datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001 - made aware below
        if match[8]:
            return datetime.fromisoformat(naive.isoformat() + match[8].replace("Z", "+00:00"))
        moment = timezone.make_aware(naive)
        # A year near the ends of the calendar has no counterpart in UTC.
        moment.astimezone(timezone.get_fixed_timezone(0))
    except (ValueError, OverflowError) as wrong:
        raise CellWrong(_("没有这一天或这一刻")) from wrong
    return moment


def _picture(raw: Raw, column: Column) -> str:
    return " ".join(_text(raw, column).split())


def _pictures(raw: Raw, column: Column) -> tuple[str, ...]:
    names = re.split(r"[|｜\n]", unicodedata.normalize("NFC", str(_text(raw, column))))
    return tuple(name.strip() for name in names if name.strip())


_READERS: Mapping[Kind, Callable[[Raw, Column], Any]] = {
    Kind.CODE: _code,
    Kind.LINE: _text,
    Kind.TEXT: _text,
    Kind.MONEY: _money,
    Kind.COUNT: _count,
    Kind.YES_NO: _yes_no,
    Kind.STATUS: _status,
    Kind.MOMENT: _moment,
    Kind.PICTURE: _picture,
    Kind.PICTURES: _pictures,
}
#: What a product or SKU cannot be without.
_NEVER_EMPTY = frozenset(
    {
        *("code", "sku_code", "name", "category1", "category2", "category3", "price", "stock"),
        *("weight_grams", "sort_order", "sku_name", "status", "is_on_sale", "spec_name", "spec_value"),
        *("is_new", "is_hot", "is_recommended", "ship_free"),
    }
)
