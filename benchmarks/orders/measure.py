"""How many orders a second the whole request places, beside a floor measured in the same run. See README.md."""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "site"), str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")
os.environ["LOG_LEVEL"] = "ERROR"
_SCRATCH = tempfile.TemporaryDirectory(prefix="orders-benchmark-")
os.environ["VAR_DIR"] = _SCRATCH.name

import django  # noqa: E402

django.setup()

import clients  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from accounts.models import Address, RefreshFamily, User  # noqa: E402
from accounts.tokens import access_token_for  # noqa: E402
from shop.audit.selectors import drifts  # noqa: E402
from shop.models import CartLine, Order, Sku, StockMovement  # noqa: E402
from shop.stock.services import set_stock  # noqa: E402
from tests.factories.areas import address_values, install_areas  # noqa: E402
from tests.factories.catalog import SkuFactory  # noqa: E402
from tests.factories.trade import flat_freight  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
PATH = "/api/v1/orders/"
SKUS = 400


def processor_ms(pids: Iterable[int]) -> float:
    """Processor time that these processes have used so far, in milliseconds."""
    total = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        total += (int(fields[11]) + int(fields[12])) * 1000 / TICKS
    return total


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def sessions() -> list[int]:
    """The server processes of PostgreSQL that work for the web processes."""
    with connection.cursor() as cursor:
        cursor.execute(
            # Not those that PostgreSQL starts by itself, which may end in the middle of a round.
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def sellers(count: int) -> tuple[list[User], list[str]]:
    """So many buyers with an address, and a login of each."""
    # Rows by the thousand; the services would hash a password and lock an address book for each.
    buyers = User.objects.bulk_create(
        [User(username=f"bench_{n}", mobile=f"138{n:08d}", password="!") for n in range(count)]  # noqa: S106
    )
    Address.objects.bulk_create(
        [Address(user=buyer, is_default=True, **address_values()) for buyer in buyers], batch_size=1000
    )
    logins = RefreshFamily.objects.bulk_create([RefreshFamily(user=buyer, current_jti="1") for buyer in buyers])
    return buyers, [access_token_for(buyer, family_id=login.pk) for buyer, login in zip(buyers, logins, strict=True)]


class Shop:
    """The prepared rows and the running web processes."""

    def __init__(self, *, port: int, buyers: int) -> None:
        self.port = port
        install_areas()
        flat_freight("8.00")
        self.skus = [SkuFactory(stock=0) for _number in range(SKUS)]
        set_stock(
            counts={sku.pk: 1_000_000 for sku in self.skus}, cause=StockMovement.Cause.INITIAL, reference="benchmark"
        )
        self.buyers, self.tokens = sellers(buyers)
        self.bodies = [
            json.dumps({"address": address_id, "pay_method": 2}).encode()
            for address_id in Address.objects.order_by("user_id").values_list("pk", flat=True)
        ]

    def filled_carts(self, round_: int) -> list[bytes]:
        """Two ticked lines in every buyer's cart, and the request that orders them."""
        CartLine.objects.all().delete()
        CartLine.objects.bulk_create(
            [
                CartLine(user=buyer, sku=self.skus[(number + step) % SKUS], count=1, price_seen=self.skus[0].price)
                for number, buyer in enumerate(self.buyers)
                for step in (0, 1 + (7 * round_ + number) % (SKUS - 1))
            ],
            batch_size=5000,
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return [
            clients.request(port=self.port, path=PATH, token=token, key=f"r{round_}-{number}", body=body)
            for number, (token, body) in enumerate(zip(self.tokens, self.bodies, strict=True))
        ]

    def hot(self, *, buyers: int, pieces: int) -> tuple[Sku, list[list[bytes]]]:
        """A SKU with few pieces, and for each buyer enough requests to want them all."""
        sku = SkuFactory(stock=0)
        set_stock(counts={sku.pk: pieces}, cause=StockMovement.Cause.INITIAL, reference="benchmark")
        queues = []
        for number in range(buyers):
            body = json.loads(self.bodies[number]) | {"items": [{"sku_id": sku.pk, "count": 1}]}
            queues.append(
                [
                    clients.request(
                        port=self.port,
                        path=PATH,
                        token=self.tokens[number],
                        key=f"hot{sku.pk}-{number}-{turn}",
                        body=json.dumps(body).encode(),
                    )
                    for turn in range(pieces + 1)
                ]
            )
        return sku, queues


def web(port: int, workers: int) -> subprocess.Popen[bytes]:
    """The web processes as the Procfile starts them, once they answer."""
    surroundings = os.environ | {"PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    process = subprocess.Popen([*command, "meiduo.wsgi:application"], cwd=ROOT, env=surroundings)
    for _try in range(150):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/cart/", timeout=2).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return process
    raise SystemExit("the web processes do not answer")


def floor(shop: Shop, *, clients_: int, seconds: int) -> float:
    """Orders a second of pgbench."""
    settings = connection.settings_dict
    known = {
        "buyers": len(shop.buyers),
        "first_buyer": shop.buyers[0].pk,
        "skus": SKUS,
        "first_sku": shop.skus[0].pk,
    }
    command = ["pgbench", "-n", "-M", "simple", "-c", str(clients_), "-j", "2", "-T", str(seconds)]
    command += ["-f", str(Path(__file__).with_name("floor.sql"))]
    command += [part for name, value in known.items() for part in ("-D", f"{name}={value}")]
    command += ["-h", settings["HOST"] or "", "-p", str(settings["PORT"] or 5432), "-U", settings["USER"] or ""]
    given = os.environ | {"PGPASSWORD": str(settings["PASSWORD"] or "")}
    done = subprocess.run([*command, settings["NAME"]], env=given, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or re.search(r"number of failed transactions: [1-9]", done.stdout):
        raise SystemExit(done.stdout + done.stderr)
    return float(found[1])


def durable() -> str:
    """What PostgreSQL says about durability. Ends the run where it is switched off."""
    with connection.cursor() as cursor:
        said = {}
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            said[name] = cursor.fetchone()[0]
    if set(said.values()) != {"on"}:
        raise SystemExit(f"PostgreSQL is not durable: {said}")
    return ", ".join(f"{name} on" for name in said)


def main() -> None:
    """Prepare, then floor and mall in turns, then the hot SKU; print what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="for each floor and each round of orders")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--buyers", type=int, default=2500, help="orders of a round at the most: one cart each")
    parser.add_argument("--port", type=int, default=8765)
    given = parser.parse_args()
    # Whoever stops the run stops the web processes with it.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    if connection.vendor != "postgresql":
        raise SystemExit("set DATABASE_URL to an empty PostgreSQL database")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Order.objects.exists() or Sku.objects.exists():
        raise SystemExit("the database has products or orders: give an empty one")
    print(f"PostgreSQL {durable()}; load average {os.getloadavg()[0]:.1f}", flush=True)
    shop = Shop(port=given.port, buyers=given.buyers)
    connections.close_all()
    process = web(given.port, given.workers)
    try:
        measure(shop, process, given)
        hot(shop)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    print(f"orders of the mall: {Order.objects.exclude(number__startswith='9').count()}; drifts: {drifting(shop)}")


def drifting(shop: Shop) -> int:
    """Rows where the books do not add up, without those that the floor wrote: it leaves the ledger out."""
    floors = {f"sku {sku.pk}" for sku in shop.skus}
    return sum(1 for one in drifts() if one.row not in floors and not one.row.startswith("order 9"))


def measure(shop: Shop, process: subprocess.Popen[bytes], given: Any) -> None:
    """The table of the rounds."""
    clients.run(port=shop.port, clients=given.clients, messages=shop.filled_carts(0)[:300])
    print("| | floor/s | orders/s | share | p50 ms | p95 ms | not 201 | web ms | PostgreSQL ms | client ms | load |")
    shares, rates = [], []
    for round_ in range(1, given.rounds + 1):
        messages = shop.filled_carts(round_)
        ground = floor(shop, clients_=given.clients, seconds=given.seconds)
        pids = {"web": family(process.pid), "database": sessions(), "client": [os.getpid()]}
        before = {name: processor_ms(these) for name, these in pids.items()}
        outcome = clients.run(port=shop.port, clients=given.clients, messages=messages, seconds=given.seconds)
        orders = outcome.statuses.get("201", 0)
        spent = {name: (processor_ms(these) - before[name]) / max(orders, 1) for name, these in pids.items()}
        rate = orders / outcome.seconds
        shares.append(rate / ground)
        rates.append(rate)
        print(
            f"| {round_} | {ground:.0f} | {rate:.0f} | {rate / ground:.1%} | {outcome.percentile(0.5):.0f} "
            f"| {outcome.percentile(0.95):.0f} | {len(outcome.latencies) - orders} | {spent['web']:.1f} "
            f"| {spent['database']:.1f} | {spent['client']:.1f} | {os.getloadavg()[0]:.1f} |",
            flush=True,
        )
    print(f"median: {median(rates):.0f} orders/s, {median(shares):.1%} of the floor", flush=True)


def hot(shop: Shop) -> None:
    """One SKU, 64 buyers, 100 pieces."""
    sku, queues = shop.hot(buyers=64, pieces=100)
    outcome = clients.until_refused(port=shop.port, queues=queues)
    sku.refresh_from_db()
    print(
        f"hot SKU, 64 buyers, 100 pieces: {outcome.statuses}, {sku.stock} left, all answered in "
        f"{outcome.seconds:.2f} s, p95 {outcome.percentile(0.95):.0f} ms",
        flush=True,
    )
    if outcome.statuses != {"201": 100, "409 stock.short": 64} or sku.stock:
        raise SystemExit("the hot SKU was not sold exactly once per piece")


if __name__ == "__main__":
    main()
