"""``manage.py doctor``: what is in use, whether it works, and how to mend it."""

from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.markup import escape

from kernel.masking import masked
from meiduo.deployment import Examination, every_examination
from meiduo.parts import Finding, Level, Part, every_part

MARKS = {Level.GOOD: "[green]✓[/]", Level.WARNING: "[yellow]![/]", Level.BAD: "[red]✗[/]"}


def findings_of(part: Part | Examination) -> list[Finding]:
    """What the examination said, its own breakdown included."""
    found: list[Finding] = []
    try:
        found.extend(part.examine())
    except Exception as broken:
        found.append(
            Finding(
                Level.BAD,
                # Some engines repeat the address that they were given, password and all.
                masked(f"{type(broken).__name__}: {broken}").strip().splitlines()[0],
                f"check that the {part.name} ({part.engine}) is running and its variable is right"
                if isinstance(part, Part)
                else "mend what is named above it, then ask again",
            )
        )
    return found


def about(part: Part | Examination) -> str:
    return part.engine if isinstance(part, Part) else part.about


class Command(BaseCommand):
    help = "Examine every part of the mall and say how to mend what is wrong. Exits 1 if something is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strict", action="store_true", help="count warnings as failures")
        parser.add_argument(
            "--deploy", action="store_true", help="also ask what has to be so before buyers come, from outside too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        terminal = cast(IO[str], getattr(self.stdout, "_out", self.stdout))
        console = Console(file=terminal, highlight=False, soft_wrap=True)
        parts: list[Part | Examination] = [*every_part()]
        if options["deploy"]:
            parts += every_examination()
        bad = warnings = 0
        for part in parts:
            console.print(f"[bold]{part.name}[/] · {escape(about(part))}")
            for finding in findings_of(part):
                level = Level.BAD if options["deploy"] and _is_grave(finding) else finding.level
                console.print(f"  {MARKS[level]} {escape(finding.said)}")
                if level is not Level.GOOD and finding.fix:
                    console.print(f"      → {escape(finding.fix)}")
                bad += level is Level.BAD
                warnings += level is Level.WARNING
        console.print(f"{bad} to mend, {warnings} to look at")
        raise SystemExit(1 if bad or (options["strict"] and warnings) else 0)


def _is_grave(finding: Finding) -> bool:
    return finding.grave and finding.level is Level.WARNING
