"""``manage.py build_storefront``: the storefront's files, made anew where its sources changed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from meiduo.storefront.building import CannotBuild, build


class Command(BaseCommand):
    help = "Build the storefront with Node 20.19 or newer, unless its sources are as they were."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="build even if nothing changed")
        parser.add_argument(
            "--if-possible", action="store_true", help="go on without it, saying so, where it cannot be built"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = build(dist=settings.STOREFRONT_DIST, say=self._say, force=options["force"])
        except CannotBuild as reason:
            if not options["if_possible"]:
                raise CommandError(f"the storefront could not be built: {reason}") from reason
            self.stdout.write(f"storefront: not built, the plain pages are served instead. {reason}")
            return
        self._say("storefront: built" if made else "storefront: nothing changed")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
