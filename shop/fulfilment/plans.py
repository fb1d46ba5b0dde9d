"""What a file of shipments would do, row by row, as the shop is now. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from kernel.errors import DomainError
from shop.fulfilment.pieces import ParcelIn, pieces_left
from shop.fulfilment.sheet import TITLES, AskedRow
from shop.orders.models import Order, OrderLine
from shop.orders.states import OrderState
from shop.shipping.carriers import carrier_code, clean_waybill
from shop.shipping.errors import OrderInRefund, OrderNotShippable, TooManyToShip, WaybillTaken
from shop.shipping.models import Parcel

#: Rows that are looked up together.
BATCH = 500


class Fate(StrEnum):
    """What becomes of a row."""

    #: It would be sent (in a plan), or was sent (after applying it).
    SHIP = "ship"
    #: Exactly this parcel has left before: nothing is done.
    DONE = "done"
    WRONG = "wrong"
    #: Nothing is wrong with it, but another row of its order is.
    HELD = "held"


@dataclass(slots=True)
class PlannedRow:
    """One row and its fate; ``column`` and ``message`` say what is wrong, ``pieces`` how many would leave."""

    asked: AskedRow
    fate: Fate = Fate.SHIP
    column: str = ""
    message: str = ""
    pieces: int = 0

    def refuse(self, key: str, message: str) -> None:
        """The row is wrong, in this column; the first reason stays."""
        if self.fate is not Fate.WRONG:
            self.fate, self.column, self.message, self.pieces = Fate.WRONG, TITLES.get(key, key), message, 0


@dataclass(slots=True)
class BulkPlan:
    """The rows in the file's order."""

    rows: list[PlannedRow] = field(default_factory=list)

    def asked(self) -> list[AskedRow]:
        return [row.asked for row in self.rows]

    def count(self, fate: Fate) -> int:
        return sum(row.fate is fate for row in self.rows)

    @property
    def wrong(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.fate is Fate.WRONG]

    def by_order(self) -> dict[str, list[PlannedRow]]:
        """The rows of each order that are to be sent, orders as they come in the file."""
        found: dict[str, list[PlannedRow]] = {}
        for row in self.rows:
            if row.fate is Fate.SHIP:
                found.setdefault(row.asked.number, []).append(row)
        return found


def plan_of(asked: Sequence[AskedRow]) -> BulkPlan:
    """What these rows would do now. Three queries per ``BATCH`` different orders.

    An order with one wrong row is not sent at all: half of it would be a guess.
    """
    plan = BulkPlan([PlannedRow(row) for row in asked])
    groups: dict[str, list[PlannedRow]] = {}
    for row in plan.rows:
        _check_cells(row)
        groups.setdefault(row.asked.number, []).append(row)
    used: dict[tuple[str, str], str] = {}
    numbers = [number for number in groups if number]
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        found = _World(batch, [row for number in batch for row in groups[number]])
        for number in batch:
            _judge(groups[number], found, used)
    return plan


def parcels_of_rows(rows: Sequence[PlannedRow], lines: Mapping[str, OrderLine]) -> list[ParcelIn]:
    """The parcels that these good rows of one order make, those that take the rest last."""
    named: dict[tuple[str, str], dict[int, int]] = {}
    rest: list[ParcelIn] = []
    for row in rows:
        carrier, waybill = _carriage(row.asked)
        if row.asked.sku:
            counts = named.setdefault((carrier, waybill), {})
            line_id = lines[row.asked.sku].pk
            counts[line_id] = counts.get(line_id, 0) + (row.asked.count or 0)
        else:
            rest.append(ParcelIn(carrier, waybill))
    return [ParcelIn(carrier, waybill, counts) for (carrier, waybill), counts in named.items()] + rest


def lines_by_code(number: str) -> dict[str, OrderLine]:
    """The order's lines by their SKU's code. One query."""
    lines = OrderLine.objects.filter(order__number=number).select_related("sku")
    return {line.sku.code: line for line in lines}


class _World:
    """What the shop knows of some orders and waybills."""

    def __init__(self, numbers: Sequence[str], rows: Iterable[PlannedRow]) -> None:
        self.orders = {order.number: order for order in Order.objects.filter(number__in=numbers)}
        self.lines: dict[int, dict[str, OrderLine]] = {}
        for line in OrderLine.objects.filter(order__number__in=numbers).select_related("sku").order_by("pk"):
            self.lines.setdefault(line.order_id, {})[line.sku.code] = line
        waybills = {_carriage(row.asked)[1] for row in rows if row.fate is not Fate.WRONG}
        sent = Parcel.objects.filter(Q(waybill__in=waybills)).select_related("order").prefetch_related("lines")
        self.parcels = {(parcel.carrier, parcel.waybill): parcel for parcel in sent}


def _carriage(asked: AskedRow) -> tuple[str, str]:
    return carrier_code(asked.carrier), clean_waybill(asked.waybill)


