"""``manage.py load_areas``: put a list of provinces, cities and districts into force."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.addressing.errors import AreaListInvalid
from accounts.addressing.lists import read_list, shipped_list
from accounts.services.areas import load_areas


class Command(BaseCommand):
    help = "Load 省市区 from a list; the newest one that comes with the mall unless --file names another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, help="a CSV of code,parent,name; see accounts/data/README.md")
        parser.add_argument("--as-of", help="the day the list describes, YYYY-MM-DD, when the file's name does not say")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"] or shipped_list()
        try:
            listed = read_list(path, version=options["as_of"])
        except AreaListInvalid as wrong:
            raise CommandError(f"{path.name}: {wrong.message}") from wrong
        except OSError as wrong:
            raise CommandError(f"{path}: {wrong.strerror}") from wrong
        changes = load_areas(listed=listed)
        self.stdout.write(
            f"{listed.version}: {changes.total} areas; {changes.added} new, "
            f"{changes.changed} changed, {changes.retired} retired"
        )
