"""``manage.py find_payments``: what the gateway knows of payments that are not paid here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from kernel import money
from shop.payments.services import differing_payments, settle_found

#: Lines printed.
MOST = 500


class Command(BaseCommand):
    help = (
        "Ask the gateway for every open payment, and after a restore for those started since the backup; list what "
        "was paid there and is not paid here. Exits 1 if money is left there, or if the gateway did not answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--settle", action="store_true", help="book what it says, as a notice would")

    def handle(self, *args: Any, **options: Any) -> None:
        left = find_payments(self.stdout, settle=options["settle"])
        if left:
            raise CommandError(f"{left} payments differ from the gateway", returncode=1)


def find_payments(out: OutputWrapper, *, settle: bool) -> int:
    """List, and settle if told; returns how many are left that a person or another try must see to."""
    found = list(differing_payments())
    if settle:
        found = [settle_found(one) for one in found]
    there = [one for one in found if one.there in {"paid", "sent back"}]
    silent = [one for one in found if one.there == "no answer"]
    total = sum((one.amount for one in there if one.amount is not None), money.ZERO)
    out.write(
        f"payments  {len(there)} paid at the gateway and not here, ¥{money.text(total)}; {len(silent)} unanswered"
    )
    shown = [one for one in found if one.there != "waiting" or one.became]
    for one in shown[:MOST]:
        amount = "-" if one.amount is None else f"¥{money.text(one.amount)}"
        at = f"{one.paid_at:%Y-%m-%d %H:%M:%S%z}" if one.paid_at else "-"
        became = f"  → {one.became}" if one.became else ""
        number = one.trade_no or "-"
        out.write(f"  {one.there}  {one.payment}  order {one.order}  {amount}  {number}  {at}  here {one.here}{became}")
    if len(shown) > MOST:
        out.write(f"  … and {len(shown) - MOST} more")
    return sum(one.is_money for one in there) + len(silent)
