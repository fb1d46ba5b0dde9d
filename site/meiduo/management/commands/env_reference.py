"""``manage.py env_reference``: the environment tables of the READMEs, made from the typed settings."""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meiduo.env import ROOT, Env

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
BLOCK = re.compile(r"(<!-- environment -->\n).*?(<!-- /environment -->)", re.DOTALL)


def table() -> str:
    """Every variable with its default and meaning, as a Markdown table."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Env.model_fields.items():
        default = field.default
        if isinstance(default, Path):
            shown = f"`{default.relative_to(ROOT)}/`" if default.is_relative_to(ROOT) else f"`{default}`"
        elif default in ("", [], None):
            shown = ""
        else:
            shown = f"`{str(default).lower() if isinstance(default, bool) else default}`"
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{name.upper()}` | {shown} | {meaning} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """The README's text with its table as it should be now."""
    return BLOCK.sub(lambda found: found[1] + table() + found[2], text)


class Command(BaseCommand):
    help = "Write the environment tables of the READMEs; --check only says whether they are true."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        for readme in READMES:
            text = readme.read_text()
            if not BLOCK.search(text):
                raise CommandError(f"{readme.name} has no <!-- environment --> block")
            if with_table(text) == text:
                continue
            if options["check"]:
                raise CommandError(f"{readme.name} is out of date: run manage.py env_reference")
            readme.write_text(with_table(text))
            self.stdout.write(f"{readme.name} written")
