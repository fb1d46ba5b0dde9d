"""``manage.py lint_migrations``: refuses migrations that would stop the shop while it sells."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from meiduo.migration_lint.baseline import baseline, ours, write_baseline
from meiduo.migration_lint.linting import WaiverWrong, problems_of


class Command(BaseCommand):
    """Judge every migration after the baseline."""

    help = "Refuse migrations that lock a big table or break the version that still serves. Needs PostgreSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--write-baseline", action="store_true", help="take all that there is as given; before a release only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write_baseline"]:
            self.stdout.write(f"{write_baseline()} migrations are the baseline")
            return
        loader = MigrationLoader(None)
        judged = sorted(set(ours(loader)) - baseline())
        if judged and connection.vendor != "postgresql":
            raise CommandError("set DATABASE_URL to a PostgreSQL: the SQL of migrations is made for it")
        said = []
        for name in judged:
            try:
                found = problems_of(loader.disk_migrations[name], loader.project_state(name, at_end=False), connection)
            except WaiverWrong as wrong:
                said.append(f"{'.'.join(name)}\n    {wrong}")
            else:
                said += [f"{'.'.join(name)}\n    {problem}" for problem in found]
        if said:
            raise CommandError("\n".join(said) + f"\n{len(said)} to mend, or to waive with a reason (lint_waivers)")
        self.stdout.write(f"{len(judged)} migrations after the baseline, nothing wrong")
