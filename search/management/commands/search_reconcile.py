"""``manage.py search_reconcile``"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import DomainError
from search.errors import EngineRefused
from search.reconcile import differences, reconcile


class Command(BaseCommand):
    help = "Finds documents that the search index lacks or has too much, and mends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what is missing or extra")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = differences() if options["dry_run"] else reconcile()
        except (DomainError, EngineRefused) as error:
            raise CommandError(str(error)) from error
        for one in found:
            self.stdout.write(f"{one.engine}: missing {len(one.missing)}, extra {len(one.extra)}")
