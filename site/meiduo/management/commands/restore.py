"""``manage.py restore``: the shop as a backup knew it, and what its payment side knows better."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from kernel import clock
from meiduo.backups import archive, facts, files, mending
from meiduo.backups.engines import Engine, Moment, engine, tables
from meiduo.backups.errors import Failed, Refused
from meiduo.backups.pointing import pointed_at
from shop.audit.counters import counter_drifts
from shop.audit.selectors import drifts
from shop.management.commands.find_payments import find_payments

DIFFERENCES, REFUSED, FAILED = 1, 2, 3
#: Lines printed of one kind.
MOST = 50


class Command(BaseCommand):
    help = (
        "Restore a backup into a new database and put that in the shop's place; the one from before is kept under "
        "another name. Then list what the payment gateway knows and this database does not. Exits 0 if everything "
        "agrees, 1 if the shop is restored and differences are listed, 2 if it was not begun, 3 if it failed; after "
        "2 and 3 nothing is changed. See docs/backup.md."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="the backup: a folder that manage.py backup wrote")
        parser.add_argument(
            "--recovered",
            action="store_true",
            help="the database was put back by other means (its log, a snapshot): do the rest",
        )
        parser.add_argument("--check", action="store_true", help="only look whether it could be restored here")
        parser.add_argument("--replace", action="store_true", help="put it in the place of a database with tables")
        parser.add_argument("--yes-replace", metavar="NAME", help="as --replace; its name, instead of typing it")
        parser.add_argument(
            "--disconnect", action="store_true", help="send away who works on the database (PostgreSQL)"
        )
        parser.add_argument("--resend", action="store_true", help="send what waited to be sent, perhaps a second time")
        parser.add_argument("--settle", action="store_true", help="book what the gateway says, not only list it")
        parser.add_argument(
            "--drill", action="store_true", help="touch nothing but the database: no cache, queue, gateway"
        )
        parser.add_argument("--jobs", type=int, default=1, help="processes of pg_restore (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        if (folder is None) != options["recovered"]:
            raise CommandError("give the folder of a backup, or --recovered", returncode=REFUSED)
        by = engine()
        manifest: dict[str, Any] = {}
        try:
            if folder is not None:
                manifest = self._checked(folder, by)
                if options["check"]:
                    self.stdout.write(f"{folder} is whole and can be restored")
                    return
            self._allowed(by, options)
        except Refused as refused:
            raise CommandError(f"{refused}; nothing is changed", returncode=REFUSED) from refused
        except Failed as failed:
            raise CommandError(f"{failed}; nothing is changed", returncode=FAILED) from failed
        try:
            differences = self._restored(folder, by, manifest, options) if folder else self._mended(by, options)
        except Refused as refused:
            raise CommandError(f"{refused}; nothing is changed", returncode=REFUSED) from refused
        except (Failed, DatabaseError, OSError, CommandError) as failed:
            raise CommandError(f"{failed}; the database is as it was".strip(), returncode=FAILED) from failed
        if not options["drill"]:
            differences += self._outside()
            differences += self._payments(settle=options["settle"])
            self.stdout.write(
                "next      reconcile_alipay for each day since the backup: orders and refunds made after it are "
                "unknown here and stand in Alipay's bills alone"
            )
        if differences:
            raise CommandError(f"restored; {differences} differences are listed above", returncode=DIFFERENCES)
        self.stdout.write("restored; everything agrees")

    # -- before

    def _checked(self, folder: Path, by: Engine) -> dict[str, Any]:
        """The manifest of a backup that fits. Raises: Refused."""
        manifest = archive.opened(folder)
        if manifest["database"]["file"] != by.file:
            raise Refused(f"the backup is of {manifest['database']['engine']}, the shop runs on {connection.vendor}")
        facts.check_not_newer(manifest["migrations"])
        at = datetime.fromisoformat(manifest["at"])
        if at > clock.now():
            raise Refused(f"the backup is of {at:%Y-%m-%d %H:%M} UTC, this machine's clock is behind that: set it")
        by.check_tools()
        for name, mark in facts.key_marks().items():
            if manifest["code"]["keys"].get(name, mark) != mark:
                self.stderr.write(f"{name} is another one than the backup's: what was sealed by it cannot be read")
        return manifest

    def _allowed(self, by: Engine, options: dict[str, Any]) -> None:
        """Raises: Refused."""
        name = str(connection.settings_dict["NAME"])
        short = Path(name).name
        if not by.is_empty():
            typed = options["yes_replace"]
            if typed is None and options["replace"] and sys.stdin.isatty():
                typed = input(f"type {short} to replace that database: ")
            if typed not in (name, short):
                raise Refused(f"the database {short} has tables: give --yes-replace {short} to change it")
        by.check_alone(by_force=options["disconnect"])

    # -- the restore

    def _restored(self, folder: Path, by: Engine, manifest: dict[str, Any], options: dict[str, Any]) -> int:
        """The restored database is the shop's; returns the differences found in it. Raises: Failed."""
        database = manifest["database"]
        moment = Moment(
            datetime.fromisoformat(manifest["at"]),
            **{name: database[name] for name in ("engine", "lsn", "encoding", "collate", "ctype")},
        )
        self.stdout.write(f"backup    {moment.at:%Y-%m-%d %H:%M:%S} UTC {moment.lsn}".rstrip())
        with by.filled(folder / by.file, moment, jobs=options["jobs"]) as name:
            with pointed_at(name):
                self._counted(manifest)
                differences = self._mended(by, options)
                compared = files.compare(folder, put_back=not options["drill"])
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            before = by.swap(name)
        self.stdout.write(f"database  {sum(manifest['rows'].values())} rows, as many as the backup counted")
        if before:
            self.stdout.write(f"          the one from before is {before}: drop it when nobody needs it")
        self.stdout.write(
            f"files     {len(compared.missing)} missing, {len(compared.changed)} changed, "
            f"{compared.put_back} put back, {compared.remade} ready sizes to be made anew"
        )
        self._lines("missing", compared.missing)
        self._lines("changed", compared.changed)
        return differences + len(compared.missing) + len(compared.changed)

    def _mended(self, by: Engine, options: dict[str, Any]) -> int:
        """The database has this code's tables and believes nothing that is over; returns how many rows differ."""
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        call_command("createcachetable", verbosity=0)
        mended = mending.mend(by, resend=options["resend"])
        self.stdout.write(
            f"mended    {mended.logins} logins ended, {mended.held} messages held as unknown, {mended.orders} unpaid "
            f"orders wait longer and get new payment numbers, {mended.skus} SKUs to index"
        )
        ledger = [*drifts(), *counter_drifts()]
        self.stdout.write(f"ledger    {len(ledger)} differences")
        self._lines("differs", [f"{one.row}: {one.equation}: {one.expected} ≠ {one.found}" for one in ledger])
        return len(ledger)

    def _counted(self, manifest: dict[str, Any]) -> None:
        """Raises: Failed when a table has not the rows that it had."""
        found = dict(tables())
        wrong = [
            f"{name} has {found.get(name, 'no table')} rows instead of {count}"
            for name, count in manifest["rows"].items()
            if found.get(name) != count
        ]
        if wrong:
            raise Failed(f"not everything came back: {'; '.join(wrong[:5])}")

    # -- after

    def _outside(self) -> int:
        try:
            dropped = mending.forget_outside()
        except Exception as trouble:
            # The database is the shop's already: what is left is said, and the rest still done.
            self.stdout.write(f"queue     not emptied, nor the caches: {type(trouble).__name__}: {trouble}")
            self.stdout.write("          flush both before web and workers start, and run manage.py search_rebuild")
            return 1
        self.stdout.write(f"queue     {dropped} tasks dropped, caches empty, index to be built anew")
        return 0

    def _payments(self, *, settle: bool) -> int:
        left = find_payments(self.stdout, settle=settle)
        if left and not settle:
            self.stdout.write("          manage.py find_payments --settle books them; so do the workers, once they run")
        return left

    def _lines(self, word: str, lines: list[str]) -> None:
        for line in lines[:MOST]:
            self.stdout.write(f"  {word}  {line}")
        if len(lines) > MOST:
            self.stdout.write(f"  {word}  … and {len(lines) - MOST} more")