def _check_cells(row: PlannedRow) -> None:
    """What can be said of a row without looking at the shop."""
    asked = row.asked
    if asked.wrong:
        row.refuse(*asked.wrong)
    for key in ("number", "carrier", "waybill"):
        if not getattr(asked, key):
            row.refuse(key, _("不能为空"))
    for key, check in (("carrier", carrier_code), ("waybill", clean_waybill)):
        try:
            check(getattr(asked, key))
        except DomainError as wrong:
            row.refuse(key, wrong.message)
    if asked.sku and not asked.count:
        row.refuse("count", _("写了 SKU编码 就要写件数，至少 1 件"))
    if asked.count is not None and not asked.sku:
        row.refuse("sku", _("写了件数就要写 SKU编码"))


def _judge(rows: list[PlannedRow], world: _World, used: dict[tuple[str, str], str]) -> None:
    """Let the rows of one order say what would become of them; ``used`` are the waybills of earlier rows."""
    order = world.orders.get(rows[0].asked.number)
    if order is None:
        for row in rows:
            row.refuse("number", _("没有这个订单"))
        return
    lines = world.lines.get(order.pk, {})
    open_rows = [row for row in rows if row.fate is not Fate.WRONG]
    by_parcel: dict[tuple[str, str], list[PlannedRow]] = {}
    for row in open_rows:
        by_parcel.setdefault(_carriage(row.asked), []).append(row)
    for carriage, of_parcel in by_parcel.items():
        _judge_parcel(carriage, of_parcel, order, lines, world, used)
    to_ship = [row for row in open_rows if row.fate is Fate.SHIP]
    _check_state(to_ship, order)
    _check_counts([row for row in to_ship if row.fate is Fate.SHIP], lines)
    if any(row.fate is Fate.WRONG for row in rows):
        for row in rows:
            if row.fate is Fate.SHIP:
                row.fate, row.message, row.pieces = Fate.HELD, _("同一订单的其他行有错"), 0


def _judge_parcel(
    carriage: tuple[str, str],
    rows: list[PlannedRow],
    order: Order,
    lines: Mapping[str, OrderLine],
    world: _World,
    used: dict[tuple[str, str], str],
) -> None:
    taken = WaybillTaken(waybill=carriage[1]).message
    if used.setdefault(carriage, order.number) != order.number:
        for row in rows:
            row.refuse("waybill", taken)
    if len({bool(row.asked.sku) for row in rows}) > 1 or (not rows[0].asked.sku and len(rows) > 1):
        for row in rows:
            row.refuse("sku", _("同一个包裹的各行要么都写 SKU编码，要么只写一行"))
    for row in rows:
        if row.asked.sku and row.asked.sku not in lines:
            row.refuse("sku", _("订单里没有这个 SKU"))
    parcel = world.parcels.get(carriage)
    if parcel is None:
        return
    if parcel.order_id != order.pk:
        for row in rows:
            row.refuse("waybill", taken)
    elif all(row.fate is Fate.SHIP for row in rows):
        _compare(rows, parcel, lines)


def _compare(rows: list[PlannedRow], parcel: Parcel, lines: Mapping[str, OrderLine]) -> None:
    """The parcel has left: the rows say the same, or they are wrong."""
    wanted: dict[int, int] = {}
    for row in rows:
        if row.asked.sku:
            line_id = lines[row.asked.sku].pk
            wanted[line_id] = wanted.get(line_id, 0) + (row.asked.count or 0)
    same = not wanted or wanted == {line.order_line_id: line.count for line in parcel.lines.all()}
    for row in rows:
        if same:
            row.fate, row.message = Fate.DONE, _("该包裹已发出")
        else:
            row.refuse("count", _("该运单已发出，但商品或件数不同"))


def _check_state(rows: list[PlannedRow], order: Order) -> None:
    if order.state == OrderState.TO_SHIP:
        return
    error = OrderInRefund() if order.state == OrderState.REFUNDING else OrderNotShippable(state=order.state)
    for row in rows:
        row.refuse("number", error.message)


def _check_counts(rows: list[PlannedRow], lines: Mapping[str, OrderLine]) -> None:
    """No line sends more than it has, the named pieces first; the rest is for one parcel."""
    left = {line.pk: pieces_left(line) for line in lines.values()}
    for row in sorted(rows, key=lambda one: not one.asked.sku):
        if row.asked.sku:
            line = lines[row.asked.sku]
            count = row.asked.count or 0
            if count > left[line.pk]:
                row.refuse("count", TooManyToShip(name=line.name, left=left[line.pk]).message)
                continue
            left[line.pk] -= count
            row.pieces = count
            continue
        row.pieces = sum(left.values())
        if not row.pieces:
            row.refuse("number", _("没有可发货的商品"))
        left = dict.fromkeys(left, 0)
