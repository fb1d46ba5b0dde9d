"""Alipay's daily bill of trades (业务明细), read into rows; every complaint names line and column."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kernel import money
from kernel.errors import Invalid

TRADE_NO, NUMBER, KIND, AMOUNT, REQUEST = (
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商家实收（元）",
    "退款批次号/请求号",
)
NEEDED = (TRADE_NO, NUMBER, KIND, AMOUNT, REQUEST)
PAID, BACK = "交易", "退款"

#: Characters of one cell; Alipay's longest is a product's name.
LONGEST_CELL = 2000

_AMOUNT = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,2})?")
_BEGINS = re.compile(r"起始日期：\[(\d{4})年(\d{2})月(\d{2})日")


class BillUnreadable(Invalid):
    """Not a bill, or a line of it that cannot be: ``line``, ``column``, ``why``."""

    code = "bill.unreadable"
    text = _("账单第 %(line)s 行“%(column)s”：%(why)s")


@dataclass(frozen=True)
class BillRow:
    """One payment, or one refund, that the gateway says happened. Units: yuan, never less than zero."""

    line: int
    #: ``out_trade_no`` of a payment, ``out_request_no`` of a refund.
    number: str
    trade_no: str
    amount: Decimal
    is_refund: bool


@dataclass(frozen=True)
class Bill:
    """One day's bill. ``day`` is None where the file does not say."""

    day: date | None
    rows: list[BillRow]


def read_bill(raw: bytes) -> Bill:
    """The bill in this file, in GBK as Alipay writes it or in UTF-8 as editors save it.

    Raises: BillUnreadable.
    """
    lines = list(enumerate(_decoded(raw).splitlines(), start=1))
    day = None
    for _number, line in lines:
        if day is None and (found := _BEGINS.search(line)):
            day = _day(_number, found)
    table = [(number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not table:
        raise BillUnreadable(line=1, column=TRADE_NO, why=_("没有表头，这不是支付宝业务明细账单"))
    cells = _cells(table)
    number, header = next(cells)
    places = {name.replace("(元)", "（元）"): place for place, name in enumerate(header)}
    for name in NEEDED:
        if name not in places:
            raise BillUnreadable(line=number, column=name, why=_("缺少这一列"))
    return Bill(day, [_row(number, row, places) for number, row in cells])


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as wrong:
            place = wrong.start
    raise BillUnreadable(line=raw[:place].count(b"\n") + 1, column="-", why=_("既不是 GBK 也不是 UTF-8 编码"))


def _day(number: int, found: re.Match[str]) -> date:
    try:
        return date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    except ValueError:
        raise BillUnreadable(line=number, column="起始日期", why=_("不是有效的日期")) from None


def _cells(table: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    # Line by line: a product's name never spans two, and a stray quotation mark must not swallow the rest.
    for number, line in table:
        try:
            cells = [cell.strip() for cell in next(csv.reader([line]))]
        except csv.Error:
            raise BillUnreadable(line=number, column="-", why=_("不是有效的 CSV")) from None
        # The csv module's own limit is the whole process's, and others may have raised it.
        if max(map(len, cells), default=0) > LONGEST_CELL:
            raise BillUnreadable(line=number, column="-", why=_("不是有效的 CSV"))
        yield number, cells


def _row(number: int, row: list[str], places: dict[str, int]) -> BillRow:
    def cell(name: str) -> str:
        place = places[name]
        if place >= len(row):
            raise BillUnreadable(line=number, column=name, why=_("这一行太短"))
        return row[place]

    kind = cell(KIND)
    if kind not in {PAID, BACK}:
        raise BillUnreadable(line=number, column=KIND, why=_("应为“交易”或“退款”"))
    is_refund = kind == BACK
    amount = cell(AMOUNT)
    if not _AMOUNT.fullmatch(amount):
        raise BillUnreadable(line=number, column=AMOUNT, why=_("不是金额"))
    # Alipay fills the request number with the order's where a refund had none of its own.
    column = REQUEST if is_refund else NUMBER
    name = cell(column) or cell(NUMBER)
    if not name or len(name) > 64:
        raise BillUnreadable(line=number, column=column, why=_("单号为空或过长"))
    return BillRow(number, name, cell(TRADE_NO), abs(money.yuan(amount)), is_refund)
