"""``manage.py backup``: the database, the list of stored files, and what belongs to them, in one folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from media import inventory
from meiduo.backups import archive, facts, files
from meiduo.backups.engines import engine
from meiduo.backups.errors import Failed, Refused
from meiduo.env import env

FAILED, REFUSED = 1, 2


class Command(BaseCommand):
    help = (
        "Write a backup into a new folder: the database at one moment while the shop sells, a list of all stored "
        "files with checksums, how the search index stands, and a manifest. Exits 1 if it failed, 2 if it was not "
        "begun. See docs/backup.md."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", nargs="?", type=Path, help="folder of the backups (VAR_DIR/backups)")
        parser.add_argument("--name", help="name of this one (mall- and the moment in UTC)")
        parser.add_argument("--media", action="store_true", help="copy the stored files, too; else only their list")
        parser.add_argument("--keep", type=int, metavar="N", help="then remove all but the newest N of this place")

    def handle(self, *args: Any, **options: Any) -> None:
        place: Path = options["place"] or env().var_dir / "backups"
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep must leave at least one", returncode=REFUSED)
        try:
            manifest, folder = write(place, name=options["name"], copy=options["media"])
            gone = archive.forget_old(place, keep=options["keep"]) if options["keep"] else []
        except Refused as refused:
            raise CommandError(str(refused), returncode=REFUSED) from refused
        except (Failed, DatabaseError, OSError) as failed:
            raise CommandError(f"no backup was made: {failed}".strip(), returncode=FAILED) from failed
        trade, media = manifest["trade"], manifest["media"]
        self.stdout.write(str(folder))
        self.stdout.write(f"  moment    {manifest['at']}  {manifest['database']['lsn']}".rstrip())
        self.stdout.write(f"  database  {sum(manifest['rows'].values())} rows, {manifest['database']['bytes']} bytes")
        self.stdout.write(f"  trade     {trade['orders']} orders, {trade['payments']} payments ¥{trade['paid']}")
        self.stdout.write(
            f"  files     {media['files']} listed, {media['copied']} copied, {media['missing']} of rows are missing"
        )
        for name in gone:
            self.stdout.write(f"  removed   {name}")


def write(place: Path, *, name: str | None, copy: bool) -> tuple[dict[str, Any], Path]:
    """A whole backup stands in ``place``; its manifest and folder. Raises: Refused, Failed, OSError."""
    by = engine()
    by.check_tools()
    folder = place / (name or archive.fresh_name())
    if folder.parent.resolve() != place.resolve():
        raise Refused("a name is no path")
    with archive.being_written(folder) as partial:
        dump = partial / by.file
        with by.taken(dump) as moment:
            contents = facts.contents()
            search = facts.search_settings()
            named, remade = files.needed(), inventory.remade_files()
        (partial / archive.SEARCH).write_text(archive.as_json(search), encoding="utf-8")
        manifest = {
            "at": moment.at.isoformat(),
            "database": {
                "engine": moment.engine,
                "lsn": moment.lsn,
                "encoding": moment.encoding,
                "collate": moment.collate,
                "ctype": moment.ctype,
                "file": by.file,
                "bytes": dump.stat().st_size,
            },
            "code": facts.surroundings(),
            "media": files.write(partial, named=named, remade=remade, copy=copy),
            **contents,
        }
        archive.seal(partial, manifest)
    return manifest, folder
