"""The gateway's bill of a day against our books of that day."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock, money
from kernel.errors import Invalid
from shop.payments.bill import BillRow, read_bill
from shop.payments.models import BillDifference, PaymentAttempt, Refund

logger = logging.getLogger(__name__)

Kind = BillDifference.Kind

#: Numbers looked up together.
BATCH = 500


class BillDateUnclear(Invalid):
    """The file does not name its day and nobody else did, or the two do not agree."""

    code = "bill.date"
    text = gettext_lazy("账单日期不明确，或与文件中的起始日期不一致")
    field = "date"


@dataclass(frozen=True)
class _Difference:
    kind: Kind
    number: str
    ours: Decimal | None
    theirs: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class Reconciled:
    """What came of it. ``open`` counts differences by kind that nobody has settled."""

    day: date
    payments: int
    refunds: int
    paid: Decimal
    refunded: Decimal
    open: dict[str, int] = field(default_factory=dict)

    @property
    def is_even(self) -> bool:
        return not self.open


@dataclass(frozen=True)
class _Ours:
    amount: Decimal
    #: Whether the money moved, as far as we know.
    moved: bool
    state: str


def reconcile(*, gateway: str, raw: bytes, day: date | None = None) -> Reconciled:
    """Every difference between this bill and our books of its day stands in a row for staff. Safe to run twice.

    A row that staff settled stays settled; one that no longer differs is settled by itself.
    Units: yuan. Raises: BillUnreadable, BillDateUnclear.
    """
    bill = read_bill(raw)
    if (day is None and bill.day is None) or (day and bill.day and day != bill.day):
        raise BillDateUnclear
    on = day or bill.day
    assert on is not None  # noqa: S101  # the line above
    payments = [row for row in bill.rows if not row.is_refund]
    refunds = [row for row in bill.rows if row.is_refund]
    differences = [*_compared(payments, gateway, on), *_compared(refunds, gateway, on)]
    differences += _missing_there(payments, refunds, gateway, on)
    _write(differences, gateway, on)
    still = BillDifference.objects.filter(gateway=gateway, bill_date=on, settled_at=None).order_by()
    return Reconciled(
        day=on,
        payments=len(payments),
        refunds=len(refunds),
        paid=sum((row.amount for row in payments), money.ZERO),
        refunded=sum((row.amount for row in refunds), money.ZERO),
        open=dict(Counter(still.values_list("kind", flat=True))),
    )


def _compared(rows: list[BillRow], gateway: str, on: date) -> Iterator[_Difference]:
    """What the bill says and we do not, or otherwise. A constant number of queries per ``BATCH`` rows."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        ours = _our_refunds(batch, gateway) if batch[0].is_refund else _our_payments(batch, gateway)
        for row in batch:
            mine = ours.get(row.number)
            if mine is None:
                yield _Difference(Kind.MISSING_HERE, row.number, None, row.amount, row.trade_no)
            elif not mine.moved:
                yield _Difference(Kind.STATE, row.number, mine.amount, row.amount, mine.state)
            elif mine.amount != row.amount:
                yield _Difference(Kind.AMOUNT, row.number, mine.amount, row.amount)


def _our_payments(rows: Iterable[BillRow], gateway: str) -> dict[str, _Ours]:
    found = PaymentAttempt.objects.filter(gateway=gateway, out_trade_no__in=[row.number for row in rows])
    return {
        one.out_trade_no: _Ours(one.amount, one.state == PaymentAttempt.State.PAID, str(one.get_state_display()))
        for one in found
    }


def _our_refunds(rows: Iterable[BillRow], gateway: str) -> dict[str, _Ours]:
    found = Refund.objects.filter(payment__gateway=gateway, out_request_no__in=[row.number for row in rows])
    return {
        one.out_request_no: _Ours(one.amount, one.state == Refund.State.SUCCEEDED, str(one.get_state_display()))
        for one in found
    }


def _missing_there(payments: list[BillRow], refunds: list[BillRow], gateway: str, on: date) -> Iterator[_Difference]:
    """What moved on that day by our books and does not stand in the bill; two queries."""
    began = timezone.make_aware(datetime.combine(on, time.min))
    ended = began + timedelta(days=1)
    billed = {row.number for row in payments}
    came = PaymentAttempt.objects.filter(gateway=gateway, state=PaymentAttempt.State.PAID)
    for attempt in came.filter(paid_at__gte=began, paid_at__lt=ended).iterator(chunk_size=BATCH):
        if attempt.out_trade_no not in billed:
            yield _Difference(Kind.MISSING_THERE, attempt.out_trade_no, attempt.amount, None)
    billed = {row.number for row in refunds}
    went = Refund.objects.filter(payment__gateway=gateway, state=Refund.State.SUCCEEDED)
    for refund in went.filter(done_at__gte=began, done_at__lt=ended).iterator(chunk_size=BATCH):
        if refund.out_request_no not in billed:
            # We may have heard of it only after midnight: then it stands in the bill of the day before.
            note = _("申请于更早的日期，请先核对前一日账单") if refund.created_at < began else ""
            yield _Difference(Kind.MISSING_THERE, refund.out_request_no, refund.amount, None, note)


@transaction.atomic
def _write(differences: list[_Difference], gateway: str, on: date) -> None:
    known = {
        (row.kind, row.number): row
        for row in BillDifference.objects.select_for_update().filter(gateway=gateway, bill_date=on).order_by("pk")
    }
    new: dict[tuple[str, str], BillDifference] = {}
    changed = []
    for one in differences:
        key = (one.kind.value, one.number)
        row = known.pop(key, None)
        if row is None:
            # A number billed twice with two differences of one kind is one row.
            new.setdefault(key, BillDifference(gateway=gateway, bill_date=on, **vars(one)))
        elif row.settled_at is None and (row.ours, row.theirs) != (one.ours, one.theirs):
            row.ours, row.theirs, row.note = one.ours, one.theirs, one.note
            changed.append(row)
    for row in known.values():
        if row.settled_at is None:
            row.settled_at, row.note = clock.now(), _("重新对账后已一致")
            changed.append(row)
    BillDifference.objects.bulk_create(new.values(), ignore_conflicts=True)
    BillDifference.objects.bulk_update(changed, ["ours", "theirs", "note", "settled_at"], batch_size=BATCH)
    if differences:
        logger.warning("bill differs", extra={"gateway": gateway, "day": str(on), "differences": len(differences)})
