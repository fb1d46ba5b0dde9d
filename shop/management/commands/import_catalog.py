"""``manage.py import_catalog``: products from a merchant's XLSX or CSV file."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from shop.exchange import Issue, Report, Severity, Stage, import_file, write_template
from shop.exchange.neutral import neutral

#: So many issues are shown; ``--report`` writes all of them.
SHOWN = 200
INTERRUPTED = 130


class Command(BaseCommand):
    help = "Create or update products from an XLSX or CSV file: one row is one SKU. See docs/catalog-import.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the XLSX or CSV file")
        parser.add_argument("--pictures", type=Path, metavar="DIR", help="folder of the pictures that the file names")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--sheet", help="sheet of the workbook (商品, else the first)")
        parser.add_argument("--encoding", help="encoding of a CSV file, where it is not recognised")
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="write every error and warning to this file"
        )
        parser.add_argument(
            "--template", type=Path, metavar="FILE.xlsx", help="write an empty file to fill in, and stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self._write_template(options["template"])
            return
        if options["file"] is None:
            raise CommandError(_("请给出要导入的文件，或用 --template 生成模板"))
        report = self._run(options)
        if options["report"]:
            _write_report(report, options["report"])
        self._show(report)
        if not report.ok:
            raise CommandError(_("有 %(count)s 处错误") % {"count": len(report.errors)}, returncode=1)

    def _write_template(self, path: Path) -> None:
        try:
            write_template(path)
        except OSError as wrong:
            raise CommandError(f"{path}: {wrong.strerror}") from wrong
        self.stdout.write(_("已写入模板 %(path)s") % {"path": path})

    def _run(self, options: dict[str, Any]) -> Report:
        labels = {Stage.READING: _("读取"), Stage.IMPORTING: _("检查") if options["dry_run"] else _("导入")}
        done_of = dict.fromkeys(Stage, 0)
        # On stderr, so that the outcome alone can be redirected.
        with _progress_bar() as bar:
            jobs = {stage: bar.add_task(label, total=None, visible=False) for stage, label in labels.items()}

            def show(stage: Stage, done: int, total: int | None) -> None:
                done_of[stage] = done
                bar.update(jobs[stage], completed=done, total=total, visible=True)

            try:
                return import_file(
                    options["file"],
                    pictures=options["pictures"],
                    dry_run=options["dry_run"],
                    sheet=options["sheet"],
                    encoding=options["encoding"],
                    progress=show,
                )
            except KeyboardInterrupt:
                message = _("已中断：约 %(done)s 个 SKU 已完整处理，没有写到一半的商品；重新运行即可继续")
                raise CommandError(message % {"done": done_of[Stage.IMPORTING]}, returncode=INTERRUPTED) from None

    def _show(self, report: Report) -> None:
        console = Console(width=_width(), highlight=False)
        with console.capture() as shown:
            if report.issues:
                console.print(_issues(report.issues[:SHOWN]))
            if len(report.issues) > SHOWN:
                more = _("还有 %(count)s 处未显示，可用 --report 写入文件")
                console.print(more % {"count": len(report.issues) - SHOWN})
            for line in _outcome(report):
                console.print(line)
        self.stdout.write(shown.get(), ending="")


def _width() -> int:
    """At least wide enough that a message keeps to a line or two where there is no terminal."""
    return max(Console().width, 120)


def _progress_bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def _issues(issues: list[Issue]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for title in (_("行"), _("列"), _("值"), _("问题")):
        table.add_column(title, overflow="fold")
    for issue in issues:
        style = "yellow" if issue.severity is Severity.WARNING else "red"
        row = str(issue.row or "")
        table.add_row(row, escape(issue.column), escape(issue.value), f"[{style}]{escape(issue.message)}[/]")
    return table


def _outcome(report: Report) -> list[str]:
    counts = report.counts
    states = _("新增 %(created)s，更新 %(changed)s，未变 %(unchanged)s")
    spus = {state: counts[f"spus_{state}"] for state in ("created", "changed", "unchanged")}
    skus = {state: counts[f"skus_{state}"] for state in ("created", "changed", "unchanged")}
    rest = _("分类新增 %(categories)s，品牌新增 %(brands)s，图片新增 %(pictures)s，库存变动 %(stock)s")
    lines = [
        _("商品：") + states % spus + _("，跳过 %(count)s") % {"count": counts["spus_skipped"]},
        "SKU：" + states % skus,
        rest
        % {
            "categories": counts["categories_created"],
            "brands": counts["brands_created"],
            "pictures": counts["pictures_added"],
            "stock": counts["stock_changed"],
        },
        _("%(rows)s 行，%(seconds).1f 秒，批次 %(batch)s")
        % {"rows": report.rows, "seconds": report.seconds, "batch": report.batch},
    ]
    return [_("只检查，没有写入："), *lines] if report.dry_run else lines


def _write_report(report: Report, path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_("行"), _("列"), _("值"), _("问题"), _("级别")])
            for issue in report.issues:
                texts = (issue.column, issue.value, issue.message, issue.severity.value)
                writer.writerow([issue.row or "", *(neutral(text) for text in texts)])
    except OSError as wrong:
        raise CommandError(f"{path}: {wrong.strerror}") from wrong
