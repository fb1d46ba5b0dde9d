"""``manage.py search_rebuild``"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kernel.errors import DomainError
from search.engine import every_engine
from search.errors import EngineRefused
from search.indexer import upsert, write_to
from search.rebuilding import rebuild


class Command(BaseCommand):
    help = "Builds a second search index, checks it, swaps it in and drops the old one; searching goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns) as bar:
            task = bar.add_task("search index", total=None)
            try:
                run = rebuild(
                    engines=every_engine(),
                    write_to=write_to,
                    upsert=upsert,
                    progress=lambda done, total: bar.update(task, completed=done, total=total),
                )
            except (DomainError, EngineRefused) as error:
                raise CommandError(f"{error}: the index is as it was") from error
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
        self.stdout.write(f"{run.done} SKUs read in {seconds:.1f} s")
