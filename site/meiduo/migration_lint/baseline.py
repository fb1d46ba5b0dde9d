"""Migrations that are not judged: they made the tables before there was a row in them.

Nothing was deployed when the list was made. Until the first release it may be made anew (``manage.py lint_migrations
--write-baseline``); after it every migration runs on somebody's rows, and the list is closed.
"""

from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from meiduo.env import ROOT

FILE = Path(__file__).with_name("baseline.txt")

Name = tuple[str, str]


def baseline() -> set[Name]:
    """App and name of each migration that is not judged."""
    lines = (line.strip() for line in FILE.read_text("utf-8").splitlines())
    return {(app, name) for app, name in (line.split() for line in lines if line and not line.startswith("#"))}


def write_baseline() -> int:
    """Make the list of all that there is; how many."""
    names = ours(MigrationLoader(None))
    head = "# Migrations older than the first release; see baseline.py.\n"
    FILE.write_text(head + "".join(f"{app} {name}\n" for app, name in sorted(names)), "utf-8")
    return len(names)


def ours(loader: MigrationLoader) -> list[Name]:
    """The migrations of the mall's own rooms. What a library changes in its tables is the library's to answer for."""
    rooms = {one.label for one in apps.get_app_configs() if Path(one.path).parent in {ROOT, ROOT / "site"}}
    return [name for name in loader.disk_migrations if name[0] in rooms]
