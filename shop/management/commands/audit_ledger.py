"""``manage.py audit_ledger``: whether stock, orders and money still add up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.audit.selectors import drifts


class Command(BaseCommand):
    help = "Check the equations between stock, orders and payments; print the rows that differ and exit non-zero."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for drift in drifts():
            found += 1
            self.stdout.write(f"{drift.row}: {drift.equation}: {drift.expected} ≠ {drift.found}")
        if found:
            raise CommandError(_("账目有 %(found)s 处不一致") % {"found": found}, returncode=1)
        self.stdout.write(_("账目一致"))
