"""``manage.py reconcile_alipay FILE``: Alipay's daily bill against our books."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import money
from kernel.errors import DomainError
from shop.payments.models import BillDifference
from shop.payments.services import reconcile

#: Differences printed; the back office shows all.
MOST = 50


class Command(BaseCommand):
    help = (
        "Compare Alipay's daily bill of trades (业务明细, CSV in GBK or UTF-8) with our books, and keep every "
        "difference for the back office. Exits 1 if there are differences, 2 if the file cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--date", type=date.fromisoformat, help="YYYY-MM-DD, where the file does not say it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            raw = options["file"].read_bytes()
        except OSError as wrong:
            raise CommandError(f"{options['file']}: {wrong.strerror}", returncode=2) from wrong
        try:
            done = reconcile(gateway="alipay", raw=raw, day=options["date"])
        except DomainError as refused:
            raise CommandError(refused.message, returncode=2) from refused
        self.stdout.write(
            f"{done.day}: {done.payments} payments ¥{money.text(done.paid)}, "
            f"{done.refunds} refunds ¥{money.text(done.refunded)}"
        )
        if done.is_even:
            self.stdout.write("no differences")
            return
        for row in BillDifference.objects.filter(gateway="alipay", bill_date=done.day, settled_at=None)[:MOST]:
            sums = f"ours {_text(row.ours)}, theirs {_text(row.theirs)}"
            self.stdout.write(f"  {row.get_kind_display()}  {row.number}  {sums}  {row.note}".rstrip())
        counted = ", ".join(f"{BillDifference.Kind(kind).label} {count}" for kind, count in sorted(done.open.items()))
        raise CommandError(f"{sum(done.open.values())} differences: {counted}", returncode=1)


def _text(amount: Any) -> str:
    return "-" if amount is None else f"¥{money.text(amount)}"
