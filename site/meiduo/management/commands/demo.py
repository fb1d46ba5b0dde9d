"""``manage.py demo``: from a clone to a running shop with one command."""

import os
import shutil
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from honcho.environ import parse_procfile
from huey.contrib.djhuey import HUEY

from meiduo.demo.running import Keeper
from meiduo.env import ROOT, env
from meiduo.settings.parts.secrets import JWT_SECRET_KEY

PROCFILE = Path(__file__).parents[2] / "demo" / "Procfile"


class Command(BaseCommand):
    help = "Set the demo shop up and run it: web server, Huey consumer, and Meilisearch where its binary is found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
        parser.add_argument("--fresh", action="store_true", help="throw the data in VAR_DIR away and start over")
        parser.add_argument("--setup-only", action="store_true", help="set up, but start nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = options["port"]
        if not options["setup_only"]:
            _refuse_taken(port)
        if options["fresh"]:
            self._start_over()
        self._set_up()
        if options["setup_only"]:
            return
        sys.exit(self._run(port))

    def _start_over(self) -> None:
        """Empty VAR_DIR, but for its keys, and for the queue's file: that one is open here, so its rows go."""
        if env().database_url:
            raise CommandError("--fresh only empties the embedded database: drop and create DATABASE_URL's yourself")
        connections.close_all()
        HUEY.flush()
        for child in env().var_dir.iterdir():
            if child.name == "secrets.json" or child.name.startswith("huey.sqlite3"):
                continue
            shutil.rmtree(child) if child.is_dir() else child.unlink()

    def _set_up(self) -> None:
        env().var_dir.mkdir(parents=True, exist_ok=True)
        self.stdout.write("· database")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        self.stdout.write("· demo shop")
        call_command("load_demo", if_empty=True, stdout=self.stdout)
        self.stdout.write("· storefront")
        call_command("build_storefront", if_possible=True, stdout=self.stdout)

    def _run(self, port: int) -> int:
        surroundings = os.environ | {
            "PORT": str(port),
            "PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
            "PYTHONUNBUFFERED": "1",
            "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{port}"),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        }
        processes = dict(parse_procfile(PROCFILE.read_text()).processes)
        search = self._search_server(port, surroundings)
        if search is None:
            del processes["search"]
        else:
            surroundings |= search
        pay = self._pay_server(port)
        if pay is None:
            del processes["alipay"]
        else:
            surroundings |= pay
        surroundings = self._pages_of_the_storefront(surroundings["PUBLIC_URL"]) | surroundings
        manager = Keeper()
        for name, command in processes.items():
            manager.add_process(name, command, env=surroundings, cwd=str(ROOT))
        threading.Thread(target=self._announce, args=(port, "search" in processes), daemon=True).start()
        manager.loop()
        return int(manager.returncode or 0) if manager.returncode not in {130, 143} else 0

    def _pages_of_the_storefront(self, public_url: str) -> dict[str, str]:
        """Where QQ's stand-in and the link of a mail lead: to the storefront's pages, where it is built."""
        from meiduo.storefront.built import manifest

        if manifest() is None:
            return {}
        return {
            "QQ_REDIRECT_URI": f"{public_url}/oauth/qq/callback/",
            "EMAIL_VERIFICATION_URL": f"{public_url}/email/verify/?token={{token}}",
        }

    def _search_server(self, port: int, surroundings: dict[str, str]) -> dict[str, str] | None:
        """The variables of a search server of our own; None where one is configured, or no binary is found."""
        from search.engines.locate import locate_binary

        binary = None if env().meilisearch_url else locate_binary()
        if binary is None:
            return None
        own = _free_port(port + 100)
        return {
            "MEILISEARCH_BIN": str(binary),
            "MEILISEARCH_URL": f"http://127.0.0.1:{own}",
            "MEILISEARCH_KEY": f"demo-{JWT_SECRET_KEY[:32]}",
            "MEILISEARCH_DB": str(env().var_dir / "meilisearch"),
            "MEILISEARCH_ADDRESS": f"127.0.0.1:{own}",
        }

    def _pay_server(self, port: int) -> dict[str, str] | None:
        """The variables of a stand-in for Alipay of our own; None where the real one is configured."""
        if not settings.ALIPAY_FAKE:
            return None
        own = _free_port(port + 200)
        return {
            "ALIPAY_FAKE_PORT": str(own),
            "ALIPAY_FAKE_URL": f"http://127.0.0.1:{own}",
            "ALIPAY_FAKE_DIR": str(settings.ALIPAY_FAKE_DIR),
        }

    def _announce(self, port: int, with_search: bool) -> None:
        """Print the addresses once the shop answers."""
        address = f"http://127.0.0.1:{port}"
        started = time.monotonic()
        while time.monotonic() - started < 120:
            try:
                if httpx.get(f"{address}/readyz", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        else:
            self.stderr.write("the shop does not answer; the lines above say why")
            return
        found = "Meilisearch" if with_search or env().meilisearch_url else "the database (no meilisearch binary found)"
        lines = [
            "",
            "  美多商城 is running",
            f"  storefront      {address}/",
            f"  shop API docs   {address}/api/v1/docs",
            f"  Wagtail admin   {address}/admin/    login: admin / meiduo-demo",
            f"  product search  by {found}",
            f"  payments        by {'a stand-in for Alipay' if settings.ALIPAY_FAKE else 'Alipay'}",
            f"  SMS and mail    {env().var_dir / 'outbox'}",
            "  Ctrl-C stops everything",
            "",
        ]
        print("\n".join(lines), flush=True)  # noqa: T201  # honcho owns the terminal by now


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise CommandError(f"port {port} is taken; choose another with --port") from taken


def _free_port(wished: int) -> int:
    """The wished port, or any free one."""
    for candidate in (wished, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CommandError("no free port")
