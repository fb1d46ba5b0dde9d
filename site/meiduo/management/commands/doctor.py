"""``manage.py doctor``: what is in use, whether it works, and how to mend it."""

from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.markup import escape

from meiduo.parts import Finding, Level, Part, every_part

MARKS = {Level.GOOD: "[green]✓[/]", Level.WARNING: "[yellow]![/]", Level.BAD: "[red]✗[/]"}


def findings_of(part: Part) -> list[Finding]:
    """What the examination said, its own breakdown included."""
    found: list[Finding] = []
    try:
        found.extend(part.examine())
    except Exception as broken:
        found.append(
            Finding(
                Level.BAD,
                f"{type(broken).__name__}: {broken}".strip().splitlines()[0],
                f"check that the {part.name} ({part.engine}) is running and its variable is right",
            )
        )
    return found


class Command(BaseCommand):
    help = "Examine every part of the mall and say how to mend what is wrong. Exits 1 if something is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strict", action="store_true", help="count warnings as failures")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = cast(IO[str], getattr(self.stdout, "_out", self.stdout))
        console = Console(file=terminal, highlight=False, soft_wrap=True)
        worst = 0
        for part in every_part():
            console.print(f"[bold]{part.name}[/] · {escape(part.engine)}")
            for finding in findings_of(part):
                console.print(f"  {MARKS[finding.level]} {escape(finding.said)}")
                if finding.level is not Level.GOOD and finding.fix:
                    console.print(f"      → {escape(finding.fix)}")
                bad = finding.level is Level.BAD or (options["strict"] and finding.level is Level.WARNING)
                worst = max(worst, int(bad))
        raise SystemExit(worst)
