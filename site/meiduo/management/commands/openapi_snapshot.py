"""``manage.py openapi_snapshot``: the API's document as a file, so that every change of it is seen in review."""

import difflib
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.api import v1
from meiduo.env import ROOT

SNAPSHOT = ROOT / "api" / "openapi.json"
#: So many lines of difference are shown; the command writes the rest.
MOST_LINES = 60


def current() -> str:
    """The document as the program serves it now, one key per line and in order."""
    return json.dumps(v1.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Command(BaseCommand):
    """Write the snapshot, or say how it differs."""

    help = "Write the OpenAPI document of /api/v1/ to api/openapi.json; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the file is not what is served")

    def handle(self, *args: Any, **options: Any) -> None:
        served = current()
        kept = SNAPSHOT.read_text("utf-8") if SNAPSHOT.exists() else ""
        if not options["check"]:
            SNAPSHOT.write_text(served, "utf-8")
            self.stdout.write(f"{SNAPSHOT.relative_to(ROOT)}: {'unchanged' if kept == served else 'written'}")
        elif kept != served:
            lines = difflib.unified_diff(
                kept.splitlines(), served.splitlines(), "api/openapi.json", "served", lineterm=""
            )
            shown = "\n".join(list(lines)[:MOST_LINES])
            raise CommandError(f"{shown}\nThe API changed. Look at it, then run: manage.py openapi_snapshot")
