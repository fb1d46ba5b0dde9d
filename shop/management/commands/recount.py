"""``manage.py recount``: whether sales, comments and favourites are what their rows say."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.audit.counters import counter_drifts, mend_counters


class Command(BaseCommand):
    help = "Count sales, comments and favourites again; print those that differ and exit non-zero, or mend them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write what was counted")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for drift in counter_drifts():
            found += 1
            self.stdout.write(f"{drift.row}: {drift.equation}: {drift.expected} ≠ {drift.found}")
        if not found:
            self.stdout.write(_("计数一致"))
        elif options["mend"]:
            self.stdout.write(_("已更正 %(mended)s 处计数") % {"mended": mend_counters()})
        else:
            raise CommandError(_("计数有 %(found)s 处不一致，用 --mend 更正") % {"found": found}, returncode=1)
