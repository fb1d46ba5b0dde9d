"""``manage.py export_catalog``: the catalog as a file that ``import_catalog`` takes back unchanged."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shop.catalog.models import Brand, Category
from shop.exchange import Stage, export_file

ENDINGS = {".xlsx", ".csv"}


class Command(BaseCommand):
    help = "Write the catalog to an XLSX or CSV file: one row is one SKU. See docs/catalog-import.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write, .xlsx or .csv")
        parser.add_argument("--pictures", type=Path, metavar="DIR", help="copy the pictures to this folder, too")
        parser.add_argument("--category", help="only this category and those below it: id, path name or name")
        parser.add_argument("--brand", help="only this brand: id, path name or name")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.suffix.lower() not in ENDINGS:
            raise CommandError(_("文件名要以 .xlsx 或 .csv 结尾"))
        category_id = _one(Category, options["category"]) if options["category"] else None
        brand_id = _one(Brand, options["brand"]) if options["brand"] else None
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        try:
            with Progress(*columns, console=Console(stderr=True)) as bar:
                job = bar.add_task(_("导出"), total=None)

                def show(stage: Stage, done: int, total: int | None) -> None:
                    bar.update(job, completed=done, total=total)

                report = export_file(
                    path,
                    pictures=options["pictures"],
                    category_id=category_id,
                    brand_id=brand_id,
                    progress=show,
                )
        except OSError as wrong:
            raise CommandError(f"{wrong.filename or path}: {wrong.strerror}") from wrong
        for warning in report.warnings:
            self.stderr.write(warning)
        self.stdout.write(
            _("已导出 %(spus)s 个商品、%(skus)s 个 SKU、%(pictures)s 张图片：%(path)s")
            % {"spus": report.spus, "skus": report.skus, "pictures": report.pictures, "path": path}
        )


def _one(model: type[Category] | type[Brand], text: str) -> int:
    """The id of the one that is meant. Raises: CommandError for none, or for a name that several have."""
    rows = model._default_manager.order_by("pk")
    for pk in rows.filter(slug=text).values_list("pk", flat=True):
        return int(pk)
    named = Q(name=text)
    if text.isascii() and text.isdigit() and len(text) < 19:
        named |= Q(pk=int(text))
    found: list[tuple[int, str]] = list(rows.filter(named).values_list("pk", "slug")[:10])
    if not found:
        raise CommandError(_("没有“%(text)s”") % {"text": text})
    if len(found) > 1:
        choices = "、".join(f"{pk} {slug}" for pk, slug in found)
        raise CommandError(_("“%(text)s”有多个，请用 id 或路径名：%(choices)s") % {"text": text, "choices": choices})
    return found[0][0]
