"""``manage.py load_demo``: the demo shop with everything that a shop has."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from meiduo.demo.loading import catalog
from meiduo.demo.loading.library import Library
from meiduo.demo.loading.progress import Report


class Command(BaseCommand):
    help = "Load the demo shop: catalog, pictures, homepage, content, people. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        report = Report(self.stdout._out, quiet=options["verbosity"] == 0)
        library = Library()
        catalog.load_categories(report)
        catalog.load_brands(library, report)
        catalog.load_products(library, report)
        catalog.load_category_pictures()
