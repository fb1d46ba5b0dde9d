"""``manage.py load_demo``: the demo shop with everything that a shop has."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from kernel.events import told_together
from meiduo.demo.loading import catalog, finding, homepage, people, sending, writing
from meiduo.demo.loading.library import Library, is_unfinished
from meiduo.demo.loading.progress import Report
from shop.catalog.models import Spu

PRODUCTION = "meiduo.settings.production"


class Command(BaseCommand):
    help = "Load the demo shop: catalog, pictures, homepage, pages, people. Safe to run twice, and after breaking off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing in a shop that has products, unless an earlier loading broke off",
        )
        parser.add_argument(
            "--force", action="store_true", help="load under production settings too; then nobody gets a login"
        )
        parser.add_argument("--painters", type=int, help="processes that draw pictures; all processors, unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        in_production = settings.SETTINGS_MODULE == PRODUCTION
        if in_production and not options["force"]:
            raise CommandError(_("生产配置下不加载演示数据；确需加载请加 --force（不会创建任何账户）"))
        report = Report(self.stdout, quiet=options["verbosity"] == 0)
        if options["if_empty"] and Spu.objects.exists() and not is_unfinished():
            report.say(_("商城里已有数据，未加载演示数据"))
            return
        library = Library(painters=options["painters"])
        # Hundreds of products, saved part by part, are one change of the shop to the index and to what is kept.
        with told_together():
            catalog.load_categories(report)
            catalog.load_brands(library, report)
            catalog.load_products(library, report)
            catalog.load_category_pictures()
            sending.load_freight()
            writing.load_pages(report)
            homepage.load_homepage(library, report)
            writing.load_site_details()
            writing.load_hot_words()
            if not in_production:
                people.load_people()
            library.finish()
            finding.build_index(report)
        _count_rows()
        report.say(_("演示商城已就绪"))


def _count_rows() -> None:
    """Let the database plan by what is there now, and not by the empty tables of a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
