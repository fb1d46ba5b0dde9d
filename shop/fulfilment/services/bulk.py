"""Sending many orders by one file: first looked at, then done."""

import logging
from pathlib import Path
from typing import IO

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from kernel.errors import DomainError
from shop.fulfilment.plans import BulkPlan, Fate, PlannedRow, lines_by_code, parcels_of_rows, plan_of
from shop.fulfilment.services.shipping import ship
from shop.fulfilment.sheet import read_rows, write_template

logger = logging.getLogger(__name__)


class _Stopped(Exception):
    """One order was refused, so none is sent."""


def plan_bulk_shipping(*, path: Path) -> BulkPlan:
    """What the file would do, row by row; nothing is done. A constant number of queries per 500 orders.

    Raises: FileUnreadable, ColumnsMissing, TooManyRows.
    """
    return plan_of(read_rows(path))


def apply_bulk_shipping(*, plan: BulkPlan, by: User | None, all_or_none: bool = False) -> BulkPlan:
    """Send what the plan's rows ask for, and return the plan as it came out.

    The rows are judged anew, so a plan that waited, or is applied twice, does nothing that is done already. Each
    order is a transaction of its own, and one that is refused keeps no other back; with ``all_or_none`` they
    are one transaction, and nothing is sent unless every row is right.
    """
    fresh = plan_of(plan.asked())
    if not all_or_none:
        for number, rows in fresh.by_order().items():
            _ship(number, rows, by)
        return fresh
    if fresh.wrong:
        return fresh
    to_ship = [row for row in fresh.rows if row.fate is Fate.SHIP]
    try:
        with transaction.atomic():
            for number, rows in sorted(fresh.by_order().items()):
                if not _ship(number, rows, by):
                    raise _Stopped
    except _Stopped:
        for row in to_ship:
            if row.fate is Fate.SHIP:
                row.fate, row.message, row.pieces = Fate.HELD, _("其他订单有错，全部未发货"), 0
    return fresh


def write_bulk_template(target: Path | IO[bytes]) -> None:
    """The empty file that staff start from."""
    write_template(target)


def _ship(number: str, rows: list[PlannedRow], by: User | None) -> bool:
    try:
        with transaction.atomic():
            ship(number=number, parcels=parcels_of_rows(rows, lines_by_code(number)), by=by)
    except DomainError as refused:
        for row in rows:
            row.refuse(refused.field or "number", refused.message)
        return False
    except DatabaseError:
        # A row that somebody else holds: the next run of the same file sends it.
        logger.exception("order could not be sent", extra={"number": number})
        for row in rows:
            row.refuse("number", _("订单正被处理，请稍后再试"))
        return False
    return True
