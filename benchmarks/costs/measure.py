"""Processor milliseconds that each kind of request costs web, PostgreSQL, Redis, search and workers. See README.md."""

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asking import ask

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meiduo.settings.dev")
os.environ["LOG_LEVEL"] = "ERROR"
_SCRATCH = tempfile.TemporaryDirectory(prefix="costs-benchmark-")
os.environ.setdefault("VAR_DIR", _SCRATCH.name)
TICKS = os.sysconf("SC_CLK_TCK")
API = "/api/v1/"


def free_port() -> int:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


#: Engines of the run's own, so that nobody else's work is counted; their addresses before Django reads the settings.
REDIS_PORT, MEILISEARCH_PORT = free_port(), free_port()
os.environ["REDIS_URL"] = f"redis://127.0.0.1:{REDIS_PORT}/0"
os.environ["HUEY_REDIS_URL"] = f"redis://127.0.0.1:{REDIS_PORT}/1"


def started(command: Sequence[str], port: int, **given: Any) -> subprocess.Popen[bytes]:
    """This process, once something listens there."""
    import socket

    process = subprocess.Popen(command, **given)
    for _try in range(300):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return process
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise SystemExit(f"{command[0]} does not answer")


def engines() -> dict[str, subprocess.Popen[bytes]]:
    """A Redis, and a Meilisearch where this machine has one."""
    redis_server = shutil.which("redis-server")
    if not redis_server:
        raise SystemExit("redis-server is missing")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": _SCRATCH.name}
    found = {
        "redis": started(
            [redis_server, "--port", str(REDIS_PORT), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"],
            REDIS_PORT,
            **quiet,
        )
    }
    from search.engines.locate import locate_binary

    if binary := locate_binary():
        os.environ["MEILISEARCH_URL"] = f"http://127.0.0.1:{MEILISEARCH_PORT}"
        os.environ["MEILISEARCH_KEY"] = key = "costs-benchmark-key"
        command = [str(binary), "--http-addr", f"127.0.0.1:{MEILISEARCH_PORT}", "--master-key", key]
        command += ["--db-path", f"{_SCRATCH.name}/meilisearch", "--no-analytics", "--log-level", "ERROR"]
        found["search"] = started(command, MEILISEARCH_PORT, **quiet)
    return found


def processor_ms(pids: Sequence[int]) -> float:
    """Processor time that these processes have used so far, in milliseconds; of one that is gone, nothing."""
    total = 0.0
    for pid in pids:
        path = Path(f"/proc/{pid}/stat")
        if path.exists():
            fields = path.read_text().rpartition(") ")[2].split()
            total += (int(fields[11]) + int(fields[12])) * 1000 / TICKS
    return total


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def resident_mb(pid: int) -> float:
    """Memory of this process that it shares with nobody, and its part of what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def message(method: str, path: str, body: Any = None, **headers: str) -> bytes:
    """A request as it goes over the wire."""
    sent = json.dumps(body).encode() if body is not None else b""
    given = {"Host": "127.0.0.1", "Accept-Encoding": "gzip", **headers}
    if body is not None:
        given["Content-Type"] = "application/json"
    given["Content-Length"] = str(len(sent))
    lines = [f"{method} {API}{path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", ""]).encode() + sent


@dataclass
class Kind:
    """A kind of request: an endless supply of messages, and what an answer to it must say."""

    name: str
    messages: Iterator[bytes]
    status: str = "200"
    most: int | None = None


@dataclass
class Shop:
    """The prepared rows."""

    buyers: list[Any] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    addresses: list[int] = field(default_factory=list)
    skus: list[int] = field(default_factory=list)


def prepared(buyers: int) -> Shop:
    """The demo shop, searchable, and buyers with a login, an address and two lines in the cart."""
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Address, RefreshFamily, User
    from accounts.tokens import access_token_for
    from shop.catalog.selectors import on_sale
    from shop.models import CartLine, Order, Sku, StockMovement
    from shop.stock.services import set_stock
    from tests.factories.areas import address_values

    if connection.vendor != "postgresql":
        raise SystemExit("set DATABASE_URL to a PostgreSQL database of this run's own")
    for command in ("migrate", "createcachetable", "load_areas", "load_demo"):
        call_command(command, verbosity=0)
    if os.environ.get("MEILISEARCH_URL"):
        call_command("search_rebuild", verbosity=0)
    if Order.objects.filter(user__username__startswith="cost_").exists():
        raise SystemExit("the database knows an earlier run: give a new one")
    # An earlier run that broke off.
    User.objects.filter(username__startswith="cost_").delete()
    shop = Shop(skus=list(Sku.objects.filter(on_sale()).order_by("pk").values_list("pk", flat=True)))
    set_stock(counts=dict.fromkeys(shop.skus, 1_000_000), cause=StockMovement.Cause.ADJUSTED, reference="benchmark")
    password = make_password("lychee-on-ice-7")
    shop.buyers = User.objects.bulk_create(
        [User(username=f"cost_{n}", mobile=f"188{n:08d}", password=password) for n in range(buyers)]
    )
    Address.objects.bulk_create(
        [Address(user=buyer, is_default=True, **address_values()) for buyer in shop.buyers], batch_size=1000
    )
    logins = RefreshFamily.objects.bulk_create([RefreshFamily(user=one, current_jti="1") for one in shop.buyers])
    shop.tokens = [access_token_for(one, family_id=login.pk) for one, login in zip(shop.buyers, logins, strict=True)]
    owned = Address.objects.filter(user__in=shop.buyers).order_by("user_id")
    shop.addresses = list(owned.values_list("pk", flat=True))
    price = Sku.objects.get(pk=shop.skus[0]).price
    CartLine.objects.bulk_create(
        [
            CartLine(user=buyer, sku_id=shop.skus[(number * 7 + step) % len(shop.skus)], count=1, price_seen=price)
            for number, buyer in enumerate(shop.buyers)
            for step in (0, 3)
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return shop


def kinds(shop: Shop, port: int) -> list[Kind]:
    """Everything that is measured, in the order in which a buyer does it."""
    from shop.models import Category

    def of(path: str, **headers: str) -> Iterator[bytes]:
        return itertools.repeat(message("GET", path, **headers))

    def each(make: Callable[[int], bytes]) -> Iterator[bytes]:
        return (make(number) for number in itertools.count())

    def bearer(number: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {shop.tokens[number % len(shop.tokens)]}"}

    category = Category.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{API}home/", timeout=60) as answer:
        etag = answer.headers["ETag"]
    words = ("shouji", "手机", "lianyiqun", "连衣裙", "zhijin", "纸巾", "耳机", "niunai")
    half = len(shop.buyers) // 2
    return [
        Kind("homepage", of("home/")),
        Kind("homepage, unchanged (304)", of("home/", **{"If-None-Match": etag}), status="304"),
        Kind("category list", of(f"categories/{category}/skus/")),
        Kind("SKU detail", of(f"skus/{shop.skus[0]}/")),
        Kind("search, asked before", each(lambda n: message("GET", f"skus/search/?q={_quoted(words[n % 8])}"))),
        Kind(
            "search, never asked before",
            each(lambda n: message("GET", f"skus/search/?q={_quoted(words[n % 8])}&max_price={90_000 + n}.5")),
        ),
        Kind("guest's empty cart", of("cart/")),
        Kind("buyer's cart", each(lambda n: message("GET", "cart/", **bearer(n)))),
        Kind(
            "put into the cart",
            each(
                lambda n: message(
                    "POST",
                    "cart/",
                    {"sku_id": shop.skus[n % len(shop.skus)], "count": 1},
                    # The other half's carts stay as they are, for their orders.
                    **bearer(n % half),
                )
            ),
            status="20",
        ),
        Kind("settlement", each(lambda n: message("GET", "orders/settlement/", **bearer(half + n % half)))),
        Kind(
            "order of two lines",
            each(
                lambda n: message(
                    "POST",
                    "orders/",
                    {"address": shop.addresses[half + n], "pay_method": 2},
                    **bearer(half + n),
                    **{"Idempotency-Key": f"cost-{os.getpid()}-{n}"},
                )
            ),
            status="201",
            most=half,
        ),
        Kind("my orders", each(lambda n: message("GET", "orders/", **bearer(half + n % 50)))),
        Kind(
            "login by password",
            each(
                lambda n: message(
                    "POST", "authorizations/", {"username": f"cost_{n % half}", "password": "lychee-on-ice-7"}
                )
            ),
        ),
    ]


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


@contextmanager
def web(workers: int, app: str = "meiduo.wsgi:application", **more: str) -> Iterator[tuple[int, list[int]]]:
    """The web processes as the Procfile starts them: their port and numbers."""
    port = free_port()
    paths = [str(ROOT / "site"), str(ROOT), str(ROOT / "benchmarks" / "hot_reads")]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | more
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", app]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings)
    try:
        for _try in range(400):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).read()
            except urllib.error.HTTPError:
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                break
        else:
            raise SystemExit("the web processes do not answer")
        yield port, family(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def sessions() -> list[int]:
    """The server processes of PostgreSQL that work for this shop."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def commands_of_redis() -> int:
    """How many commands it has carried out."""
    import redis

    with redis.Redis(port=REDIS_PORT) as client:
        told = client.info("commandstats")
    return sum(int(one["calls"]) for name, one in told.items() if name not in ("cmdstat_info", "cmdstat_client"))


def statements_of(sent: bytes) -> int:
    """SQL statements of this request, asked in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    head, _empty, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    headers.pop("Content-Length")
    given = {"data": body, "content_type": "application/json"} if body else {}
    # What is remembered between requests is there at the second time. Orders are made once.
    times = 1 if "Idempotency-Key" in headers or method == "POST" else 2
    for _time in range(times):
        with CaptureQueriesContext(connection) as queries:
            getattr(Client(), method.lower())(path, headers=headers, **given)
    # A savepoint and a commit are round trips, too.
    return len(queries)


class Meter:
    """What a stretch of requests cost."""

    def __init__(self, pids: dict[str, list[int]]) -> None:
        self.pids = pids

    def __enter__(self) -> "Meter":
        self.commands = commands_of_redis()
        self.before = {name: processor_ms(these) for name, these in self.pids.items()}
        return self

    def __exit__(self, *_error: object) -> None:
        self.spent = {name: processor_ms(these) - self.before[name] for name, these in self.pids.items()}
        self.commands = commands_of_redis() - self.commands


def measured(kind: Kind, port: int, pids: dict[str, list[int]], given: Any) -> tuple[int, Meter]:
    """Ask for so many seconds; how many were answered, and what they cost."""
    supply = kind.messages if kind.most is None else itertools.islice(kind.messages, kind.most)
    if kind.most is None:
        ask(port=port, connections=given.clients, messages=itertools.islice(supply, 200), seconds=0.5)
    # Connections were opened meanwhile.
    pids["PostgreSQL"] = sessions()
    with Meter(pids) as meter:
        statuses = ask(port=port, connections=given.clients, messages=supply, seconds=given.seconds)
    if wrong := {status: count for status, count in statuses.items() if not status.startswith(kind.status)}:
        raise SystemExit(f"{kind.name}: {wrong}")
    return statuses.total(), meter


ENGINES = ("web", "PostgreSQL", "redis", "search")
#: Requests a second in the peak hour of a shop with some 3,000 orders a day: what docs/scale.md calls once the load.
ONCE = {
    "homepage": 4.0,
    "homepage, unchanged (304)": 2.0,
    "category list": 6.0,
    "SKU detail": 8.0,
    "search, asked before": 0.7,
    "search, never asked before": 0.3,
    "guest's empty cart": 1.0,
    "buyer's cart": 0.5,
    "put into the cart": 0.3,
    "settlement": 0.15,
    "order of two lines": 0.1,
    "my orders": 0.2,
    "login by password": 0.05,
}


def processors(cost: dict[str, dict[str, float]]) -> str:
    """How many processors each engine keeps busy at 1, 10, 100 and 1,000 times that."""
    lines = ["| times | requests/s | " + " | ".join(ENGINES) + " |", "|---" * (2 + len(ENGINES)) + "|"]
    for times in (1, 10, 100, 1000):
        busy = [
            sum(rate * cost[kind].get(engine, 0.0) for kind, rate in ONCE.items()) * times / 1000 for engine in ENGINES
        ]
        total = sum(ONCE.values()) * times
        lines.append(f"| {times} | {total:,.0f} | " + " | ".join(f"{one:.2f}" for one in busy) + " |")
    return "\n".join(lines)


def floor(given: Any) -> float:
    """Web milliseconds of a bare Ninja route."""
    sent = itertools.repeat(message("GET", "").replace(API.encode(), b"/bare/"))
    with web(given.workers, "bare:application", DJANGO_SETTINGS_MODULE="") as (port, pids):
        ask(port=port, connections=given.clients, messages=sent, seconds=0.5)
        before = processor_ms(pids)
        statuses = ask(port=port, connections=given.clients, messages=sent, seconds=given.seconds)
        return (processor_ms(pids) - before) / max(statuses.total(), 1)


def row(name: str, count: int, meter: Meter, ground: float, statements: int | str) -> str:
    """A line of the table."""
    each = {engine: meter.spent.get(engine, 0.0) / max(count, 1) for engine in ENGINES}
    return (
        f"| {name} | {count} | {each['web']:.3f} | {each['web'] / ground:.1f} | {each['PostgreSQL']:.3f} "
        f"| {each['redis']:.3f} | {each['search']:.3f} | {statements} | {meter.commands / max(count, 1):.1f} |"
    )


def wire_bytes(url: str) -> int:
    """How many bytes go over the wire for this answer."""
    import httpx

    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}, timeout=60) as answer:
        return sum(len(part) for part in answer.iter_raw())


def size_of_database() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'")
        return int(cursor.fetchone()[0])


def main() -> None:
    """Prepare, measure each kind, then the same public answers without the layers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--buyers", type=int, default=4000, help="half of them order, once each")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    running = engines()
    try:
        _run(given, running)
    finally:
        for process in running.values():
            process.terminate()
            process.wait(60)


def _run(given: Any, running: dict[str, subprocess.Popen[bytes]]) -> None:
    import django

    django.setup()
    from django.db import connections

    from shop.models import Order

    shop = prepared(given.buyers)
    connections.close_all()
    own = {name: [process.pid] for name, process in running.items()}
    # Meilisearch works off what it was given; it counts for no request.
    time.sleep(5)
    ground = floor(given)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; bare Ninja route {ground:.3f} ms")
    print("| | requests | web ms | of the floor | PostgreSQL ms | Redis ms | search ms | statements | Redis commands |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    cost: dict[str, dict[str, float]] = {}
    size = ""
    with web(given.workers) as (port, pids):
        for kind in kinds(shop, port):
            statements = statements_of(next(kind.messages))
            before = size_of_database()
            count, meter = measured(kind, port, own | {"web": pids}, given)
            print(row(kind.name, count, meter, ground, statements), flush=True)
            cost[kind.name] = {name: spent / count for name, spent in meter.spent.items()}
            if kind.most is not None:
                grown = (size_of_database() - before) / count
                size = f"{grown / 1024:.1f} KB"
        memory = [resident_mb(pid) for pid in pids]
        opened = len(sessions())
    for name, more in (
        ("layer off, bytes out of Redis", {"HOT_LAYER": "0"}),
        ("rendered anew", {"HOT_LAYER": "0", "HOT_BYTES": "0"}),
    ):
        with web(given.workers, **more) as (port, pids):
            for kind in [one for one in kinds(shop, port) if one.name in ("homepage", "category list", "SKU detail")]:
                count, meter = measured(kind, port, own | {"web": pids}, given)
                print(row(f"{kind.name}, {name}", count, meter, ground, ""), flush=True)
    sizes = {}
    with web(given.workers) as (port, _pids):
        for kind in kinds(shop, port)[:4]:
            path = next(kind.messages).split(b" ")[1].decode()
            body = wire_bytes(f"http://127.0.0.1:{port}{path}")
            sizes[kind.name] = f"{body / 1024:.1f} KB packed"
    print(f"\n{processors(cost)}\n\nanswers: {sizes}")
    print(f"an order takes {size} of tables and indexes")
    print(f"memory of the web processes, MB: {[round(one) for one in memory]}; sessions of PostgreSQL: {opened}")
    print(f"orders: {Order.objects.count()}; load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
